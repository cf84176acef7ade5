import { joined, safe } from '../../base/safe-text.ts';
import type { SafeText } from '../../base/safe-text.ts';
import type { LoginChange } from '../impact/compare-logins.ts';
import type { LoginImpact } from '../impact/login-impact.ts';
import { isEmptyPlan, whereOf, whoseLogins } from '../plan.ts';
import type { Plan, PlannedChange, PlanTarget, SecretValues, ShownValue } from '../plan.ts';
import { ANY_OTHER_CONNECTION } from '../ratings/settings-effect.ts';
import type { SettingsEffect } from '../ratings/settings-effect.ts';
import type { CodeChange } from '../../tenant-model/diff/diff-code.ts';
import type { FlowEntry } from '../../tenant-model/diff/diff-flow.ts';

/** The words that terminal and Markdown share. */

/** The first line of every plan. */
export const targetLine = (target: PlanTarget): SafeText =>
  target.kind !== 'revision'
    ? safe`${target.kind === 'drift' ? 'How tenant.yaml and the tenant differ:' : 'Plan for the tenant'} ${target.domain}${target.domain.startsWith('localhost:') ? ' (on this machine)' : ''}`
    : safe`Plan of ${target.to === undefined ? 'the working tree' : revisionWords(target.to)} against ${revisionWords(target)}; no tenant was asked`;

const revisionWords = ({
  revision,
  commit,
}: {
  readonly revision: string;
  readonly commit: string;
}): SafeText => safe`${revision} (${commit.slice(0, 12)})`;

/** How much there is to see. */
export function summaryLine(plan: Plan, findings: number): SafeText {
  const count = plan.changes.length;
  const security = `${findings === 0 ? 'no' : findings} security ${findings === 1 ? 'finding' : 'findings'}`;
  if (plan.target.kind === 'drift') {
    if (count === 0)
      return findings === 0
        ? safe`The tenant is as tenant.yaml says.`
        : safe`No setting differs, ${security}.`;
    return joined(
      [safe`${count} ${count === 1 ? 'difference' : 'differences'}, ${security}.`, ...weakerLine(plan)],
      ' ',
    );
  }
  if (isEmptyPlan(plan))
    return findings === 0 ? safe`Nothing would change.` : safe`Nothing would change, ${security}.`;
  if (count === 0) return safe`No setting would change; values of secrets are sent.`;
  return safe`${count} ${count === 1 ? 'change' : 'changes'}, ${security}.`;
}

/** Who gets in at the tenant, and would not by the file. */
function weakerLine({ impact }: Plan): readonly SafeText[] {
  const looser = impact.changes.filter(({ security }) =>
    security.some(({ code }) => code === 'rules_loosened'),
  );
  if (looser.length === 0) return [];
  const atEach = [...Map.groupBy(looser, ({ application }) => application)].map(
    ([application, changes]) =>
      safe`at ${application}, ${[...new Set(changes.flatMap(({ people }) => people))].join(', ')} get in`,
  );
  return [safe`The tenant is weaker than tenant.yaml: ${joined(atEach, '; ')}.`];
}

/** How a deploy can require this very plan; empty for a revision. */
export const digestLine = ({ digest }: Pick<Plan, 'digest'>): SafeText =>
  digest === null ? safe`` : safe`Digest of this plan: ${digest}`;

const VERBS = { create: '+', change: '~', erase: '-', unmanage: 'o' } as const;

/** `~ connection didit · options.tokenURL: https://a → https://b`. */
export function changeLine(change: PlannedChange): SafeText {
  const { verb, field, code, details } = change;
  const where = safe`${VERBS[verb]} ${whereOf(change)}`;
  if (code !== null) return safe`${where}${field === null ? ' is new' : ''}: ${codeLine(code)}`;
  if (field === null)
    return safe`${where} ${verb === 'create' ? 'is new' : verb === 'erase' ? 'is not there' : 'is no longer in tenant.yaml; a tenant keeps it'}`;
  switch (verb) {
    case 'erase':
      return safe`${where}: ${valueText(change.before)} is removed`;
    case 'unmanage':
      return safe`${where}: ${valueText(change.before)} is no longer in tenant.yaml; a tenant keeps it`;
    case 'create':
      return safe`${where}: ${valueText(change.after)}`;
    case 'change':
      // Of lists and settings texts, what comes and goes is easier to read than the whole.
      return details.length > 0 && Array.isArray(change.after)
        ? where
        : safe`${where}: ${valueText(change.before)} → ${valueText(change.after)}`;
  }
}

