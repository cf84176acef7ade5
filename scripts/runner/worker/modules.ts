import { createRequire, isBuiltin, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction, constants } from 'node:vm';
import { isJsonObject } from '../../base/json-values.ts';

/** What the uploaded code may load, by the URL of the file that it pretends to be. */
const declaredPackages = new Map<string, ReadonlySet<string>>();

/** Of Node's own modules, those that reach nothing outside the thread, or only what Node's permissions keep from it. */
const HARMLESS = new Set(
  (
    'assert assert/strict async_hooks buffer console constants crypto diagnostics_channel domain events fs fs/promises module os path ' +
    'path/posix path/win32 perf_hooks process punycode querystring readline readline/promises stream stream/consumers ' +
    'stream/promises stream/web string_decoder sys timers timers/promises url util util/types v8 vm zlib'
  ).split(' '),
);

/** Those that reach other machines. `tty` makes sockets, too. */
const NETWORK = new Set('dgram dns dns/promises http http2 https net tls tty'.split(' '));

// It is taken away from the process before any Action runs.
const getBuiltinModule = process.getBuiltinModule.bind(process);

/** Where a stand-in finds what it hands on: lists of allowed addresses need no network. */
const HANDED_ON = 'didit.handed-on';

/** Makes what reaches nothing in a module that is kept away known to its stand-in. */
function handOn(name: string): void {
  if (name !== 'net') return;
  const { BlockList, SocketAddress, isIP, isIPv4, isIPv6 } = getBuiltinModule('node:net');
  Object.defineProperty(globalThis, Symbol.for(HANDED_ON), {
    value: Object.freeze({ BlockList, SocketAddress, isIP, isIPv4, isIPv6 }),
  });
}

/** Scheme of the modules that stand for those that are kept away. */
const STAND_IN = 'kept-away:';

/**
 * Lets uploaded code load Node's own modules and the packages that its Action declares, and nothing else; a declared
 * package may load what it depends on. It holds for `require`, `import()` and every way around them that goes through
 * Node's resolution.
 *
 * For a module of Node's that is kept away, another stands in of which everything fails once it is used: many packages load what
 * they hardly ever use.
 *
 * @param beforeTls Called before a module that speaks TLS is handed out.
 */
export function restrictModules(network: 'answered' | 'open', beforeTls: () => void): void {
  const isHandedOut = (name: string): boolean =>
    HARMLESS.has(name) || (network === 'open' && NETWORK.has(name));
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (isBuiltin(specifier)) {
        const name = specifier.replace(/^node:/, '');
        if (!isHandedOut(name)) return { url: `${STAND_IN}${name}`, format: 'commonjs', shortCircuit: true };
        if (['https', 'tls', 'http2'].includes(name)) beforeTls();
        return nextResolve(specifier, context);
      }
      const parent = context.parentURL ?? '';
      if (parent.includes('/node_modules/')) return nextResolve(specifier, context);
      if (declaredPackages.get(parent)?.has(packageOf(specifier)) === true)
        return nextResolve(specifier, context);
      throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: 'MODULE_NOT_FOUND' });
    },
    load(url, context, nextLoad) {
      if (!url.startsWith(STAND_IN)) return nextLoad(url, context);
      const name = url.slice(STAND_IN.length);
      handOn(name);
      return { format: 'commonjs', source: standIn(name), shortCircuit: true };
    },
  });
}

/** Code of a module whose every export can be called, constructed, extended and looked into, and then fails. */
const standIn = (name: string): string => `
  const refuse = () => {
    throw Object.assign(new Error('Access to node:${name} is not given to Actions here'), { code: 'ERR_ACCESS_DENIED' });
  };
  const refused = () => new Proxy(function () { refuse(); }, {
    get: (target, key) => typeof key === 'symbol' || key in target ? Reflect.get(target, key) : refused(),
  });
  const handedOn = '${name}' === 'net' ? globalThis[Symbol.for('${HANDED_ON}')] : {};
  module.exports = new Proxy({ isatty: () => false, METHODS: [], STATUS_CODES: {}, ...handedOn }, {
    get: (target, key) => typeof key === 'symbol' || key in target || key === 'then' || key === '__esModule'
      ? Reflect.get(target, key) : (target[key] = refused()),
  });`;

/** `@scope/name/file.js` → `@scope/name`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

export interface UploadedCode {
  /** Appears in stack traces, and nowhere on disk. */
  readonly fileName: string;
  readonly code: string;
  /** Names of the packages that it may load. */
  readonly packages: readonly string[];
}

let loads = 0;

/**
 * What CommonJS code exports.
 * @param root Folder whose `node_modules` holds the declared packages.
 */
export function loadCommonJs(uploaded: UploadedCode, root: string): Readonly<Record<string, unknown>> {
  // A folder of its own for each load: Node remembers what a file may load by the file's name, and asks no hook again.
  loads += 1;
  const folder = join(root, `action-${loads}`);
  const file = join(folder, uploaded.fileName);
  declaredPackages.set(pathToFileURL(file).href, new Set(uploaded.packages));
  const module: { exports: unknown } = { exports: {} };
  const compiled = compile(uploaded.code, file, ['exports', 'require', 'module', '__filename', '__dirname']);
  Reflect.apply(compiled, module.exports, [module.exports, createRequire(file), module, file, folder]);
  return isJsonObject(module.exports) ? module.exports : {};
}

/** The value of one JavaScript expression, as a connection's script is. It may load what is built into Node. */
export function evaluateExpression(uploaded: Omit<UploadedCode, 'packages'>, root: string): unknown {
  const file = join(root, uploaded.fileName);
  const compiled = compile(`return (${uploaded.code}\n);`, file, ['require']);
  const value: unknown = Reflect.apply(compiled, undefined, [createRequire(file)]);
  return value;
}

type AnyFunction = (...values: unknown[]) => unknown;

function compile(code: string, file: string, parameters: readonly string[]): AnyFunction {
  const compiled: unknown = compileFunction(code, parameters, {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (!isFunction(compiled)) throw new TypeError('Code compiles to a function.');
  return compiled;
}

const isFunction = (value: unknown): value is AnyFunction => typeof value === 'function';
