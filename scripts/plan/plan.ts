import type { NotLookedAt } from '../tenant-access/granted-scopes.ts';
import type { OtherActionCode } from '../records/known-flow.ts';
import type { NoLongerListed } from '../records/no-longer-listed.ts';
import type { ChangeVerb } from '../tenant-model/diff/change.ts';
import type { CodeChange } from '../tenant-model/diff/diff-code.ts';
import type { FlowEntry } from '../tenant-model/diff/diff-flow.ts';
import { FIRST_LOGIN } from '../simulation/outcomes/flows.ts';
import { peopleInWords } from './impact/compare-logins.ts';
import type { LoginChange } from './impact/compare-logins.ts';
import type { LoginImpact } from './impact/login-impact.ts';
import { placeName } from '../tenant-model/login-place.ts';
import type { ResourceKind, Scalar } from '../tenant-model/tenant-model.ts';
import type { OtherOrganization } from './ratings/other-organizations.ts';
import type { SecurityCode, SecurityRating } from './ratings/security-codes.ts';
import { rankOf } from './ratings/security-codes.ts';
import type { SettingsEffect } from './ratings/settings-effect.ts';

/** Goes up when a reader of `--json` would have to change. docs/plan.schema.json describes it. */
export const PLAN_VERSION = 2;

/** What the plan compares the working tree with. */
export type PlanTarget =
  | { readonly kind: 'tenant'; readonly domain: string }
  /** The other way round: what the tenant has instead of what `tenant.yaml` asks for. */
  | { readonly kind: 'drift'; readonly domain: string }
  | {
      readonly kind: 'revision';
      /** As the person wrote it. */
      readonly revision: string;
      readonly commit: string;
      /** What is compared with it, instead of the working tree. */
      readonly to?: { readonly revision: string; readonly commit: string };
    };

/** One thing that a deploy would send, or that a revision says differently. */
export interface PlannedChange {
  readonly verb: ChangeVerb;
  readonly resource: { readonly kind: ResourceKind | 'flow' | 'project'; readonly name: string };
  /** Path of the setting; `null` for the resource as a whole. */
  readonly field: string | null;
  /** `null` where there is nothing, and where it is code. Of a secret only whether it is set, and where it comes from. */
  readonly before: ShownValue;
  readonly after: ShownValue;
  /** In words: the settings of a new resource, the items of a list or of a settings text that come and go. */
  readonly details: readonly string[];
  readonly code: CodeChange | null;
  readonly security: readonly SecurityRating[];
  /** Ratings of `effects` that come of this change. */
  readonly causes: readonly SecurityCode[];
}

export type ShownValue = Scalar | readonly string[];

/** Whether values of secrets are sent: they cannot be read back, so they cannot be compared. */
export interface SecretValues {
  /** `Action NAME` or `connection NAME`. */
  readonly of: string;
  readonly names: readonly string[];
  readonly sent: boolean;
  readonly because: string;
}

export interface Plan {
  readonly version: typeof PLAN_VERSION;
  readonly target: PlanTarget;
  /** Those that a security reviewer must see come first. Empty when there is nothing to deploy. */
  readonly changes: readonly PlannedChange[];
  /** What changed settings come to, for each application. */
  readonly effects: readonly SettingsEffect[];
  /** The post-login flow; foreign Actions only where the target is a tenant. */
  readonly flow: readonly FlowEntry[];
  readonly impact: LoginImpact;
  /** Empty for a revision: nothing is sent anywhere. */
  readonly secretValues: readonly SecretValues[];
  /** Public variables that `tenant.yaml` names, as this environment fills them in. Empty for a revision. */
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  /** Stands for all of it: `npm run deploy -- --expect` takes it. `null` for a revision: nothing is sent anywhere. */
  readonly digest: string | null;
  /** Nothing that would change: it makes no plan one with changes. Empty for a revision, which asks no tenant. */
  readonly noLongerListed: readonly NoLongerListed[];
  /** What others have made of the login flow that nobody here knows of. Nothing of it is sent. Empty for a revision. */
  readonly otherActions: readonly OtherAction[];
  /** What organizations of others ask less for than their applications. Nothing of it is sent. Empty for a revision. */
  readonly otherOrganizations: readonly OtherOrganization[];
  /** What this client may not read, so that nobody knows. Empty for a revision. */
  readonly notLookedAt: readonly NotLookedAt[];
}

export interface OtherAction extends OtherActionCode {
  readonly security: readonly SecurityRating[];
}

/** Whether a security reviewer must see a change, for what it is or for what it comes to. */
export const isMarked = ({ security, causes }: PlannedChange): boolean => security.length + causes.length > 0;