export function codeLine({ before, after, added, removed }: CodeChange): SafeText {
  if (before === null || after === null) {
    const only = after ?? before;
    return only === null ? safe`no code` : safe`${bytes(only.bytes)}, sha256 ${only.sha256.slice(0, 12)}`;
  }
  return safe`${bytes(before.bytes)} → ${bytes(after.bytes)}, lines +${added} -${removed}, sha256 ${before.sha256.slice(0, 12)} → ${after.sha256.slice(0, 12)}`;
}

const bytes = (count: number): string => `${count} bytes`;

function valueText(value: ShownValue): SafeText {
  if (value === null) return safe`not set`;
  if (typeof value !== 'object') return value === '' ? safe`an empty text` : safe`${String(value)}`;
  return value.length === 0
    ? safe`none`
    : joined(
        value.map((item) => safe`${item}`),
        ', ',
      );
}

const through = (connection: string): SafeText =>
  connection === ANY_OTHER_CONNECTION ? safe`(through any other connection)` : safe`(through ${connection})`;

/** `rules of application Shop (through didit): … → …`. */
export const effectLine = ({ what, application, connection, before, after }: SettingsEffect): SafeText =>
  safe`${what}${application === null ? '' : safe` of application ${application}`} ${through(connection)}: ${before ?? 'no login'} → ${after ?? 'no login'}`;

const PLACES = { none: '', added: 'new', removed: 'removed', moved: 'moved', renamed: 'renamed' } as const;

/** `2  didit-claims  moved from place 3`. */
export function flowLine(
  { action, ours, change, before, after }: FlowEntry,
  noLongerListed: Plan['noLongerListed'],
): SafeText {
  const place = after === null ? '-' : String(after);
  const isForgotten = noLongerListed.some(
    ({ resource: { kind, name } }) => kind === 'Action' && name === action,
  );
  const words = [
    ...(isForgotten ? ['no longer in tenant.yaml, kept'] : ours ? [] : ["another team's, kept"]),
    ...(change === 'none' ? [] : [PLACES[change]]),
    ...(change === 'moved' && before !== null ? [`from place ${before}`] : []),
  ];
  return safe`${place.padStart(2)}  ${action}${words.length === 0 ? '' : safe`  (${words.join(' ')})`}`;
}

/** `minor, unverified @ Shop: allowed → denied (didit_age_under_18)`; later flows by their names. */
export function loginLine(login: LoginChange, everybody: readonly string[]): SafeText {
  const { what, change, before, after, unchangedIn } = login;
  const rest = unchangedIn.length === 0 ? '' : safe`; unchanged in ${unchangedIn.join(', ')}`;
  if (change === 'changed') {
    return safe`${whoseLogins(login, everybody)}: ${what === 'login' ? '' : safe`${what}: `}${before ?? ''} → ${after ?? ''}${rest}`;
  }
  return safe`${whoseLogins(login, everybody)}: ${what} ${change}${rest}`;
}

/** What was simulated, and whether anything changes. */
export function impactLine({ people, applications, flows, changes }: LoginImpact): SafeText {
  if (flows.length === 0) return safe`All simulated logins end as before.`;
  const size = safe`${counted(people, 'person', 'people')} × ${counted(applications, 'application', 'applications')}: ${flows.length > 3 ? `${flows.length} ways to log in` : flows.join(', ')}`;
  return changes.length === 0
    ? safe`All simulated logins end as before (${size}).`
    : safe`Logins that change (${size}):`;
}

const counted = ({ length }: readonly string[], one: string, many: string): string =>
  `${length} ${length === 1 ? one : many}`;

/** Actions with the same reason are named together. */
export function secretLines(values: readonly SecretValues[]): readonly SafeText[] {
  const reasons = [...new Set(values.map(({ because }) => because))];
  return reasons.map((reason) => {
    const those = values.filter(({ because }) => because === reason);
    const sent = those.some((value) => value.sent);
    const names = those.map((value) =>
      sent ? safe`${value.of} (${value.names.join(', ')})` : safe`${value.of}`,
    );
    return safe`${sent ? 'sent' : 'not sent'}, since ${reason}: ${joined(names, ', ')}`;
  });
}
