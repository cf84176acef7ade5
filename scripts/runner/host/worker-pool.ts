import { MAX_WORKERS_AT_ONCE } from '../../auth0/runtime-limits.ts';
import type { RunnerSetup } from '../messages.ts';
import { ActionWorker } from './action-worker.ts';

/**
 * Hands out workers, at most eight at once; who comes later waits in line.
 *
 * `fresh`: each is used once, and a spare is kept ready so that a login does not wait for a worker to start. `reused`:
 * whoever is done well is used again.
 */
export class WorkerPool {
  readonly #setup: RunnerSetup;
  readonly #source: string;
  readonly #idle: ActionWorker[] = [];
  readonly #busy = new Set<ActionWorker>();
  readonly #waiting: (() => void)[] = [];
  #turns = 0;

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
    if (this.#turns >= MAX_WORKERS_AT_ONCE) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#turns += 1;
    const worker = this.#take(packages);
    this.#busy.add(worker);
    try {
      await work(worker);
    } finally {
      this.#busy.delete(worker);
      this.#giveBack(worker);
      this.#turns -= 1;
      this.#waiting.shift()?.();
    }
  }

  #take(packages: boolean): ActionWorker {
    // The one that was used last: where instances are reused, module-level state is found again.
    const place = this.#idle.findLastIndex((worker) => worker.isAlive && worker.packages === packages);
    const [idle] = place === -1 ? [] : this.#idle.splice(place, 1);
    if (this.#setup.instances === 'fresh') {
      // Another of the kind that is in demand.
      const spare = this.#idle.some((worker) => worker.isAlive && worker.packages === packages);
      if (!spare) this.#idle.push(this.#start(packages));
    }
    return idle ?? this.#start(packages);
  }

  #start(packages: boolean): ActionWorker {
    return new ActionWorker(this.#source, this.#setup, packages);
  }

  #giveBack(worker: ActionWorker): void {
    if (this.#setup.instances === 'reused' && worker.isAlive) this.#idle.push(worker);
    else worker.die('The Action has ended.');
  }
}
