import { styleText } from 'node:util';
import { describeProblem, problemsIn } from '../base/problem.ts';
import type { Problem } from '../base/problem.ts';
import { STOP_SIGNALS } from '../base/stop-signals.ts';
import { startProgress } from './progress.ts';
import type { Progress, ProgressElsewhere } from './progress.ts';

/**
 * Runs a command: problems are printed with code, place and remedy and end it with exit code 1; anything else that is
 * thrown is a defect of this project and keeps its stack.
 *
 * @param elsewhere What it says of its progress where there is no terminal. Default `silent`.
 */
export async function runCommand(
  command: (progress: Progress) => Promise<void>,
  elsewhere: ProgressElsewhere = 'silent',
): Promise<void> {
  surviveClosedOutput();
  const progress = startProgress(elsewhere);
  try {
    await command(progress);
    progress.waitFor(undefined);
  } catch (error) {
    progress.waitFor(undefined);
    const problems = problemsIn(error);
    if (problems.length === 0) {
      console.error(error);
      console.error('\nThis is a defect of this project, not of your configuration.');
    }
    problems.forEach(printProblem);
    process.exitCode = 1;
  }
}

/** On standard error, in red where somebody looks. */
export function printProblem(problem: Problem): void {
  console.error(styleText('red', describeProblem(problem), { stream: process.stderr }));
}

/** Colour only where somebody looks: not in pipes, not with NO_COLOR. */
export const heading = (text: string): string => styleText('bold', text, { stream: process.stdout });
export const dim = (text: string): string => styleText('dim', text, { stream: process.stdout });

/** Calls `stop` once when somebody asks the command to end. */
export function onStopSignal(stop: () => void): void {
  for (const signal of STOP_SIGNALS) process.once(signal, stop);
}

/** Whoever reads may stop reading (`| head`): that must not end a deploy half way. */
function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Seconds with one decimal, for people. */
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
