import { joined, safe } from '../../base/safe-text.ts';
import type { SafeText } from '../../base/safe-text.ts';
import { releaseOf } from '../../bundle/released-code.ts';
import { peopleInWords } from '../impact/compare-logins.ts';
import type { LoginChange } from '../impact/compare-logins.ts';
import type { LoginImpact } from '../impact/login-impact.ts';
import { isEmptyPlan, securityChanges, whereOf } from '../plan.ts';
import type { Plan, PlannedChange, PlanTarget, ShownValue } from '../plan.ts';
import { verdictLine } from '../verdict.ts';
import { notLookedAtLine } from '../../tenant-access/granted-scopes.ts';
import type { CodeChange, CodeState } from '../../tenant-model/diff/diff-code.ts';
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

/** What it comes to, where somebody has to look: the worst effects, or what is weaker at the tenant. */
export function verdictLines(plan: Plan): readonly SafeText[] {
  if (plan.target.kind === 'drift') return [...weakerLine(plan), ...unknownLine(plan)];
  const verdict = verdictLine(plan);
  return verdict === '' ? [] : [safe`${verdict}`];
}

/** How much there is to see. */
export function summaryLine(plan: Plan): SafeText {
  const count = plan.changes.length;
  const findings = securityChanges(plan).length;
  const security = `${findings === 0 ? 'no' : findings} security ${findings === 1 ? 'finding' : 'findings'}`;
  if (plan.target.kind === 'drift') {
    if (count > 0) return safe`${count} ${count === 1 ? 'difference' : 'differences'}, ${security}.`;
    return findings === 0 ? safe`The tenant is as tenant.yaml says.` : safe`No setting differs, ${security}.`;
  }
  if (isEmptyPlan(plan))
    return findings === 0 ? safe`Nothing would change.` : safe`Nothing would change, ${security}.`;
  if (count === 0) return safe`No setting would change; values of secrets are sent.`;
  return safe`${count} ${count === 1 ? 'change' : 'changes'}, ${security}.`;
}

/** What nobody knows, since this client may not read it: one line, or none. */
export function notLookedAt(plan: Pick<Plan, 'notLookedAt'>): readonly SafeText[] {
  const line = notLookedAtLine(plan.notLookedAt);
  return line === '' ? [] : [safe`${line}`];
}

/** Who gets in at the tenant, and would not by the file. */
function weakerLine({ impact }: Pick<Plan, 'impact'>): readonly SafeText[] {
  const looser = impact.changes.filter(({ security }) =>
    security.some(({ code }) => code === 'rules_loosened'),
  );
  if (looser.length === 0) return [];
  const whoIn = (application: string, changes: readonly LoginChange[]): string => {
    const people = [...new Set(changes.flatMap((change) => change.people))];
    if (impact.openToAll.includes(application)) return 'everybody gets in';
    const who = people.length > NAMED_PEOPLE ? `${people.length} people` : people.join(', ');
    return `${who} ${people.length === 1 ? 'gets' : 'get'} in`;
  };
  const alike = Map.groupBy(
    Map.groupBy(looser, ({ application }) => application),
    ([application, changes]) => whoIn(application, changes),
  );
  const atEach = [...alike].map(
    ([who, those]) => safe`at ${namedOrCounted(those.map(([name]) => name))}, ${who}`,
  );
  return [safe`The tenant is weaker than tenant.yaml: ${joined(atEach, '; ')}.`];
}

