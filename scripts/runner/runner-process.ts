import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { PROJECT_ROOT } from '../base/project.ts';
import {
  MAX_FRAME_BYTES,
  MAX_OUTPUT_BYTES_PER_RUN,
  MAX_WORKERS_AT_ONCE,
  STARVED_TIMES,
} from '../auth0/runtime-limits.ts';
import type { Problem } from '../base/problem.ts';
import { frame, FrameReader } from './frames.ts';
import { machineFailure } from './machine-failure.ts';
import type { RunnerAnswer, RunnerOrder, RunnerSetup } from './messages.ts';
import { readAnswer } from './read-message.ts';
import { runnerSources } from './runner-sources.ts';
import type { RunnerSources } from './runner-sources.ts';

/** A request on its way. */
interface Pending {
  readonly timeoutMilliseconds: number;
  /** @returns Whether it can be read. */
  readonly onSaid: (text: string) => boolean;
  /** Told why it was cut off, and whether it had begun: what has not may be run again. With a problem, it was the machine. */
  readonly onEnd: (message: string, isBegun: boolean, machine?: Problem) => void;
  bytes: number;
  isBegun: boolean;
  /** Ends the process with which the run should have ended, or begun, long ago. */
  watch: NodeJS.Timeout;
}

/**
 * How long a runner may be silent after the time of a run is over, or after it should have begun with it. It does nothing but
 * watch clocks: then it is not itself any more.
 */
const GRACE_MILLISECONDS = 15_000;

/**
 * Node lets a worker thread that is given its code as text read all of the folder that the process runs in, whatever its
 * permissions say (22.23). This one holds the sources of the runner.
 */
const READABLE = import.meta.dirname;

const ENDED_MESSAGE = 'The Action ended its process.';

const NOT_STARTED = 'The process that runs Actions could not be started';
const NO_THREAD = 'Node could not start a thread for an Action';

/**
 * One process that runs code under judgement, and ends with this one. It has no environment, no files, no children and a group of
 * its own; all code that it ever gets may talk in its name, so nothing that it says is taken for more than the result of what it
 * was asked to run.
 */
