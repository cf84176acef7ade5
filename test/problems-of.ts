import type { Problem } from '../scripts/base/problem.ts';
import { problemsIn } from '../scripts/base/problem.ts';

/** The problems that `work` throws; a failure of the test when it throws none. */
export function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
  } catch (error) {
    return problemsIn(error);
  }
  throw new Error('expected problems, got none');
}

/** The same for asynchronous work. */
export async function problemsOfAsync(work: () => Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await work();
  } catch (error) {
    return problemsIn(error);
  }
  throw new Error('expected problems, got none');
}
