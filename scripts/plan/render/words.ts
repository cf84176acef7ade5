import type { LoginChange } from '../impact/compare-logins.ts';
import type { LoginImpact } from '../impact/login-impact.ts';
import { isEmptyPlan, whereOf, whoseLogins } from '../plan.ts';
import type { Plan, PlannedChange, PlanTarget, SecretValues, ShownValue } from '../plan.ts';
import { ANY_OTHER_CONNECTION } from '../ratings/settings-effect.ts';
import type { SettingsEffect } from '../ratings/settings-effect.ts';
import type { CodeChange } from '../../tenant-model/diff/diff-code.ts';
import type { FlowEntry } from '../../tenant-model/diff/diff-flow.ts';

/** The words that terminal and Markdown share. Not yet safe to print: `safeLine` makes them so. */

/** The first line of every plan. */
export const targetLine = (target: PlanTarget): string =>
  target.kind !== 'revision'
    ? `${target.kind === 'drift' ? 'How tenant.yaml and the tenant differ:' : 'Plan for the tenant'} ${target.domain}${target.domain.startsWith('localhost:') ? ' (on this machine)' : ''}`
    : `Plan of ${target.to === undefined ? 'the working tree' : revisionWords(target.to)} against ${revisionWords(target)}; no tenant was asked`;

const revisionWords = ({
  revision,
  commit,
}: {
  readonly revision: string;
  readonly commit: string;
}): string => `${revision} (${commit.slice(0, 12)})`;

/** How much there is to see. */
export function summaryLine(plan: Plan, findings: number): string {
  const count = plan.changes.length;
  const security = `${findings === 0 ? 'no' : findings} security ${findings === 1 ? 'finding' : 'findings'}`;
  if (plan.target.kind === 'drift') {
    if (count === 0)
      return findings === 0 ? 'The tenant is as tenant.yaml says.' : `No setting differs, ${security}.`;
    return [`${count} ${count === 1 ? 'difference' : 'differences'}, ${security}.`, ...weakerLine(plan)].join(
      ' ',
    );
  }
  if (isEmptyPlan(plan))
    return findings === 0 ? 'Nothing would change.' : `Nothing would change, ${security}.`;
  if (count === 0) return 'No setting would change; values of secrets are sent.';
  return `${count} ${count === 1 ? 'change' : 'changes'}, ${security}.`;
}

/** Who gets in at the tenant, and would not by the file. */
function weakerLine({ impact }: Plan): readonly string[] {
  const looser = impact.changes.filter(({ security }) =>
    security.some(({ code }) => code === 'rules_loosened'),
  );
  if (looser.length === 0) return [];
  const atEach = [...Map.groupBy(looser, ({ application }) => application)].map(
    ([application, changes]) =>
      `at ${application}, ${[...new Set(changes.flatMap(({ people }) => people))].join(', ')} get in`,
  );
  return [`The tenant is weaker than tenant.yaml: ${atEach.join('; ')}.`];
}

/** How a deploy can require this very plan; empty for a revision. */
export const digestLine = ({ digest }: Pick<Plan, 'digest'>): string =>
  digest === null ? '' : `Digest of this plan: ${digest}`;

const VERBS = { create: '+', change: '~', erase: '-', unmanage: 'o' } as const;

/** `~ connection didit · options.tokenURL: https://a → https://b`. */
export function changeLine(change: PlannedChange): string {
  const { verb, field, code, details } = change;
  const where = `${VERBS[verb]} ${whereOf(change)}`;
  if (code !== null) return `${where}${field === null ? ' is new' : ''}: ${codeLine(code)}`;
  if (field === null)
    return `${where} ${verb === 'create' ? 'is new' : verb === 'erase' ? 'is not there' : 'is no longer in tenant.yaml; a tenant keeps it'}`;
  switch (verb) {
    case 'erase':
      return `${where}: ${valueText(change.before)} is removed`;
    case 'unmanage':
      return `${where}: ${valueText(change.before)} is no longer in tenant.yaml; a tenant keeps it`;
    case 'create':
      return `${where}: ${valueText(change.after)}`;
    case 'change':
      // Of lists and settings texts, what comes and goes is easier to read than the whole.
      return details.length > 0 && Array.isArray(change.after)
        ? where
        : `${where}: ${valueText(change.before)} → ${valueText(change.after)}`;
  }
}

