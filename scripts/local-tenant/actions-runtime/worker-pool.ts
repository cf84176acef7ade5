import { ActionWorker } from './action-worker.ts';
import { MAX_WORKERS_AT_ONCE } from '../../auth0/runtime-limits.ts';

/**
 * Hands out workers, at most eight at once; who comes later waits in line.
 *
 * `fresh`: each is used once, and a spare is kept ready so that a login does not wait for a worker to start. `reused`:
 * whoever is done well is used again.
 */
export class WorkerPool {
  readonly #source: Promise<string>;
  readonly #instances: 'fresh' | 'reused';
  readonly #idle: ActionWorker[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #endings = new Set<Promise<void>>();
  #busy = 0;
  #closed = false;

  constructor(source: Promise<string>, instances: 'fresh' | 'reused') {
    this.#source = source;
    this.#instances = instances;
    void this.#keepSpare();
  }

  /** @throws {Error} once the pool is closed. */
  async use<Result>(work: (worker: ActionWorker) => Promise<Result>): Promise<Result> {
    await this.#turn();
    try {
      const worker = await this.#take();
      try {
        return await work(worker);
      } finally {
        this.#giveBack(worker);
      }
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const worker of this.#idle.splice(0)) this.#end(worker);
    await Promise.all(this.#endings);
  }

  async #turn(): Promise<void> {
    if (this.#busy >= MAX_WORKERS_AT_ONCE) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#busy += 1;
  }

  async #take(): Promise<ActionWorker> {
    const source = await this.#source;
    if (this.#closed) throw new Error('The Actions runtime is closed.');
    // The one that was used last: where instances are reused, module-level state is found again.
    const idle = this.#idle.pop();
    if (this.#instances === 'fresh') void this.#keepSpare();
    return idle?.isAlive === true ? idle : new ActionWorker(source);
  }

  #giveBack(worker: ActionWorker): void {
    if (this.#instances === 'reused' && worker.isAlive && !this.#closed) this.#idle.push(worker);
    else this.#end(worker);
  }

  async #keepSpare(): Promise<void> {
    // Who wants a worker is told that there is no source for one; here nobody is.
    const source = await this.#source.catch(() => undefined);
    if (source === undefined || this.#closed || this.#idle.length > 0) return;
    this.#idle.push(new ActionWorker(source));
  }

  #end(worker: ActionWorker): void {
    const ending = worker.terminate().finally(() => {
      this.#endings.delete(ending);
    });
    this.#endings.add(ending);
  }
}
