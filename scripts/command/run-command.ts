import { inspect } from 'node:util';
import { block, safe } from '../base/safe-text.ts';
import { describeProblem, diskProblem, problemsIn } from '../base/problem.ts';
import type { Problem } from '../base/problem.ts';
import { STOP_SIGNALS } from '../base/stop-signals.ts';
import { printAside, red, surviveClosedOutput } from './print.ts';
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
  const lost: Problem[] = [];
  surviveClosedOutput((error, stream) => {
    lost.push(
      diskProblem({
        code: 'OUTPUT_UNWRITABLE',
        file: stream,
        what: 'Not all could be written',
        cause: error,
      }),
    );
  });
  const progress = startProgress(elsewhere);
  const fail = (error: unknown): void => {
    progress.waitFor(undefined);
    printFailure(error);
    process.exitCode = 1;
  };
  /** What nobody waits for: the command cannot know how far it came. */
  const failAtOnce = (error: unknown): void => {
    fail(error);
    process.exit(1);
  };
  process.once('exit', failUnfinished).once('uncaughtException', failAtOnce);
  try {
    await command(progress);
    progress.waitFor(undefined);
  } catch (error) {
    fail(error);
  } finally {
    process.off('exit', failUnfinished);
  }
  // Standard output says so a moment after it was written to.
  await new Promise(setImmediate);
  const [first] = lost;
  if (first !== undefined) fail(first);
}

function printFailure(error: unknown): void {
  const problems = problemsIn(error);
  if (problems.length === 0) {
    printAside(
      block(inspect(error, { colors: false })),
      safe`\nThis is a defect of this project, not of your configuration.`,
    );
  }
  problems.forEach(printProblem);
}

/** Node ends, without a word, a process in which nothing is left that could happen. Nobody shall take that for success. */
function failUnfinished(exitCode: number): void {
  if (exitCode !== 0) return;
  printAside(
    safe`error: the command ended before its work was done.`,
    safe`\nThis is a defect of this project, not of your configuration.`,
  );
  process.exitCode = 1;
}

/** On standard error, in red where somebody looks. */
export function printProblem(problem: Problem): void {
  printAside(red(describeProblem(problem)));
}

/** Calls `stop` once when somebody asks the command to end. */
export function onStopSignal(stop: () => void): void {
  for (const signal of STOP_SIGNALS) process.once(signal, stop);
}

/** Seconds with one decimal, for people. */
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
