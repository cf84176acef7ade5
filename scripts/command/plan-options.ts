import type { TenantChoice } from './tenant-connection.ts';
import { Problem } from '../base/problem.ts';

/** Of `npm run plan`. */
export interface PlanOptions extends TenantChoice {
  /** A git revision to compare with, instead of a tenant. */
  readonly from?: string;
  /** Another one, to look at instead of the working tree. */
  readonly to?: string;
  readonly markdown: boolean;
  readonly json: boolean;
  readonly updateSecrets: boolean;
  readonly replaceOptions: boolean;
}

/**
 * Options that have no say together: who gives them expects a plan that this one is not.
 *
 * @throws {Problem} `OPTION_CONFLICT`.
 */
export function checkPlanOptions(options: PlanOptions): void {
  const { from, to, markdown, json, env, port, updateSecrets, replaceOptions } = options;
  if (markdown && json) {
    throw new Problem({
      code: 'OPTION_CONFLICT',
      message: '--markdown and --json are two forms of the same plan, and only one is printed.',
      place: { of: 'npm run plan', option: '--markdown, --json' },
      remedy: 'Leave one of them out, or run the command twice.',
    });
  }
  if (from === undefined && to !== undefined) {
    throw new Problem({
      code: 'OPTION_CONFLICT',
      message: '--to names what is compared with the revision of --from, and there is no --from.',
      place: { of: 'npm run plan', option: '--to' },
      remedy: 'Add `--from REV`, such as `--from HEAD`.',
    });
  }
  if (from === undefined) return;
  const ofTenant = [
    ...(env === undefined ? [] : ['--env']),
    ...(port === undefined ? [] : ['--port']),
    ...(updateSecrets ? ['--update-secrets'] : []),
    ...(replaceOptions ? ['--replace-options'] : []),
  ].join(', ');
  if (ofTenant === '') return;
  throw new Problem({
    code: 'OPTION_CONFLICT',
    message: `--from compares with a git revision and does not ask a tenant: ${ofTenant} would have no effect.`,
    place: { of: 'npm run plan', option: ofTenant },
    remedy: `Leave --from out to compare with a tenant, or leave ${ofTenant} out.`,
  });
}