/** Whose Actions somebody has to look at: they see the same people, and no rule of ours holds them. */
function unknownLine({ otherActions }: Plan): readonly SafeText[] {
  const names = [...new Set(otherActions.map(({ action }) => action))];
  if (names.length === 0) return [];
  const more = names.length - NAMED_ACTIONS;
  const which = `${names.slice(0, NAMED_ACTIONS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [safe`Actions of others in the login flow that nobody here knows like this: ${which}.`];
}

/** People, and applications, that one line names. */
const NAMED_PEOPLE = 3;
const NAMED_APPLICATIONS = 3;
const NAMED_ACTIONS = 3;

const namedOrCounted = (applications: readonly string[]): string =>
  applications.length > NAMED_APPLICATIONS ? `${applications.length} applications` : applications.join(', ');

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
      return details.length > 0 && (Array.isArray(change.after) || isSettingsText(change))
        ? where
        : safe`${where}: ${valueText(change.before)} → ${valueText(change.after)}`;
  }
}

/** Settings in one text, of which `detailsOf` names each that changes. */
const isSettingsText = ({ field }: PlannedChange): boolean =>
  field !== null && /^(?:client_)?metadata\.didit_/.test(field);

/** What belongs to a change and is on no other line. */
export const detailsOf = ({ details, code }: PlannedChange): readonly string[] =>
  code === null ? details : details.filter((detail) => !detail.startsWith('supported_triggers:'));

export function codeLine({ before, after, added, removed }: CodeChange): SafeText {
  if (before === null || after === null) {
    const only = after ?? before;
    return only === null ? safe`no code` : safe`${sideWords(only)}, sha256 ${only.sha256.slice(0, 12)}`;
  }
  return safe`${sideWords(before)} → ${sideWords(after)}, lines +${added} -${removed}, sha256 ${before.sha256.slice(0, 12)} → ${after.sha256.slice(0, 12)}`;
}

const bytes = (count: number): string => `${count} bytes`;

const sideWords = ({ bytes: size, sha256 }: CodeState): string => {
  const release = releaseOf(sha256);
  return release === undefined ? bytes(size) : `as released in ${release}`;
};

/** Lines of new code that somebody still reads, whatever they replace. */
const READABLE_LINES = 60;

/**
 * The lines that differ, as a reviewer reads them. Nothing where there is nothing to compare: of code that is new, that goes, or
 * of which hardly a line is left.
 */
export function readableDiff({ before, after, added, diff }: CodeChange): string {
  if (before === null || after === null) return '';
  const gone = diff
    .split('\n')
    .filter((line) => line.startsWith('-'))
    .reduce((sum, line) => sum + Buffer.byteLength(line), 0);
  return added > READABLE_LINES && gone > before.bytes * MOST ? '' : diff;
}

/** Part of a text that is hardly less than all of it. */
const MOST = 0.9;

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

const PLACES = { none: '', added: 'new', removed: 'removed', moved: 'moved', renamed: 'renamed' } as const;

/** The flow as it will be, each change with what has to be known of it. */
export const flowLines = ({ flow, changes, noLongerListed }: Plan): readonly SafeText[] =>
  flow.flatMap((entry) => [
    flowLine(entry, noLongerListed),
    ...changes
      .filter(
        ({ resource, field, verb }) => resource.kind === 'flow' && field === entry.action && verb === 'erase',
      )
      .flatMap(({ details }) => details.map((detail) => safe`    ${detail}`)),
  ]);

/** `2  didit-claims  moved from place 3`. */
function flowLine(
  { action, ours, change, before, after, displayName, formerName }: FlowEntry,
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
    ...(change === 'renamed' ? [`from ${formerName ?? 'none'} to ${displayName}`] : []),
  ];
  return safe`${place.padStart(2)}  ${action}${words.length === 0 ? '' : safe`  (${words.join(' ')})`}`;
}

/** `minor, unverified`, `everybody but adult`. */
export const whoseLogins = peopleInWords;

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

/** Actions with the same reason are named together. That the secrets of what is new are sent goes without saying. */
export function secretLines({ secretValues, changes }: Plan): readonly SafeText[] {
  const isNew = (of: string): boolean =>
    changes.some((change) => change.field === null && change.verb === 'create' && whereOf(change) === of);
  return [
    ...Map.groupBy(
      secretValues.filter(({ of }) => !isNew(of)),
      ({ because }) => because,
    ),
  ].map(([reason, those]) => {
    const sent = those.some((value) => value.sent);
    const names = those.map((value) =>
      sent ? safe`${value.of} (${value.names.join(', ')})` : safe`${value.of}`,
    );
    return safe`${sent ? 'sent' : 'not sent'}, since ${reason}: ${joined(names, ', ')}`;
  });
}

/** `SHOP_URL: https://shop.example.com`. */
export const variableLine = ({ name, value }: Plan['variables'][number]): SafeText => safe`${name}: ${value}`;
