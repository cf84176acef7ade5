import { isSome, Problem, Problems, problemsIn } from '../base/problem.ts';
import type { DeployResult, RightTenant } from './prepare-deploy.ts';
import type { Journal } from './journal.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import type { PutBackHelp } from '../undo/operation.ts';
import { putBack, putBackProblem } from '../undo/put-back.ts';
import type { PutBackReport } from '../undo/put-back.ts';
import { settleDeploy } from '../undo/settle-deploy.ts';

export interface FailureContext {
  readonly api: ManagementApi;
  readonly journal: Journal;
  readonly settleMilliseconds: number | undefined;
  readonly connectionSecret: PutBackHelp['connectionSecret'];
  /** @throws {Problems} when the tenant is not as it should be. */
  readonly readBack: () => Promise<RightTenant>;
  readonly repeatLastStep: () => Promise<void>;
}

export type AfterFailure =
  | { readonly kind: 'complete'; readonly result: DeployResult }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * What happens after a deploy failed: if its last call arrived after all, it is complete; otherwise everything is put
 * back, and the error to throw says what was done.
 *
 * @param error Why it failed.
 */
export async function afterFailure(error: unknown, context: FailureContext): Promise<AfterFailure> {
  const { api, journal, connectionSecret, settleMilliseconds } = context;
  try {
    const settled = await settleDeploy(api, journal.record(), connectionSecret, settleMilliseconds);
    if (settled.kind === 'put-back') return putBackDone(error, settled.report, journal);
    if (settled.kind === 'secret-in-doubt') await context.repeatLastStep();
    return await completed(error, context);
  } catch (failure) {
    return { kind: 'failed', error: withProblem(error, unfinished(journal, failure)) };
  }
}

async function completed(error: unknown, context: FailureContext): Promise<AfterFailure> {
  const { api, journal, connectionSecret, settleMilliseconds } = context;
  try {
    const { readBack, state, sent } = await context.readBack();
    journal.done(state, sent);
    const [problem] = problemsIn(error);
    const note = `Everything arrived, although: ${problem?.message ?? 'a call failed'}`;
    return { kind: 'complete', result: { ...readBack, note } };
  } catch (difference) {
    if (problemsIn(difference).length === 0) throw difference;
    const report = await putBack(api, journal.record(), connectionSecret, settleMilliseconds);
    return putBackDone(error, report, journal);
  }
}

function putBackDone(error: unknown, report: PutBackReport, journal: Journal): AfterFailure {
  journal.putBack(report);
  return { kind: 'failed', error: withProblem(error, putBackProblem(report)) };
}

/** A defect of this project keeps its stack. */
function withProblem(error: unknown, problem: Problem): unknown {
  const reasons = problemsIn(error);
  return isSome(reasons)
    ? new Problems([...reasons, problem])
    : new AggregateError([error, problem], problem.message, { cause: error });
}

function unfinished(journal: Journal, failure: unknown): Problem {
  const inDoubt = journal.record().optionsOf.some(({ readableChange }) => !readableChange);
  return new Problem({
    code: 'DEPLOY_UNFINISHED',
    message: `The deploy stopped at "${journal.record().steps.at(-1) ?? 'the beginning'}", and it could not be put back: ${
      problemsIn(failure)
        .map(({ message }) => message)
        .join(' ') || String(failure)
    }`,
    ...(inDoubt
      ? {
          remedy:
            'Run `npm run deploy -- --update-secrets` when the tenant answers again: it continues from here.',
        }
      : {}),
  });
}
