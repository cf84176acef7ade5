import { createRequire, isBuiltin, registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileFunction, constants } from 'node:vm';
import { isJsonObject } from '../../../base/json-values.ts';

/** What the uploaded code may load, by the URL of the file that it pretends to be. */
const declaredPackages = new Map<string, ReadonlySet<string>>();

/**
 * Lets uploaded code load Node's own modules and the packages that its Action declares, and nothing else; a declared
 * package may load what it depends on. It holds for `require`, `import()` and every way around them that goes through
 * Node's resolution.
 *
 * @param beforeTls Called before a module that speaks TLS is handed out.
 */
export function restrictModules(beforeTls: () => void): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (isBuiltin(specifier)) {
        if (/^(node:)?(https|tls|http2)$/.test(specifier)) beforeTls();
        return nextResolve(specifier, context);
      }
      const parent = context.parentURL ?? '';
      if (parent.includes('/node_modules/')) return nextResolve(specifier, context);
      if (declaredPackages.get(parent)?.has(packageOf(specifier)) === true)
        return nextResolve(specifier, context);
      throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: 'MODULE_NOT_FOUND' });
    },
  });
}

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