export function codeLine({ before, after, added, removed }: CodeChange): string {
  if (before === null || after === null) {
    const only = after ?? before;
    return only === null ? 'no code' : `${bytes(only.bytes)}, sha256 ${only.sha256.slice(0, 12)}`;
  }
  return `${bytes(before.bytes)} → ${bytes(after.bytes)}, lines +${added} -${removed}, sha256 ${before.sha256.slice(0, 12)} → ${after.sha256.slice(0, 12)}`;
}

const bytes = (count: number): string => `${count} bytes`;

function valueText(value: ShownValue): string {
  if (value === null) return 'not set';
  if (typeof value === 'object') return value.length === 0 ? 'none' : value.join(', ');
  return value === '' ? 'an empty text' : String(value);
}

const through = (connection: string): string =>
  connection === ANY_OTHER_CONNECTION ? '(through any other connection)' : `(through ${connection})`;

/** `rules of application Shop (through didit): … → …`. */
export const effectLine = ({ what, application, connection, before, after }: SettingsEffect): string =>
  `${what}${application === null ? '' : ` of application ${application}`} ${through(connection)}: ${before ?? 'no login'} → ${after ?? 'no login'}`;

const PLACES = { none: '', added: 'new', removed: 'removed', moved: 'moved', renamed: 'renamed' } as const;

/** `2  didit-claims  moved from place 3`. */
export function flowLine(
  { action, ours, change, before, after }: FlowEntry,
  noLongerListed: Plan['noLongerListed'],
): string {
  const place = after === null ? '-' : String(after);
  const isForgotten = noLongerListed.some(
    ({ resource: { kind, name } }) => kind === 'Action' && name === action,
  );
  const words = [
    ...(isForgotten ? ['no longer in tenant.yaml, kept'] : ours ? [] : ["another team's, kept"]),
    ...(change === 'none' ? [] : [PLACES[change]]),
    ...(change === 'moved' && before !== null ? [`from place ${before}`] : []),
  ];
  return `${place.padStart(2)}  ${action}${words.length === 0 ? '' : `  (${words.join(' ')})`}`;
}

/** `minor, unverified @ Shop: allowed → denied (didit_age_under_18)`; later flows by their names. */
export function loginLine(login: LoginChange, everybody: readonly string[]): string {
  const { what, change, before, after, unchangedIn } = login;
  const rest = unchangedIn.length === 0 ? '' : `; unchanged in ${unchangedIn.join(', ')}`;
  if (change === 'changed') {
    return `${whoseLogins(login, everybody)}: ${what === 'login' ? '' : `${what}: `}${before ?? ''} → ${after ?? ''}${rest}`;
  }
  return `${whoseLogins(login, everybody)}: ${what} ${change}${rest}`;
}

/** What was simulated, and whether anything changes. */
export function impactLine({ people, applications, flows, changes }: LoginImpact): string {
  if (flows.length === 0) return 'All simulated logins end as before.';
  const size = `${counted(people, 'person', 'people')} × ${counted(applications, 'application', 'applications')}: ${flows.length > 3 ? `${flows.length} ways to log in` : flows.join(', ')}`;
  return changes.length === 0
    ? `All simulated logins end as before (${size}).`
    : `Logins that change (${size}):`;
}

const counted = ({ length }: readonly string[], one: string, many: string): string =>
  `${length} ${length === 1 ? one : many}`;

/** Actions with the same reason are named together. */
export function secretLines(values: readonly SecretValues[]): readonly string[] {
  const reasons = [...new Set(values.map(({ because }) => because))];
  return reasons.map((reason) => {
    const those = values.filter(({ because }) => because === reason);
    const sent = those.some((value) => value.sent);
    return `${sent ? 'sent' : 'not sent'}, since ${reason}: ${those.map(({ of, names }) => (sent ? `${of} (${names.join(', ')})` : of)).join(', ')}`;
  });
}
