import { Problem, Problems, problemsIn } from '../problem.ts';
import type { ManagementApi } from './management-api.ts';
import type { Operation } from './operation.ts';

/**
 * Carries out all of them, also when one fails: each brings the tenant nearer to what was asked for.
 *
 * @throws {Problems} what was refused, and `NOT_ALL_DONE`.
 */
export async function runOperations(
  api: ManagementApi,
  operations: readonly Operation[],
  onDone: (what: string) => void,
): Promise<void> {
  const problems: Problem[] = [];
  for (const { what, method, path, body } of operations) {
    try {
      await api.send(method, path, body);
      onDone(what);
    } catch (error) {
      const found = problemsIn(error);
      if (found.length === 0) throw error;
      problems.push(...found);
    }
  }
  if (problems.length === 0) return;
  throw new Problems([
    ...problems,
    new Problem({
      code: 'NOT_ALL_DONE',
      message: `${problems.length} of ${operations.length} changes were refused.`,
      place: { file: api.domain },
      remedy: 'Mend the reason above and run the command again: it goes on where it is.',
    }),
  ]);
}
