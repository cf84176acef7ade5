import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import type { PlannedChange, ShownValue } from './plan.ts';
import { rated } from './ratings/security-codes.ts';
import type { SecurityCode } from './ratings/security-codes.ts';

/** What of `tenant.yaml` is never sent, and still says what other plans and deploys let through. */
export type FileOnly = Pick<TenantConfig, 'otherActions' | 'variables'>;

/** What a plan of two files shows of it. Plans of a tenant are told from that. */
export const fileOnlyChanges = (before: FileOnly, after: FileOnly): readonly PlannedChange[] => [
  ...acceptedActions(before.otherActions, after.otherActions),
  ...declaredVariables(before.variables, after.variables),
];

const ACCEPTED = 'may run at logins';

/**
 * What is named there is no finding any more when it comes into the flow, so naming it is one. Without the list, nothing is found
 * where no records are kept.
 */
function acceptedActions(
  before: FileOnly['otherActions'],
  after: FileOnly['otherActions'],
): readonly PlannedChange[] {
  if (before !== undefined && after === undefined) {
    const because = 'where no records of deploys are kept, no plan tells of any';
    return [change('otherActions', '(any)', [null, ACCEPTED], ['other_action', because])];
  }
  return [...new Set([...(before ?? []), ...(after ?? [])])].flatMap((name) => {
    const [was, is] = [before, after].map((names) => names?.includes(name) === true);
    if (was === is) return [];
    return is === true
      ? change(
          'otherActions',
          name,
          [null, ACCEPTED],
          ['other_action', 'no plan tells any more when it comes there'],
        )
      : change('otherActions', name, [ACCEPTED, null]);
  });
}

/** A public variable may go where everybody reads it, and its value is of the machine that deploys. */
const declaredVariables = (
  before: FileOnly['variables'] = {},
  after: FileOnly['variables'] = {},
): readonly PlannedChange[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [was, is] = [before, after].map((declared) =>
      Object.hasOwn(declared, name) ? declared[name] : null,
    );
    if (was === is) return [];
    const because = 'the value that it has where the deploy runs may stand where everybody reads it';
    return change(
      'variables',
      name,
      [was ?? null, is ?? null],
      ...(is === 'public' ? [['setting_not_judged', because] as const] : []),
    );
  });

const change = (
  section: keyof FileOnly,
  field: string,
  [before, after]: readonly [ShownValue, ShownValue],
  ...security: readonly (readonly [code: SecurityCode, because: string])[]
): PlannedChange => ({
  verb: 'change',
  resource: { kind: 'project', name: section },
  field,
  before,
  after,
  details: [],
  code: null,
  security: security.map(([code, because]) => rated(code, because)),
  causes: [],
});
