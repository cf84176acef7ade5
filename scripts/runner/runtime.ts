import { ActionCache } from './action-cache.ts';
import { answerFetch } from './answer-fetch.ts';
import type {
  ActionsRuntime,
  ActionsRuntimeOptions,
  AnswerRequest,
  CodeRunner,
  WorkerNetwork,
} from './contract.ts';
import { failedResult } from './failed-result.ts';
import { machineFailure } from './machine-failure.ts';
import { isEnd } from './messages.ts';
import type { EndMessage, TraceMessage, WorkerRequest } from './messages.ts';
import { LOAD_TIMEOUT_MILLISECONDS, TRIGGER_TIMEOUT_MILLISECONDS } from '../auth0/runtime-limits.ts';
import type { RunnerProcess } from './runner-process.ts';
import { TraceReader } from './trace-reader.ts';

/** How often a request is sent that no process begins with. */
const MAX_ATTEMPTS = 3;

const MEASURE_TIMEOUT_MILLISECONDS = 60_000;

/** What bundles the runner and checks what it says takes as long to load as a whole tenant, and many a one runs nothing. */
const startProcess = async (setup: Parameters<typeof RunnerProcess.start>[0]): Promise<RunnerProcess> =>
  await (await import('./runner-process.ts')).RunnerProcess.start(setup);

/** Loads and bundles what a runner is made of, once in each process: for who will need one soon, and waits for something else. */
export async function prepareRunners(): Promise<void> {
  await Promise.all([
    import('./runner-sources.ts').then(async ({ runnerSources }) => await runnerSources()),
    import('./runner-process.ts'),
    import('./read-message.ts'),
  ]);
}

const noAnswer = (): Response => Response.error();

const BUDGET_MESSAGE = 'The Actions took all the time that there is for them.';

/** How a request ended: answered, or cut off with the words that the login gets. */
type Ending = EndMessage | { readonly kind: 'cut-off'; readonly message: string };

/**
 * Runs deployed Actions and connection scripts as Auth0's Node 22 runtime does: the uploaded bytes, an empty environment,
 * the documented `event` and `api`, and its limits.
 *
 * All of it happens in a process of this runtime's own (`RunnerProcess`), which begins with the first request. What goes wrong
 * inside an Action (an endless loop, a late throw, `process.exit`, a full memory) ends that login. Code that means harm reaches
 * no environment, no file and no process, and can lie about the requests of this runtime only: code that must not speak for other
 * code gets another one. `docs/security.md` says what Node's permissions do not stop, and what does. What the machine does not
 * let it do is no fault of an Action's: a request is then rejected with `RUNNER_UNUSABLE`.
 *
 * Where the service's behaviour is not documented, the words of an error are ours; that a login fails is not.
 *
 * @see https://auth0.com/docs/customize/actions/limitations
 */
export function createActionsRuntime(options: ActionsRuntimeOptions = {}): CodeRunner {
  const { instances = 'fresh', network } = options;
  const runner = runnerOf({ instances, network: typeof network === 'function' ? 'open' : 'answered' });
  return runtimeIn(runner, () => runner.close(), options);
}

/**
 * A runtime whose process is that of all runtimes made by this function: to start one takes longer than a login. Each login has a
 * thread of its own. For who runs code that may talk about all that is asked of them, such as somebody's unit tests.
 */
export const createSharedRuntime = (
  options: Pick<ActionsRuntimeOptions, 'timeoutMilliseconds'> = {},
): ActionsRuntime => runtimeIn(sharedRunner, () => Promise.resolve(), options);

interface Runner {
  /** The process; a new one where code has ended the last, or the machine did not let it start. */
  process(): Promise<RunnerProcess>;
  close(): Promise<void>;
}

function runnerOf(setup: Parameters<typeof startProcess>[0]): Runner {
  let started: Promise<RunnerProcess> | undefined;
  return {
    process: async () => {
      const last = started;
      // Several may wait for it at once: the first of them starts the next.
      const isUsable = await last?.then(
        ({ isAlive }) => isAlive,
        () => false,
      );
      if (isUsable === false && started === last) started = undefined;
      started ??= startProcess(setup);
      return await started;
    },
    close: async () => {
      await started?.then(
        (last) => last.close(),
        () => undefined,
      );
    },
  };
}

/** It does not keep a program from ending, and ends with it. */
const sharedRunner = runnerOf({ instances: 'fresh', network: 'answered' });

