import { Worker } from 'node:worker_threads';
import { PROJECT_ROOT } from '../../base/project.ts';
import { WORKER_HEAP_MEGABYTES, WORKER_STACK_MEGABYTES } from '../../auth0/runtime-limits.ts';
import type { EndMessage, TraceMessage, WorkerMessage, WorkerRequest, WorkerSetup } from './messages.ts';

/** How a request ended: answered, or cut off with the words that the login gets. */
export type Ending = EndMessage | { readonly kind: 'cut-off'; readonly message: string };

/** One worker thread with the Actions runtime in it. It serves one request at a time and is gone once one was cut off. */
export class ActionWorker {
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #onMessage: (message: WorkerMessage) => void = () => undefined;
  #onDeath: (message: string) => void = () => undefined;
  #death: string | undefined;

  /** @param source What `workerSource` gives. */
  constructor(source: string) {
    const setup: WorkerSetup = { root: PROJECT_ROOT };
    this.#worker = new Worker(source, {
      eval: true,
      // Nothing of this process's environment, command line or standard streams is the Action's.
      env: {},
      execArgv: ['--no-warnings'],
      stdout: true,
      stderr: true,
      workerData: setup,
      resourceLimits: {
        maxOldGenerationSizeMb: WORKER_HEAP_MEGABYTES,
        stackSizeMb: WORKER_STACK_MEGABYTES,
      },
    });
    this.#ready = new Promise((resolve) => {
      this.#onMessage = () => {
        resolve();
      };
      this.#onDeath = () => {
        resolve();
      };
    });
    this.#worker.on('message', (message: WorkerMessage) => {
      this.#onMessage(message);
    });
    // Its messages may still be on their way. The exit comes after the last of them, and after this, always.
    this.#worker.on('error', (error) => {
      this.#death ??= deathMessage(error);
    });
    this.#worker.on('exit', () => {
      this.#die('The Action ended its process.');
    });
    // A process that is done does not wait for its spare worker. Last, since a listener for messages takes it back.
    this.#worker.unref();
  }

  get isAlive(): boolean {
    return this.#death === undefined;
  }

  /**
   * @param timeoutMilliseconds Counted from when the worker begins.
   * @param onTrace Told what Actions do, as they do it.
   */
  async perform(
    request: WorkerRequest,
    timeoutMilliseconds: number,
    onTrace: (message: TraceMessage) => void,
  ): Promise<Ending> {
    this.#worker.ref();
    await this.#ready;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        // What the worker has sent may wait behind this timer: it is read first.
        reading = setImmediate(() => {
          this.#die(TIMEOUT_MESSAGE);
          void this.terminate();
        });
      }, timeoutMilliseconds);
      let reading: NodeJS.Immediate | undefined;
      const end = (ending: Ending): void => {
        clearTimeout(timer);
        clearImmediate(reading);
        this.#worker.unref();
        this.#onMessage = () => undefined;
        this.#onDeath = () => undefined;
        resolve(ending);
      };
      this.#onMessage = (message) => {
        if (message.kind === 'post-login-ended' || message.kind === 'profile-script-ended') end(message);
        else if (message.kind !== 'ready') onTrace(message);
      };
      this.#onDeath = (message) => {
        end({ kind: 'cut-off', message });
      };
      if (this.#death === undefined) this.#worker.postMessage(request);
      else this.#onDeath(this.#death);
    });
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #die(message: string): void {
    this.#death ??= message;
    this.#onDeath(this.#death);
  }
}

/** Auth0's words for any of its scripts that takes too long. */
const TIMEOUT_MESSAGE = 'Request to Webtask exceeded allowed execution time';

function deathMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? 'The Action used more memory than it may.'
    : error.message;
}
