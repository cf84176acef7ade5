import { FIRST_LOGIN } from '../simulation/outcomes/flows.ts';
import { goesOn } from './impact/login-result.ts';
import { securityChanges, whereOf } from './plan.ts';
import type { Plan, SecurityFinding } from './plan.ts';
import type { SecurityCode } from './ratings/security-codes.ts';
import { rankOf } from './ratings/security-codes.ts';

/** How many effects a line names before it only counts. */
const NAMED_EFFECTS = 4;

type Findings = readonly SecurityFinding[];

/** `1 new host`, `2 new hosts`. */
const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

const by =
  (key: 'where' | 'because', one: string, many?: string) =>
  (findings: Findings): string =>
    counted(new Set(findings.map((finding) => finding[key])).size, one, many);

const always = (words: string) => (): string => words;

/** What findings of a code come to, in a few words. Codes that come to the same stand together at the worse of them. */
const EFFECTS: Readonly<
  Record<SecurityCode, ((findings: Findings, plan: VerdictPlan) => string) | SecurityCode>
> = {
  tooling_changed: always('the tools that make this plan change'),
  logins_not_run: always('logins were not all tried'),
  account_changed: always('existing users become new users'),
  other_action: by('where', 'unknown Action of others', 'unknown Actions of others'),
  rules_loosened: (_findings, { impact }) => {
    const changes = impact.changes.filter(letsIn);
    const first = changes.filter(({ flows }) => flows.includes(FIRST_LOGIN));
    const people = new Set((first.length > 0 ? first : changes).flatMap((change) => change.people)).size;
    if (people === 0) return 'people who were refused may get in';
    return `${counted(people, 'person gets', 'people get')} in${first.length > 0 ? '' : ' at later logins'}`;
  },
  organization_weaker: by('where', 'weaker organization of others', 'weaker organizations of others'),
  endpoint_host: by('because', 'new host'),
  action_host: 'endpoint_host',
  people_locked_out: by('where', 'application locks everybody out', 'applications lock everybody out'),
  new_people_locked_out: always('people without an account get none'),
  application_disabled: by('because', 'application loses Didit', 'applications lose Didit'),
  personal_data_in_token: by('because', 'personal value in tokens', 'personal values in tokens'),
  didit_client: always('another Didit client, or another secret of it'),
  pkce_off: always('no PKCE'),
  scopes_widened: always('people are asked to share more'),
  evidence_reduced: always('less evidence'),
  profile_script: always('another profile script'),
  action_removed_from_flow: by('where', 'Action no longer runs', 'Actions no longer run'),
  action_reordered: always('another order of Actions'),
  action_code: (findings, { changes }) => {
    const made = changes.filter(({ verb, field }) => verb === 'create' && field === null).map(whereOf);
    const [fresh, others] = [true, false].map((isNew) =>
      findings.filter(({ where }) => made.includes(where) === isNew),
    );
    return [
      ...(fresh?.length ? [by('where', 'new Action')(fresh)] : []),
      ...(others?.length ? [by('where', 'Action with other code', 'Actions with other code')(others)] : []),
    ].join(', ');
  },
  connection_added: by('where', 'new way to sign in', 'new ways to sign in'),
  application_enabled: by('because', 'application gets Didit', 'applications get Didit'),
  application_added: by('where', 'new application'),
  action_added_to_flow: by('where', 'Action now runs at logins', 'Actions now run at logins'),
  root_attributes: always('names and pictures are overwritten at other times'),
  connection_request: always('other requests to the provider'),
  connection_reach: always('a wider reach of the connection'),
  client_authentication: always('weaker proof of who an application is'),
  token_weakened: always('weaker tokens'),
  login_page: always('another login page'),
  consent_skipped: always('people are not asked for consent'),
  redirect_added: by('because', 'new address for codes and tokens', 'new addresses for codes and tokens'),
  claims_widened: always('more claims'),
  personal_data_kept: always('more personal data is kept'),
  action_secret_added: by('where', 'Action with more secrets', 'Actions with more secrets'),
  action_secret_changed: by('where', 'Action with another secret', 'Actions with another secret'),
  action_secret_removed: by(
    'where',
    'Action without a secret of its own',
    'Actions without a secret of their own',
  ),
  action_dependency: always('other packages in Actions'),
  grant_scopes: always('more rights at an API'),
  api_policy: always('an API checks less'),
  setting_not_judged: by(
    'where',
    'setting that this plan cannot judge',
    'settings that this plan cannot judge',
  ),
};

export type VerdictPlan = Pick<
  Plan,
  'changes' | 'effects' | 'impact' | 'otherActions' | 'otherOrganizations'
>;

type LoginChange = Plan['impact']['changes'][number];

/** Whether people get in by it who did not. */
export const letsIn = ({ what, security }: LoginChange): boolean =>
  what === 'login' && security.some(({ code }) => code === 'rules_loosened');

/** Whether it keeps people out who got in. */
const keepsOut = ({ what, before, after }: LoginChange): boolean =>
  what === 'login' && before === 'allowed' && !goesOn(after ?? '');

/** What a plan comes to, the worst first, each in a few words; empty where nobody has to look. */
export function effectsOf(plan: VerdictPlan): readonly string[] {
  const findings = Map.groupBy(securityChanges(plan), ({ code }) => leadingCode(code));
  const effects = [...findings].map(([code, those]) => ({
    rank: rankOf(code),
    words: wordsOf(code, those, plan),
  }));
  const keptOut = new Set(plan.impact.changes.filter(keepsOut).flatMap(({ people }) => people)).size;
  // Where everybody is, that is said already.
  if (keptOut > 0 && !findings.has('people_locked_out')) {
    const words = `${counted(keptOut, 'person is', 'people are')} kept out`;
    effects.push({ rank: rankOf('people_locked_out'), words });
  }
  return effects.sort((one, other) => one.rank - other.rank).map(({ words }) => words);
}

/** `2 people get in · 1 new host · no PKCE · 1 Action with other code · and 3 more`. */
export function verdictLine(plan: VerdictPlan): string {
  const effects = effectsOf(plan);
  const more = effects.length - NAMED_EFFECTS;
  return [...effects.slice(0, NAMED_EFFECTS), ...(more > 0 ? [`and ${more} more`] : [])].join(' · ');
}

function leadingCode(code: SecurityCode): SecurityCode {
  const effect = EFFECTS[code];
  return typeof effect === 'string' ? leadingCode(effect) : code;
}

function wordsOf(code: SecurityCode, findings: Findings, plan: VerdictPlan): string {
  const effect = EFFECTS[code];
  return typeof effect === 'string' ? wordsOf(effect, findings, plan) : effect(findings, plan);
}
