import { isBuiltin } from 'node:module';
import { Script } from 'node:vm';
import { transform } from 'esbuild';
import { Bench } from 'tinybench';
import type { Bundle } from '../bundle/bundle.ts';
import { asObject } from '../base/json-values.ts';
import type { JsonObject } from '../base/json-values.ts';
import { recordingApi } from './recording-api.ts';

export interface BundleFigures {
  readonly name: string;
  readonly bytes: number;
  /** What minifying would make of it; it is not what is uploaded. */
  readonly minifiedBytes: number;
  /** Compiling and running the top level, as a new instance does. Median of 41. */
  readonly loadMilliseconds: number;
  /** The first login of a new instance, after loading. Median of 41. Actions only. */
  readonly firstLoginMilliseconds?: number;
  /** A login in an instance that has seen many, without any HTTP. Actions only. */
  readonly warmLoginMicroseconds?: { readonly p50: number; readonly p99: number };
}

type Handler = (event: unknown, api: unknown) => Promise<void>;

const NEW_INSTANCES = 41;

/**
 * @param event A login in which an Action needs no HTTP: an SSO run of a user with a record.
 */
export async function measureBundle(
  { target, code }: Bundle,
  event: JsonObject,
  secrets: Readonly<Record<string, string>>,
): Promise<BundleFigures> {
  const { code: minified } = await transform(code, { minify: true, target: 'node22' });
  const sizes = {
    name: target.name,
    bytes: Buffer.byteLength(code),
    minifiedBytes: Buffer.byteLength(minified),
  };
  if (target.kind === 'connection-script') {
    const loads = Array.from({ length: NEW_INSTANCES }, (_, instance) => {
      const source = `(${neverSeen(code, instance)}\n)`;
      const started = performance.now();
      new Script(source).runInThisContext();
      return performance.now() - started;
    });
    return { ...sizes, loadMilliseconds: median(loads) };
  }
  const login = (): readonly [unknown, unknown] => [{ ...structuredClone(event), secrets }, recordingApi()];
  const loads: number[] = [];
  const firstLogins: number[] = [];
  for (let instance = 0; instance < NEW_INSTANCES; instance += 1) {
    const source = neverSeen(code, instance);
    const startedToLoad = performance.now();
    const handler = loadHandler(source);
    loads.push(performance.now() - startedToLoad);
    const [given, api] = login();
    const startedToRun = performance.now();
    await handler(given, api);
    firstLogins.push(performance.now() - startedToRun);
  }
  return {
    ...sizes,
    loadMilliseconds: median(loads),
    firstLoginMilliseconds: median(firstLogins),
    warmLoginMicroseconds: await measureWarm(loadHandler(code), login),
  };
}

/** The event as the later Actions get it: with what this one, the first, has written into the transaction's metadata. */
export async function eventAfter(
  { code }: Bundle,
  event: JsonObject,
  secrets: Readonly<Record<string, string>>,
): Promise<JsonObject> {
  const metadata: JsonObject = {};
  const api = recordingApi((key, value) => {
    metadata[key] = String(value);
  });
  await loadHandler(code)({ ...structuredClone(event), secrets }, api);
  return { ...event, transaction: { ...asObject(event['transaction']), metadata } };
}

async function measureWarm(
  handler: Handler,
  login: () => readonly [unknown, unknown],
): Promise<{ readonly p50: number; readonly p99: number }> {
  const bench = new Bench({ time: 1500, warmupTime: 500 });
  let [event, api] = login();
  bench.add('login', () => handler(event, api), {
    async: true,
    beforeEach: () => {
      [event, api] = login();
    },
  });
  const [task] = await bench.run();
  const result = task?.result;
  if (result?.state !== 'completed') throw new Error('The measurement did not complete.');
  return { p50: result.latency.p50 * 1000, p99: result.latency.p99 * 1000 };
}

/** Loads code as Auth0 does: CommonJS, once per instance, the handlers on `exports`. */
function loadHandler(code: string): Handler {
  const module: { exports: Record<string, unknown> } = { exports: {} };
  const require = (name: string): unknown => (isBuiltin(name) ? process.getBuiltinModule(name) : undefined);
  const load: unknown = new Script(
    `(function (module, exports, require, console) {${code}\n})`,
  ).runInThisContext();
  if (isFunction(load)) load(module, module.exports, require, silent);
  const handler = module.exports['onExecutePostLogin'];
  if (!isFunction(handler)) throw new Error('The bundle has no handler; its gates should have said so.');
  return async (event, api) => {
    await handler(event, api);
  };
}

/** The engine keeps what it has compiled; a new process has nothing to keep. */
const neverSeen = (code: string, instance: number): string => `${code}// instance ${instance}\n`;

/** A log line costs what the runtime's console costs, which is not the Action's. */
const silent = { log: () => undefined, warn: () => undefined, error: () => undefined, info: () => undefined };

const isFunction = (value: unknown): value is (...parameters: readonly unknown[]) => unknown =>
  typeof value === 'function';

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
