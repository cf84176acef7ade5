import { Problem } from './problem.ts';
import { STOP_SIGNALS } from './stop-signals.ts';

/**
 * Runs work that Ctrl-C (or a polite kill) stops by a signal, so that it can put back what it has done. A second one ends
 * the process at once; what is left then is found by the next command.
 */
export async function stoppable<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stop = (): void => {
    stopListening();
    controller.abort(
      new Problem({
        code: 'DEPLOY_STOPPED',
        message: 'The deploy was stopped.',
      }),
    );
  };
  const stopListening = (): void => {
    for (const signal of STOP_SIGNALS) process.off(signal, stop);
  };
  for (const signal of STOP_SIGNALS) process.once(signal, stop);
  try {
    return await work(controller.signal);
  } finally {
    stopListening();
  }
}
