import { Worker } from 'node:worker_threads';
import { join } from 'node:path';
import type { EventLoopUtilization } from 'node:perf_hooks';
import {
  MAX_OUTPUT_BYTES_PER_RUN,
  STARVED_TIMES,
  WORKER_HEAP_MEGABYTES,
  WORKER_STACK_MEGABYTES,
} from '../../auth0/runtime-limits.ts';
import { MARKS } from '../messages.ts';
import type { CodeMessage, CutOff, WorkerSetup } from '../messages.ts';

/** A request as the pool hands it to a worker. */
export interface Run {
  /** The request, which the worker reads. */
  readonly text: string;
  /** What the request speaks of by its key. */
  readonly codes: readonly CodeMessage[];
  /** Milliseconds, counted from when the worker begins. */
  readonly timeoutMilliseconds: number;
  readonly onBegun: () => void;
  /** Told what the worker says, which nobody has read yet, and whether it waits for an answer or is done. */
  readonly onSaid: (text: string, isUrgent: boolean) => void;
}

/**
 * One worker thread with the Actions runtime in it. It serves one request at a time and is gone once one was cut off.
 *
 * Node gives a thread the permissions of its process unless it is given flags of its own: here they grant nothing, or to read
 * packages.
 * @see https://nodejs.org/docs/latest-v22.x/api/permissions.html
 */
export class ActionWorker {
  readonly packages: boolean;
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  readonly #known = new Set<number>();
  #onText: (text: string) => void = () => undefined;
  #onDeath: (why: CutOff) => void = () => undefined;
  #death: CutOff | undefined;
  #isReady = false;
  #measured: EventLoopUtilization | undefined;

  /** @param packages Whether it may read the packages that are installed. */
  constructor(source: string, setup: WorkerSetup, packages: boolean) {
    this.packages = packages;
    const { root, network } = setup;
    this.#worker = new Worker(source, {
      eval: true,
      env: {},
      argv: [],
      execArgv: [
        '--permission',
        ...(packages ? [`--allow-fs-read=${join(root, 'node_modules', '*')}`] : []),
        // Newer versions of Node know of the network too.
        ...(network === 'open' && process.allowedNodeEnvironmentFlags.has('--allow-net')
          ? ['--allow-net']
          : []),
        '--no-warnings',
      ],
      stdout: true,
      stderr: true,
      workerData: setup,
      resourceLimits: {
        maxOldGenerationSizeMb: WORKER_HEAP_MEGABYTES,
        stackSizeMb: WORKER_STACK_MEGABYTES,
      },
    });
    this.#ready = new Promise((resolve) => {
      this.#onText = () => {
        this.#isReady = true;
        resolve();
      };
      this.#onDeath = () => {
        resolve();
      };
    });
    this.#worker.on('message', (text: unknown) => {
      // Whatever else comes is none of the runtime's words.
      if (typeof text === 'string') this.#onText(text);
    });
    // Its messages may still be on their way. The exit comes after the last of them, and after this, always.
    this.#worker.on('error', (error) => {
      this.#death ??= {
        message: deathMessage(error),
        ...(this.#isReady ? {} : { machine: errorName(error) }),
      };
    });
    this.#worker.on('exit', () => {
      this.#die({ message: 'The Action ended its process.', ...(this.#isReady ? {} : { machine: '' }) });
    });
  }

  get isAlive(): boolean {
    return this.#death === undefined;
  }

  /**
   * The part of the time since this was asked last in which it computed, instead of waiting for something: 0 to 1. One that
   * starts computes.
   */
  utilization(): number {
    if (!this.#isReady) return 1;
    const { eventLoopUtilization } = this.#worker.performance;
    const now = eventLoopUtilization();
    const { utilization } = eventLoopUtilization(now, this.#measured);
    this.#measured = now;
    return utilization;
  }

  /** @returns Why it was cut off; `undefined`: it was not. */
  async perform({ text, codes, timeoutMilliseconds, onBegun, onSaid }: Run): Promise<CutOff | undefined> {
    await this.#ready;
    if (this.#death !== undefined) return this.#death;
    return new Promise((resolve) => {
      let bytes = 0;
      let reading: NodeJS.Immediate | undefined;
      let timer: NodeJS.Timeout | undefined;
      let extra = timeoutMilliseconds * (STARVED_TIMES - 1);
      const starvation = this.#measureStarvation();
      const limit = (milliseconds: number): void => {
        timer = setTimeout(() => {
          const starved = Math.min(starvation(), extra);
          if (starved > milliseconds / 10) {
            extra -= starved;
            limit(starved);
            return;
          }
          // What the worker has sent may wait behind this timer: it is read first.
          reading = setImmediate(() => {
            this.die(TIMEOUT_MESSAGE);
          });
        }, milliseconds);
      };
      onBegun();
      limit(timeoutMilliseconds);
      const end = (why: CutOff | undefined): void => {
        clearTimeout(timer);
        clearImmediate(reading);
        this.#onText = () => undefined;
        this.#onDeath = () => undefined;
        resolve(why);
      };
      this.#onText = (said) => {
        bytes += said.length + BYTES_OF_A_TEXT;
        if (bytes > MAX_OUTPUT_BYTES_PER_RUN) {
          this.die(TOO_MUCH_MESSAGE);
          return;
        }
        onSaid(said.slice(1), !said.startsWith(MARKS.said));
        if (said.startsWith(MARKS.ended)) end(undefined);
      };
      this.#onDeath = end;
      for (const code of codes) if (!this.#known.has(code.key)) this.#worker.postMessage(code);
      for (const { key } of codes) this.#known.add(key);
      this.tell(text);
    });
  }

  /**
   * @returns Gives the milliseconds, since this or itself was called last, in which code had something to compute and its process
   *   no processor: a time limit is Auth0's for an Action, and not for a machine that is busy with other things.
   */
  #measureStarvation(): () => number {
    const { eventLoopUtilization } = this.#worker.performance;
    let [loop, spent] = [eventLoopUtilization(), process.cpuUsage()];
    return () => {
      const { active } = eventLoopUtilization(loop);
      const { user, system } = process.cpuUsage(spent);
      [loop, spent] = [eventLoopUtilization(), process.cpuUsage()];
      return active - (user + system) / 1_000;
    };
  }

  tell(text: string): void {
    this.#worker.postMessage(text);
  }

  /** Ends it at once, and with it what it is at. */
  die(message: string): void {
    this.#die({ message });
  }

  #die(why: CutOff): void {
    this.#death ??= why;
    this.#onDeath(this.#death);
    void this.#worker.terminate();
  }
}

/** Auth0's words for any of its scripts that takes too long. */
const TIMEOUT_MESSAGE = 'Request to Webtask exceeded allowed execution time';

const TOO_MUCH_MESSAGE = 'The Action did more than can be kept of one login.';

/** What a text costs beside its length: many small ones fill memory, too. */
const BYTES_OF_A_TEXT = 64;

function deathMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? MEMORY_MESSAGE : error.message;
}

/**
 * Before any code of others runs in a thread, only the machine can end it. Node has the name of the system's error in its text
 * alone.
 */
function errorName(error: unknown): string {
  const text = error instanceof Error ? error.message : '';
  return /\bE[A-Z]{3,}\b/.exec(text)?.[0] ?? '';
}

export const MEMORY_MESSAGE = 'The Action used more memory than it may.';
