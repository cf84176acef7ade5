import { transform } from 'esbuild';
import type { Bundle } from '../bundle/bundle.ts';
import { asObject } from '../base/json-values.ts';
import type { Json, JsonObject } from '../base/json-values.ts';
import type { CodeFigures, CodeRunner } from '../runner/contract.ts';
import { createActionsRuntime } from '../runner/runtime.ts';

export interface BundleFigures extends Partial<CodeFigures> {
  readonly name: string;
  readonly bytes: number;
  /** What minifying would make of it; it is not what is uploaded. */
  readonly minifiedBytes: number;
}

/** Sizes, and of an Action its times, in a runner of its own. */
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
  if (target.kind === 'connection-script') return sizes;
  const figures = await inRunner((runner) =>
    runner.measure({ code, event: { ...event, secrets: { ...secrets } } }),
  );
  if ('error' in figures) throw new Error(`${target.name} cannot be measured: ${figures.error}`);
  return { ...sizes, ...figures };
}

/** The event as the later Actions get it: with what this one, the first, has written into the transaction's metadata. */
export async function eventAfter(
  { target, code }: Bundle,
  event: JsonObject,
  secrets: Readonly<Record<string, string>>,
): Promise<JsonObject> {
  const { name } = target;
  const { trace } = await inRunner((runner) =>
    runner.runPostLogin({ actions: [{ id: name, name, code, secrets, dependencies: [] }], event }),
  );
  const written = trace
    .flatMap(({ calls }) => calls)
    .filter(({ method }) => method === 'api.transaction.setMetadata')
    .map(({ arguments: [key, value] }): [string, Json] => [String(key), String(value)]);
  return {
    ...event,
    transaction: { ...asObject(event['transaction']), metadata: Object.fromEntries(written) },
  };
}

async function inRunner<Result>(work: (runner: CodeRunner) => Promise<Result>): Promise<Result> {
  const runner = createActionsRuntime();
  try {
    return await work(runner);
  } finally {
    await runner.close();
  }
}