export class RunnerProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  readonly #codes = new Map<string, number>();
  #isAlive = true;
  #isClosing = false;
  /** Whether code of others has ever run in it. */
  #hasBegun = false;
  #runs = 0;

  private constructor(sources: RunnerSources, setup: RunnerSetup) {
    const environment = process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] } : {};
    this.#child = spawn(
      process.execPath,
      ['--permission', '--allow-worker', ...networkFlags(setup), '--no-warnings', '--eval', sources.host],
      {
        cwd: READABLE,
        env: environment,
        stdio: ['pipe', 'pipe', 'ignore'],
        detached: true,
        windowsHide: true,
      },
    );
    this.#ended = new Promise((resolve) => {
      const over = (reason: string): void => {
        this.#isAlive = false;
        // Of what runs nobody's code, the machine alone can be the end.
        const machine = this.#hasBegun || this.#isClosing ? undefined : machineFailure(NOT_STARTED, reason);
        for (const run of this.#pending.keys()) this.#finish(run, ENDED_MESSAGE, machine);
        resolve();
      };
      this.#child
        .once('close', (code, signal) => {
          over(signal ?? `exit code ${String(code)}`);
        })
        .once('error', (error) => {
          over('code' in error && typeof error.code === 'string' ? error.code : '');
        });
    });
    const answers = new FrameReader(MAX_FRAME_BYTES, (head, text) => {
      const answer = readAnswer(head);
      if (answer === undefined) this.#kill();
      else this.#read(answer, text);
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      if (this.#isAlive && !answers.push(chunk)) this.#kill();
    });
    // A process that has ended says so by itself.
    this.#child.stdin?.on('error', () => undefined);
    this.#write(setup, sources.worker);
    this.#hold();
  }

  static async start(setup: Omit<RunnerSetup, 'root' | 'senders'>): Promise<RunnerProcess> {
    return new RunnerProcess(await runnerSources(), { ...setup, root: PROJECT_ROOT, senders: senders() });
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /**
   * Begins a run. It ends with `settle`, or with `onEnd`, which is told why it was cut off.
   *
   * @param text What the worker is asked.
   */
  begin(
    text: string,
    options: Pick<Pending, 'timeoutMilliseconds' | 'onSaid' | 'onEnd'> & {
      readonly packages: boolean;
      readonly codes: readonly number[];
    },
  ): number {
    this.#runs += 1;
    const run = this.#runs;
    const { packages, codes, timeoutMilliseconds, onSaid, onEnd } = options;
    // Those before it may take all of their time, as many at once as there are workers.
    const turns = 1 + Math.ceil(this.#pending.size / MAX_WORKERS_AT_ONCE);
    this.#pending.set(run, {
      timeoutMilliseconds,
      onSaid,
      onEnd,
      bytes: 0,
      isBegun: false,
      watch: this.#watch(turns * STARVED_TIMES * timeoutMilliseconds),
    });
    this.#hold();
    this.#order({ kind: 'perform', run, timeoutMilliseconds, packages, codes }, text);
    if (!this.#isAlive) this.#finish(run, ENDED_MESSAGE);
    return run;
  }

  /** The key of a code, which is sent where it has not been. */
  keyOf(code: string): number {
    const known = this.#codes.get(code);
    if (known !== undefined) return known;
    const key = this.#codes.size;
    this.#codes.set(code, key);
    this.#order({ kind: 'code', key }, code);
    return key;
  }

  tell(run: number, text: string): void {
    if (this.#pending.has(run)) this.#order({ kind: 'tell', run }, text);
  }

  /** The run has said its last word. */
  settle(run: number): void {
    const pending = this.#pending.get(run);
    clearTimeout(pending?.watch);
    this.#pending.delete(run);
    this.#hold();
  }

  async close(): Promise<void> {
    this.#kill();
    // Its output ends after it: a process that held on to one of the two only would end in between, with all that it has yet to
    // do.
    this.#isClosing = this.#isAlive;
    this.#hold();
    await this.#ended;
  }

  #order(order: RunnerOrder, text?: string): void {
    this.#write(order, text);
  }

  #write(head: object, text?: string): void {
    if (this.#isAlive) this.#child.stdin?.write(frame(head, text));
  }

  #read(answer: RunnerAnswer, text: string): void {
    const { run } = answer;
    const pending = this.#pending.get(run);
    if (pending === undefined) return;
    if (answer.kind === 'begun') {
      // Once: whoever says it again and again gains no time.
      if (pending.isBegun) return;
      pending.isBegun = true;
      this.#hasBegun = true;
      clearTimeout(pending.watch);
      pending.watch = this.#watch(STARVED_TIMES * pending.timeoutMilliseconds);
    } else if (answer.kind === 'cut-off') {
      const { message, machine } = answer;
      this.#finish(run, message, machine === undefined ? undefined : machineFailure(NO_THREAD, machine));
    } else {
      pending.bytes += text.length;
      if (pending.bytes <= MAX_OUTPUT_BYTES_PER_RUN && pending.onSaid(text)) return;
      this.#order({ kind: 'drop', run });
      this.#finish(run, 'The answer of the Action cannot be read.');
    }
  }

  #finish(run: number, message: string, machine?: Problem): void {
    const pending = this.#pending.get(run);
    this.settle(run);
    pending?.onEnd(message, pending.isBegun, machine);
  }

  #watch(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#kill();
    }, milliseconds + GRACE_MILLISECONDS);
  }

  #kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** A process that is done does not wait for its runner. */
  #hold(): void {
    const isHeld = this.#pending.size > 0 || this.#isClosing;
    for (const each of [this.#child, this.#child.stdin, this.#child.stdout]) {
      if (each !== this.#child && !(each instanceof Socket)) continue;
      if (isHeld) each.ref();
      else each.unref();
    }
  }
}

/** Found in this process, which has the same Node: a worker would have to load all of Node's HTTP client for it. */
function senders(): readonly string[] {
  // The first use of any of its classes loads it.
  new Headers();
  return Object.getOwnPropertySymbols(globalThis).flatMap((symbol) => {
    const value: unknown = Reflect.get(globalThis, symbol);
    const sends = typeof value === 'object' && value !== null && 'dispatch' in value;
    return sends ? (Symbol.keyFor(symbol) ?? []) : [];
  });
}

/** Newer versions of Node know of the network too. */
const networkFlags = ({ network }: RunnerSetup): readonly string[] =>
  network === 'open' && process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : [];