function runtimeIn(runner: Runner, close: Runner['close'], options: ActionsRuntimeOptions): CodeRunner {
  const timeoutMilliseconds = options.timeoutMilliseconds ?? TRIGGER_TIMEOUT_MILLISECONDS;
  const { network } = options;
  const isOpen = typeof network === 'function';
  const cache = new ActionCache([], Date.now);
  const budget = options.budgetMilliseconds ?? Infinity;
  let spent = 0;
  let isClosed = false;
  const processNow = async (): Promise<RunnerProcess> => {
    if (isClosed) throw new Error('The Actions runtime is closed.');
    return await runner.process();
  };

  const perform = async (
    requestOf: (codes: readonly number[]) => WorkerRequest,
    limits: {
      readonly timeoutMilliseconds: number;
      readonly packages: boolean;
      readonly codes?: readonly string[];
      readonly answer?: AnswerRequest | undefined;
    },
    onTrace: (message: TraceMessage) => void = () => undefined,
    attempt = 1,
  ): Promise<Ending> => {
    if (spent >= budget) return { kind: 'cut-off', message: BUDGET_MESSAGE };
    const [current, { readMessage }] = await Promise.all([processNow(), import('./read-message.ts')]);
    const started = performance.now();
    const ending = await new Promise<Ending>((resolve, reject) => {
      const codes = (limits.codes ?? []).map((code) => current.keyOf(code));
      const run = current.begin(JSON.stringify(requestOf(codes)), {
        ...limits,
        codes,
        onSaid: (text) => {
          const message = readMessage(text);
          if (message === undefined) return false;
          if (message.kind === 'fetch') {
            if (isOpen) return false;
            void answerFetch(message, limits.answer ?? network?.answer ?? noAnswer).then((answer) => {
              current.tell(run, JSON.stringify(answer));
            });
          } else if (isEnd(message)) {
            current.settle(run);
            if ('machine' in message)
              reject(machineFailure('What an Action needs is not to be had', message.machine));
            else resolve(message);
          } else onTrace(message);
          return true;
        },
        onEnd: (message, isBegun, machine) => {
          if (machine !== undefined) {
            reject(machine);
            return;
          }
          // Other code may have taken the process along while this was on its way.
          if (isBegun || attempt === MAX_ATTEMPTS) resolve({ kind: 'cut-off', message });
          else resolve(perform(requestOf, limits, onTrace, attempt + 1));
        },
      });
    });
    spent += performance.now() - started;
    return ending;
  };

  const now = (): WorkerNetwork => (isOpen ? network() : { routes: {} });
  return {
    async runPostLogin(run, answer) {
      const trace = new TraceReader();
      const ending = await perform(
        (codes) => ({
          kind: 'post-login',
          run: { ...run, actions: run.actions.map((action) => ({ ...action, code: '' })) },
          codes,
          cache: cache.entries(),
          network: now(),
        }),
        {
          timeoutMilliseconds,
          packages: run.actions.some(({ dependencies }) => dependencies.length > 0),
          codes: run.actions.map(({ code }) => code),
          answer,
        },
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
    },
    async runFetchUserProfile(script) {
      const ending = await perform(() => ({ kind: 'profile-script', ...script, network: now() }), {
        timeoutMilliseconds,
        packages: false,
      });
      if (ending.kind === 'profile-script-ended') return ending.result;
      return { error: ending.kind === 'cut-off' ? ending.message : 'The profile script was not run.' };
    },
    async load(code, packages) {
      const ending = await perform(() => ({ kind: 'load', code, packages }), {
        timeoutMilliseconds: LOAD_TIMEOUT_MILLISECONDS,
        packages: packages.length > 0,
      });
      if (ending.kind === 'loaded') return ending.result;
      return { error: ending.kind === 'cut-off' ? ending.message : 'The code was not loaded.' };
    },
    async measure(measured) {
      const ending = await perform(() => ({ kind: 'measure', ...measured }), {
        timeoutMilliseconds: MEASURE_TIMEOUT_MILLISECONDS,
        packages: false,
      });
      if (ending.kind === 'measured') return ending.result;
      return { error: ending.kind === 'cut-off' ? ending.message : 'The code was not measured.' };
    },
    async start() {
      await processNow();
      // Who has asked already has been waiting for the same.
      await new Promise(setImmediate);
    },
    async close() {
      isClosed = true;
      await close();
    },
  };
}
