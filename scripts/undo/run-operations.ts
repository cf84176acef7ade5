import { Problem, Problems, problemsIn } from '../base/problem.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { STILL_OPEN } from './operation.ts';
import type { Operation } from './operation.ts';

/**
 * Carries out all of them, also when one fails: each brings the tenant nearer to what was asked for. Only rules stay where
 * they are when a connection could not be disabled before.
 *
 * @throws {Problems} what was refused, and `NOT_ALL_DONE`.
 */
export async function runOperations(
  api: Pick<ManagementApi, 'domain' | 'send'>,
  operations: readonly Operation[],
  onDone: (what: string) => void,
): Promise<void> {
  const problems: Problem[] = [];
  let open = false;
  let done = 0;
  for (const { what, method, path, body, closes, opens } of operations) {
    if (open && opens === true) {
      problems.push(notTried(api.domain, what));
      continue;
    }
    try {
      await api.send(method, path, body);
      done += 1;
      onDone(what);
    } catch (error) {
      const found = problemsIn(error);
      if (found.length === 0) throw error;
      problems.push(...found);
      open ||= closes === true;
    }
  }
  const [first, ...others] = problems;
  if (first === undefined) return;
  throw new Problems([
    first,
    ...others,
    new Problem({
      code: 'NOT_ALL_DONE',
      message: `${operations.length - done} of ${operations.length} changes were not made.`,
      place: { tenant: api.domain },
    }),
  ]);
}

const notTried = (domain: string, what: string): Problem =>
  new Problem({
    code: 'RULES_KEPT',
    message: `${what}: ${STILL_OPEN}.`,
    place: { tenant: domain },
  });
