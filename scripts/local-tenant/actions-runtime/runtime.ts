import { ActionCache } from './action-cache.ts';
import type { ActionsRuntime, ActionsRuntimeOptions } from './contract.ts';
import { failedResult } from './failed-result.ts';
import { TRIGGER_TIMEOUT_MILLISECONDS } from '../../auth0/runtime-limits.ts';
import { TraceReader } from './trace-reader.ts';
import { WorkerPool } from './worker-pool.ts';
import { workerSource } from './worker-source.ts';

/**
 * Runs deployed Actions and connection scripts as Auth0's Node 22 runtime does: the uploaded bytes, an empty environment,
 * the documented `event` and `api`, and its limits.
 *
 * It is a sandbox for fidelity, not a security boundary. What goes wrong inside an Action (an endless loop, a late throw,
 * `process.exit`, a full heap) ends that login and nothing else; but code that means harm finds a way out: a child
 * process may write files, and memory outside the JavaScript heap is not limited. Run only Actions that you trust.
 *
 * Where the service's behaviour is not documented, the words of an error are ours; that a login fails is not.
 *
 * @see https://auth0.com/docs/customize/actions/limitations
 */
export function createActionsRuntime(options: ActionsRuntimeOptions): ActionsRuntime {
  const timeoutMilliseconds = options.timeoutMilliseconds ?? TRIGGER_TIMEOUT_MILLISECONDS;
  const pool = new WorkerPool(workerSource(), options.instances ?? 'fresh');
  const cache = new ActionCache([], Date.now);
  return {
    runPostLogin: (run) =>
      pool.use(async (worker) => {
        const trace = new TraceReader();
        const ending = await worker.perform(
          { kind: 'post-login', run, cache: cache.entries(), network: options.network() },
          timeoutMilliseconds,
          (message) => {
            trace.read(message);
          },
        );
        if (ending.kind === 'post-login-ended') {
          cache.apply(ending.cacheWrites);
          return { ...ending.result, trace: trace.traces() };
        }
        const message = ending.kind === 'cut-off' ? ending.message : 'The Actions were not run.';
        return { ...failedResult({ kind: 'error', message }), trace: trace.traces(message) };
      }),
    runFetchUserProfile: (script) =>
      pool.use(async (worker) => {
        const ending = await worker.perform(
          { kind: 'profile-script', ...script, network: options.network() },
          timeoutMilliseconds,
          () => undefined,
        );
        if (ending.kind === 'profile-script-ended') return ending.result;
        return { error: ending.kind === 'cut-off' ? ending.message : 'The profile script was not run.' };
      }),
    close: () => pool.close(),
  };
}
