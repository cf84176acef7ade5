import {
  MAX_FRAME_BYTES,
  RUNNER_MEGABYTES,
  RUNNER_MEGABYTES_PER_WORKER,
} from '../../auth0/runtime-limits.ts';
import { frame, FrameReader } from '../frames.ts';
import type { RunnerAnswer, RunnerOrder, RunnerSetup } from '../messages.ts';
import { MEMORY_MESSAGE } from './action-worker.ts';
import type { ActionWorker } from './action-worker.ts';
import { WorkerPool } from './worker-pool.ts';

// Where a runner begins: the main thread of a process of its own. It reads nothing of what workers say and runs none of their
// code; it hands texts on, and ends what takes too long, says too much or fills the memory.

let pool: WorkerPool | undefined;
const atWork = new Map<number, ActionWorker>();
const codes = new Map<number, string>();

/** Milliseconds that a line of a trace may wait for more. */
const TRACE_DELAY_MILLISECONDS = 5;

let answers: Buffer[] = [];
let flushing: NodeJS.Immediate | undefined;
let flushingLater: NodeJS.Timeout | undefined;

/** Each write wakes the other side up: what nobody waits for goes with the next thing that somebody does. */
function answer(said: RunnerAnswer, text?: string, isUrgent = true): void {
  answers.push(frame(said, text));
  if (isUrgent) flushing ??= setImmediate(flush);
  else flushingLater ??= setTimeout(flush, TRACE_DELAY_MILLISECONDS);
}

function flush(): void {
  clearImmediate(flushing);
  clearTimeout(flushingLater);
  [flushing, flushingLater] = [undefined, undefined];
  if (answers.length > 0) process.stdout.write(Buffer.concat(answers));
  answers = [];
}

const orders = new FrameReader(MAX_FRAME_BYTES, (head, text) => {
  // What the runtime sends is its own, and as it is typed.
  if (pool === undefined) pool = new WorkerPool(JSON.parse(head) as RunnerSetup, text);
  else obey(pool, JSON.parse(head) as RunnerOrder, text);
});

function obey(workers: WorkerPool, order: RunnerOrder, text: string): void {
  if (order.kind === 'code') {
    codes.set(order.key, text);
    return;
  }
  const { run } = order;
  if (order.kind === 'tell') atWork.get(run)?.tell(text);
  else if (order.kind === 'drop') atWork.get(run)?.die('The answer of the Action cannot be read.');
  else
    void workers.use(order.packages, async (worker) => {
      atWork.set(run, worker);
      const cutOff = await worker.perform({
        text,
        codes: order.codes.map((key) => ({ key, code: codes.get(key) ?? '' })),
        timeoutMilliseconds: order.timeoutMilliseconds,
        onBegun: () => {
          answer({ kind: 'begun', run });
        },
        onSaid: (said, isUrgent) => {
          answer({ kind: 'said', run }, said, isUrgent);
        },
      });
      atWork.delete(run);
      if (cutOff !== undefined) answer({ kind: 'cut-off', run, ...cutOff });
    });
}

/** Milliseconds between two looks at the memory. A second fills some gigabytes. */
const LOOK_MILLISECONDS = 25;

// The limits of a thread hold for its JavaScript heap. Buffers are the process's, so the process has to go: nothing else ends a
// thread that is busy with filling one.
setInterval(() => {
  const busy = pool?.busy.size ?? 0;
  if (busy === 0) return;
  const megabytes = process.memoryUsage.rss() / 1_000_000;
  if (megabytes <= RUNNER_MEGABYTES + busy * RUNNER_MEGABYTES_PER_WORKER) return;
  for (const run of atWork.keys()) answer({ kind: 'cut-off', run, message: MEMORY_MESSAGE });
  flush();
  process.kill(process.pid, 'SIGKILL');
}, LOOK_MILLISECONDS);

process.stdin.on('data', (chunk: Buffer) => {
  if (!orders.push(chunk)) process.exit(1);
});
// Whoever has started it is gone.
process.stdin.on('end', () => process.exit(0));
