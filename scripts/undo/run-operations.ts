import { isSome, Problem, Problems, problemsIn } from '../base/problem.ts';
import type { Some } from '../base/problem.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { STILL_OPEN } from './operation.ts';
import type { Operation } from './operation.ts';

export interface Failure {
  readonly operation: Operation;
  readonly problems: Some<Problem>;
}

type Writing = Pick<ManagementApi, 'domain' | 'send'>;

/**
 * Carries out all of them, also when one fails: each brings the tenant nearer to what was asked for. Only rules stay where
 * they are when a connection could not be disabled before (`RULES_KEPT`).
 *
 * @param onDone Told of each that was done, once it is; of one that was sent in parts, of its parts.
 * @returns What failed, in the same order.
 */
export async function carryOut(
  api: Writing,
  operations: readonly Operation[],
  onDone: (operation: Operation) => void,
): Promise<readonly Failure[]> {
  const all: Failure[] = [];
  let open = false;
  for (const operation of operations) {
    if (open && operation.opens === true) {
      all.push({ operation, problems: [notTried(api.domain, operation)] });
      continue;
    }
    const failures = await attempt(api, operation, onDone);
    all.push(...failures);
    open ||= operation.closes === true && failures.length > 0;
  }
  return all;
}

/** A tenant that refuses a change of several fields is asked for each of them. */
async function attempt(
  api: Writing,
  operation: Operation,
  onDone: (operation: Operation) => void,
): Promise<readonly Failure[]> {
  const { method, path, body, apart = [] } = operation;
  try {
    await api.send(method, path, body);
  } catch (error) {
    const problems = problemsIn(error);
    if (!isSome(problems)) throw error;
    if (apart.length === 0 || problems[0].code !== 'TENANT_ANSWER')
      return [operation, ...apart].map((part) => ({ operation: part, problems }));
    const failures: Failure[] = [];
    for (const part of apart) failures.push(...(await attempt(api, part, onDone)));
    return failures;
  }
  onDone(operation);
  return [];
}

/**
 * The same, for whoever has nothing else to try. The operations are without parts.
 *
 * @param onDone Told what was done, in words, once it is.
 * @throws {Problems} what was refused, and `NOT_ALL_DONE`.
 */
export async function runOperations(
  api: Writing,
  operations: readonly Operation[],
  onDone: (what: string) => void,
): Promise<void> {
  const failures = await carryOut(api, operations, ({ what }) => {
    onDone(what);
  });
  const [first, ...others] = failures.flatMap(({ problems }) => problems);
  if (first === undefined) return;
  throw new Problems([
    first,
    ...others,
    new Problem({
      code: 'NOT_ALL_DONE',
      message: `${failures.length} of ${operations.length} changes were not made.`,
      place: { tenant: api.domain },
    }),
  ]);
}

const notTried = (domain: string, { what }: Operation): Problem =>
  new Problem({
    code: 'RULES_KEPT',
    message: `${what}: ${STILL_OPEN}.`,
    place: { tenant: domain },
  });
