import { isRecordKey } from '../../../actions/didit/record.ts';
import { asObject, isJsonObject, parseJsonObject, stringIn } from '../../base/json-values.ts';
import type { Json, JsonObject } from '../../base/json-values.ts';
import { MAX_LOG_CHARACTERS_PER_ACTION } from '../../auth0/runtime-limits.ts';
import type { LoginSummary, LoginTrace } from '../../local-tenant/index.ts';
import { denialCodeIn, denialRule, explainDenial } from '../../login/explain-denial.ts';
import type { DenialRule } from '../../login/explain-denial.ts';
import { stoppingAction } from '../../login/login-report.ts';
import type { TenantFile } from '../../tenant-config/read-tenant-file.ts';
import { masked, maskedObject, withTexts } from '../shown.ts';
import { askedFor, claimsOf, tokenOf } from './claims-view.ts';
import type { ClaimView, TokenView } from './claims-view.ts';
import { differences } from './differences.ts';
import type { Difference } from './differences.ts';
import type { LoginRow } from './list-view.ts';
import { rowOf } from './list-view.ts';
import type { Person } from './people.ts';
import { jsonOf, personalDataHider } from './personal-data.ts';
import { settingsInForce } from './settings-in-force.ts';
import type { SettingInForce } from './settings-in-force.ts';

/** Milliseconds that Auth0 gives all Actions of a login together. */
export const LOGIN_MILLISECONDS = 20_000;

export interface LoginView {
  readonly login: LoginRow;
  /** Whether personal data is hidden: of users that are no personas, until somebody asks. */
  readonly masked: boolean;
  readonly decision: {
    readonly outcome: LoginSummary['outcome'];
    readonly code: string | null;
    readonly reason: string | null;
    /** Whether it ended before its Actions had their say: at the provider, or because of what the application asked for. */
    readonly before_actions: boolean;
    /** The Action that ended it; `null` where none did. */
    readonly action: string | null;
    readonly rule: (DenialRule & { readonly line: number | null; readonly explained: string }) | null;
  };
  readonly asked: ReturnType<typeof askedFor>;
  readonly actions: readonly ActionView[];
  readonly milliseconds: { readonly used: number; readonly allowed: typeof LOGIN_MILLISECONDS };
  readonly claims: readonly ClaimView[];
  readonly metadata: readonly Difference[];
  readonly settings: readonly SettingInForce[];
  readonly evidence: EvidenceView | null;
  readonly tokens: { readonly id_token: TokenView | null; readonly access_token: TokenView | null } | null;
  /** As the first Action was given it, without its secrets. */
  readonly event: JsonObject;
}

export interface ActionView {
  readonly name: string;
  readonly handler: string;
  readonly milliseconds: number;
  /** What of the event is another one than the Action before was given. */
  readonly changed: readonly Difference[];
  readonly calls: LoginTrace['actions'][number]['calls'];
  readonly requests: LoginTrace['actions'][number]['requests'];
  /** At most 256 characters, as Auth0 keeps them; behind the last one of so many there is `…`. */
  readonly logs: readonly string[];
  readonly notes: readonly string[];
  readonly error: string | null;
}

/** Which answer of Didit's counted. */
export interface EvidenceView {
  /** Such as `event`, `management`, `record`. */
  readonly source: string | null;
  readonly record: JsonObject;
  /** When Didit was asked. */
  readonly asked_at: string | null;
  /** How old the answer was at this login. */
  readonly age_seconds: number | null;
}

/** All that is known of one login. Everything is read from its trace; nothing is evaluated again. */
export function loginView(
  trace: LoginTrace,
  summary: LoginSummary,
  person: Person,
  { file, showsPersonal }: { readonly file: TenantFile | undefined; readonly showsPersonal: boolean },
): LoginView {
  const settings = settingsInForce(trace.event, file);
  const view: LoginView = {
    login: rowOf(summary, person),
    masked: !person.isPersona && !showsPersonal,
    decision: decisionOf(trace, summary, settings),
    asked: askedFor(trace),
    actions: trace.actions.map((action, index) => ({
      name: action.action,
      handler: action.handler,
      milliseconds: action.milliseconds,
      changed: differences(givenTo(trace, index - 1), givenTo(trace, index)),
      calls: action.calls,
      requests: action.requests,
      logs: cutLogs(action.logs),
      notes: action.notes,
      error: action.error ?? null,
    })),
    milliseconds: { used: usedIn(trace), allowed: LOGIN_MILLISECONDS },
    claims: claimsOf(trace),
    metadata: differences({ ...trace.metadata_before }, { ...trace.metadata_after }),
    settings,
    evidence: evidenceOf(trace),
    tokens:
      trace.tokens === undefined
        ? null
        : { id_token: tokenOf(trace, 'id_token'), access_token: tokenOf(trace, 'access_token') },
    event: trace.event,
  };
  return view.masked ? withoutPersonalData(view, trace, summary.subjects) : view;
}

/** That a line was cut is said, so that the beginning of a secret at its end is known for one. */
function cutLogs(logs: readonly string[]): readonly string[] {
  const isCut = logs.reduce((sum, { length }) => sum + length, 0) >= MAX_LOG_CHARACTERS_PER_ACTION;
  return logs.map((line, index) => (isCut && index === logs.length - 1 ? `${line}…` : line));
}

const usedIn = ({ actions }: LoginTrace): number =>
  actions.reduce((sum, { milliseconds }) => sum + milliseconds, 0);