/** Whether others have made something of the tenant that a reviewer must see, whatever is sent. */
export const hasFindingsOfOthers = ({ otherActions, otherOrganizations }: Plan): boolean =>
  otherActions.length + otherOrganizations.length > 0;

/** Whether a deploy has nothing to send: no change, and no secret that is sent again. */
export const isEmptyPlan = ({ changes, secretValues }: Plan): boolean =>
  changes.length === 0 && secretValues.every(({ sent }) => !sent);

/** One thing of a plan that a security reviewer must see. */
export interface SecurityFinding extends SecurityRating {
  /** `connection didit · options.tokenURL`. */
  readonly where: string;
}

export const whereOf = ({ resource, field }: Pick<PlannedChange, 'resource' | 'field'>): string => {
  const name = resource.kind === 'flow' ? `${resource.name} flow` : `${resource.kind} ${resource.name}`;
  return field === null ? name : `${name} · ${field}`;
};

/**
 * `minor, adult @ Shop`, and the flows where it is not the first login: `minor @ Shop, SSO, refresh (record older than 30d)`.
 * @param everybody Whose logins were simulated: where most of them change, those are named who do not.
 */
export const whoseLogins = (
  { people, application, flows, recordOlderThan, through }: LoginChange,
  everybody: readonly string[],
): string =>
  [
    `${peopleInWords(people, everybody)} @ ${application}${through === undefined ? '' : ` through ${through.join(', ')}`}`,
    ...flows.filter((flow) => flow !== FIRST_LOGIN),
  ].join(', ') + (recordOlderThan === null ? '' : ` (record older than ${recordOlderThan})`);

/** `rules of application Shop in organization acme through connection didit`. */
const rulesInWords = (
  what: SettingsEffect['what'],
  { application, organization }: Pick<SettingsEffect, 'application' | 'organization'>,
  connection: string,
): string =>
  [
    what,
    ...(application === null
      ? []
      : [
          `of application ${placeName({ application, ...(organization === undefined ? {} : { organization }) })}`,
        ]),
    `through connection ${connection}`,
  ].join(' ');

const isAbout =
  (host: string) =>
  ({ code, because }: SecurityRating): boolean =>
    code === 'action_host' && because === host;

/** All of it, in the order of `SECURITY_CODES`; the same finding once, however many roads lead to it. */
export function securityChanges(
  plan: Pick<Plan, 'changes' | 'effects' | 'impact' | 'otherActions' | 'otherOrganizations'>,
): readonly SecurityFinding[] {
  const findings = [
    ...plan.otherActions.flatMap(({ action, security }) =>
      security.map((rating) => ({ ...rating, where: `Action ${action}` })),
    ),
    ...plan.otherOrganizations.flatMap(({ security, connection, ...place }) =>
      security.map((rating) => ({ ...rating, where: rulesInWords('rules', place, connection) })),
    ),
    ...[...plan.impact.notRun, ...plan.impact.accounts].flatMap(({ connection, security }) =>
      security.map((rating) => ({ ...rating, where: `connection ${connection}` })),
    ),
    ...plan.impact.lockedOut.flatMap(({ application, flows, security }) =>
      security.map((rating) => ({
        ...rating,
        where: [`logins of everybody @ ${application}`, ...flows.filter((flow) => flow !== FIRST_LOGIN)].join(
          ', ',
        ),
      })),
    ),
    ...plan.impact.hosts
      .filter(({ host }) => !plan.changes.some(({ security }) => security.some(isAbout(host))))
      .flatMap(({ security }) =>
        security.map((rating) => ({
          ...rating,
          where: 'requests and redirects of Actions in simulated logins',
        })),
      ),
    ...plan.changes.flatMap((change) =>
      change.security.map((rating) => ({ ...rating, where: whereOf(change) })),
    ),
    ...plan.effects.flatMap((effect) =>
      effect.security.map((rating) => ({
        ...rating,
        where: rulesInWords(effect.what, effect, effect.connection),
      })),
    ),
    ...plan.impact.changes.flatMap((change) =>
      change.security.map((rating) => ({
        ...rating,
        where: `logins of ${whoseLogins(change, plan.impact.people)}`,
      })),
    ),
  ];
  return findings.sort((one, other) => rankOf(one.code) - rankOf(other.code));
}

/** The codes that `--allow` has to name, each once. */
export const securityCodes = (plan: Plan): readonly SecurityCode[] => [
  ...new Set(
    securityChanges(plan)
      .map(({ code }) => code)
      .filter((code) => !NEVER_BLOCKING.includes(code)),
  ),
];

/** Found for those who read the plan: nobody gets in by it. */
const NEVER_BLOCKING: readonly SecurityCode[] = ['people_locked_out', 'new_people_locked_out'];
