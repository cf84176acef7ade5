import type { CodeFigures, MeasuredCode } from '../contract.ts';
import { loadCommonJs } from './modules.ts';
import { silentApi } from './recording-api.ts';

const NEW_INSTANCES = 41;

/** Before a login of a reused instance is measured, and while it is. */
const WARM_UP_MILLISECONDS = 500;
const MEASURE_MILLISECONDS = 1_500;

/** Loads and runs one Action again and again, where it runs: in a runner. */
export async function measureAction(
  { code, event }: MeasuredCode,
  root: string,
): Promise<CodeFigures | { readonly error: string }> {
  try {
    const loads: number[] = [];
    const firstLogins: number[] = [];
    for (let instance = 0; instance < NEW_INSTANCES; instance += 1) {
      // The engine keeps what it has compiled; a new process has nothing to keep.
      const source = `${code}// instance ${instance}\n`;
      const started = performance.now();
      const handler = handlerIn(source, root);
      loads.push(performance.now() - started);
      firstLogins.push(await timeOf(handler, event));
    }
    return {
      loadMilliseconds: at(loads, 0.5),
      firstLoginMilliseconds: at(firstLogins, 0.5),
      warmLoginMicroseconds: await measureWarm(handlerIn(code, root), event),
    };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

type Handler = (event: unknown, api: unknown) => unknown;

function handlerIn(code: string, root: string): Handler {
  const handler = loadCommonJs({ fileName: 'action.js', code, packages: [] }, root)['onExecutePostLogin'];
  if (!isHandler(handler)) throw new Error('The bundle has no handler; its gates should have said so.');
  return handler;
}

const isHandler = (value: unknown): value is Handler => typeof value === 'function';

/** Milliseconds. */
async function timeOf(handler: Handler, event: MeasuredCode['event']): Promise<number> {
  const [given, api] = [structuredClone(event), silentApi()];
  const started = performance.now();
  await handler(given, api);
  return performance.now() - started;
}

async function measureWarm(
  handler: Handler,
  event: MeasuredCode['event'],
): Promise<CodeFigures['warmLoginMicroseconds']> {
  const timesFor = async (milliseconds: number): Promise<readonly number[]> => {
    const times: number[] = [];
    const end = performance.now() + milliseconds;
    while (performance.now() < end) times.push(1_000 * (await timeOf(handler, event)));
    return times;
  };
  await timesFor(WARM_UP_MILLISECONDS);
  const times = await timesFor(MEASURE_MILLISECONDS);
  return { p50: at(times, 0.5), p99: at(times, 0.99) };
}

/** @param share Of the values that are lower: 0.5 is the median. */
const at = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
