import { availableParallelism } from 'node:os';
import { MAX_WORKERS_AT_ONCE } from '../../auth0/runtime-limits.ts';
import type { RunnerSetup } from '../messages.ts';
import { ActionWorker } from './action-worker.ts';

/** Milliseconds that a run waits for an instance that is at work: to start another takes longer. */
const PATIENCE_MILLISECONDS = 50;

/** Instances that compute, as many as there are processors, would only be slowed down by one more. */
const PROCESSORS = availableParallelism();

/** A run that waits for a worker. */
interface Waiting {
  readonly packages: boolean;
  readonly begin: (worker: ActionWorker) => void;
}

/**
 * Hands out workers, at most eight at once; who comes later waits in line.
 *
 * `fresh`: each is used once, and a spare is kept ready so that a login does not wait for a worker to start. `reused`:
 * whoever is done well is used again, and one more is started only where somebody has waited for a while.
 */
export class WorkerPool {
  readonly #setup: RunnerSetup;
  readonly #source: string;
  readonly #idle: ActionWorker[] = [];
  readonly #busy = new Set<ActionWorker>();
  readonly #waiting: Waiting[] = [];
  #patience: NodeJS.Timeout | undefined;

  /** @param source Code of the workers. */
  constructor(setup: RunnerSetup, source: string) {
    this.#setup = setup;
    this.#source = source;
    this.#idle.push(this.#start(false));
  }

  /** Those that are at work. */
  get busy(): ReadonlySet<ActionWorker> {
    return this.#busy;
  }

  /** @param packages Whether the code may read the packages that are installed. */
  async use(packages: boolean, work: (worker: ActionWorker) => Promise<void>): Promise<void> {
    const worker = await new Promise<ActionWorker>((begin) => {
      this.#waiting.push({ packages, begin });
      this.#handOut(false);
    });
    try {
      await work(worker);
    } finally {
      this.#busy.delete(worker);
      this.#giveBack(worker);
      this.#handOut(false);
    }
  }

  /**
   * Gives workers to those who wait, the first first.
   * @param startsOne Whether a worker may be started where others are at work.
   */
  #handOut(startsOne: boolean): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (this.#busy.size >= MAX_WORKERS_AT_ONCE) break;
      const idle = this.#takeIdle(first.packages);
      if (idle === undefined) {
        if (this.#setup.instances === 'reused' && this.#busy.size > 0 && !startsOne) break;
        startsOne = false;
      }
      this.#waiting.shift();
      const worker = idle ?? this.#start(first.packages);
      this.#busy.add(worker);
      first.begin(worker);
    }
    if (this.#waiting.length === 0) {
      clearTimeout(this.#patience);
      this.#patience = undefined;
    } else if (this.#patience === undefined) {
      // Measured from now on.
      this.#computing();
      this.#patience = setTimeout(() => {
        this.#patience = undefined;
        this.#handOut(this.#computing() < PROCESSORS - 0.5);
      }, PATIENCE_MILLISECONDS);
    }
  }

  /** How many compute, of those at work, since this was asked last. */
  #computing(): number {
    return [...this.#busy].reduce((sum, worker) => sum + worker.utilization(), 0);
  }

  #takeIdle(packages: boolean): ActionWorker | undefined {
    // The one that was used last: where instances are reused, module-level state is found again.
    const place = this.#idle.findLastIndex((worker) => worker.isAlive && worker.packages === packages);
    const [idle] = place === -1 ? [] : this.#idle.splice(place, 1);
    if (this.#setup.instances === 'fresh') {
      // Another of the kind that is in demand.
      const spare = this.#idle.some((worker) => worker.isAlive && worker.packages === packages);
      if (!spare) this.#idle.push(this.#start(packages));
    }
    return idle;
  }

  #start(packages: boolean): ActionWorker {
    return new ActionWorker(this.#source, this.#setup, packages);
  }

  #giveBack(worker: ActionWorker): void {
    if (this.#setup.instances === 'reused' && worker.isAlive) this.#idle.push(worker);
    else worker.die('The Action has ended.');
  }
}