/** The parts of the event that Actions change, as one of them was given them. */
const givenTo = ({ actions }: LoginTrace, index: number): JsonObject =>
  Object.fromEntries(
    Object.entries(actions[Math.max(0, index)]?.given ?? {}).map(([part, metadata]) => [part, { metadata }]),
  );

function decisionOf(
  trace: LoginTrace,
  { outcome, code, reason }: LoginSummary,
  settings: readonly SettingInForce[],
): LoginView['decision'] {
  const ours = trace.decision.kind === 'deny' ? denialCodeIn(trace.decision.reason) : undefined;
  const policyOf = (level: SettingInForce['level']) => ({
    name: stringIn(asObject(trace.event[level]), 'name') ?? '',
    policy: settings.find((setting) => setting.level === level && setting.key === 'didit_policy')?.value,
  });
  const rule =
    ours &&
    denialRule(ours, {
      connection: policyOf('connection'),
      client: policyOf('client'),
      ...(trace.event['organization'] === undefined ? {} : { organization: policyOf('organization') }),
    });
  const line = settings.find(({ key, level }) => key === 'didit_policy' && level === rule?.level)?.line;
  return {
    outcome,
    code,
    reason,
    before_actions: trace.decision.kind === 'refused',
    action: stoppingAction(trace)?.name ?? null,
    rule: rule === undefined ? null : { ...rule, line: line ?? null, explained: explainDenial(rule) },
  };
}

/** Under whatever name the Action keeps it. */
const recordIn = (metadata: JsonObject): JsonObject =>
  asObject(
    Object.entries(metadata).find(
      ([key, value]) => isRecordKey(key) && asObject(value)['schema_version'] !== undefined,
    )?.[1],
  );

/**
 * What the first Action handed on to the others, signed; the record that it keeps of it says the same where nothing was handed
 * on.
 */
function evidenceOf(trace: LoginTrace): EvidenceView | null {
  const handedOn = trace.actions
    .flatMap(({ calls }) => calls)
    .find(
      ({ method, arguments: [name] }) => method === 'api.transaction.setMetadata' && name === 'didit_login',
    )?.arguments[1];
  const handover =
    typeof handedOn === 'string' ? parseJsonObject(handedOn.slice(handedOn.indexOf('{'))) : undefined;
  const record = recordIn(trace.metadata_after.app_metadata);
  if (handover === undefined && Object.keys(record).length === 0) return null;
  const said = asObject(handover?.['record']);
  const asked = said['syncedAt'] ?? Date.parse(stringIn(record, 'synced_at') ?? '');
  const askedAt = typeof asked === 'number' && Number.isFinite(asked) ? asked : undefined;
  return {
    source: stringIn(handover ?? {}, 'source') ?? stringIn(record, 'source') ?? null,
    record: Object.keys(record).length > 0 ? record : said,
    asked_at: askedAt === undefined ? null : new Date(askedAt).toISOString(),
    age_seconds:
      askedAt === undefined ? null : Math.max(0, Math.round((Date.parse(trace.at) - askedAt) / 1000)),
  };
}

/**
 * The same, with what is known of the person hidden: by the place where it stands, and by its value wherever else that comes up.
 */
function withoutPersonalData(view: LoginView, trace: LoginTrace, subjects: readonly string[]): LoginView {
  const hide = personalDataHider(trace, subjects);
  const event = Object.fromEntries(
    Object.entries(view.event).map(([part, value]) => [
      part,
      part === 'user' ? maskedUser(asObject(value)) : withoutHints(value),
    ]),
  );
  const token = (content: TokenView | null): TokenView | null =>
    content === null
      ? null
      : {
          ...content,
          claims: content.claims.map(({ value, ...claim }) => ({
            ...claim,
            value: claim.origin.from === 'protocol' && claim.name !== 'sub' ? value : masked(value),
          })),
        };
  return withTexts(
    {
      ...view,
      actions: view.actions.map((action) => ({
        ...action,
        calls: action.calls.map(({ method, arguments: [name, ...values] }) => ({
          method,
          arguments: [name, ...values.map((value) => masked(jsonOf(value)))],
        })),
        changed: action.changed.map(maskedDifference),
      })),
      claims: view.claims.map(({ asked, given, ...claim }) => ({
        ...claim,
        asked: masked(asked),
        ...(given === undefined ? {} : { given: masked(given) }),
      })),
      metadata: view.metadata.map(maskedDifference),
      evidence:
        view.evidence === null ? null : { ...view.evidence, record: maskedObject(view.evidence.record) },
      tokens:
        view.tokens === null
          ? null
          : { id_token: token(view.tokens.id_token), access_token: token(view.tokens.access_token) },
      event,
    },
    hide,
  );
}

/** Parameters with which an application may name a person. */
const HINTS: readonly string[] = ['login_hint', 'id_token_hint'];

/** Of a part of the event: hints are hidden, wherever they stand in it. */
function withoutHints(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutHints);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      HINTS.includes(name) ? masked(item) : withoutHints(item),
    ]),
  );
}

const maskedUser = (user: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(user).map(([name, value]) => [name, masked(value)]));

const maskedDifference = ({ path, before, after }: Difference): Difference => ({
  path,
  ...(before === undefined ? {} : { before: masked(before) }),
  ...(after === undefined ? {} : { after: masked(after) }),
});
