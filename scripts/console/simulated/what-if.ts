import type { Level } from '../../../actions/didit/settings/resolve.ts';
import { isJsonObject } from '../../base/json-values.ts';
import type { JsonObject } from '../../base/json-values.ts';
import { withFacts } from '../../local-tenant/runtime.ts';
import { denialCodeIn, denialRule, explainDenial } from '../../login/explain-denial.ts';
import type { DenialRule } from '../../login/explain-denial.ts';
import { loginSide } from '../../plan/impact/login-side.ts';
import type { LoginSide } from '../../plan/impact/login-side.ts';
import { createSideSimulator } from '../../plan/impact/side-simulator.ts';
import type { SideSimulator } from '../../plan/impact/side-simulator.ts';
import { afterLogin, flowLogin } from '../../simulation/outcomes/flow-login.ts';
import {
  FIRST_LOGIN,
  OUTCOME_FLOWS,
  USUAL_RECORD_AGE_MILLISECONDS,
} from '../../simulation/outcomes/flows.ts';
import type { OutcomeFlow } from '../../simulation/outcomes/flows.ts';
import { returningUsers } from '../../simulation/persona-user.ts';
import type { ReturningUsers } from '../../simulation/persona-user.ts';
import type { SimulatedOutcome } from '../../simulation/simulate-login.ts';
import { differences } from '../logins/differences.ts';
import type { Difference } from '../logins/differences.ts';
import { factsIn } from '../facts.ts';
import { people, questionIn } from './question.ts';
import type { Asked, Question } from './question.ts';
import type { WorkingTree } from './working-tree.ts';

const DAY_MILLISECONDS = 86_400_000;

export interface Answer {
  readonly outcome: SimulatedOutcome['result'] | 'turned away';
  readonly code: string | null;
  readonly reason: string | null;
  readonly rule: (DenialRule & { readonly explained: string }) | null;
  readonly id_token: JsonObject;
  readonly access_token: JsonObject;
  readonly app_metadata: JsonObject;
  readonly user_metadata: JsonObject;
  readonly redirects: readonly string[];
  readonly notes: readonly string[];
  readonly actions: readonly {
    readonly name: string;
    readonly logs: readonly string[];
    readonly requests: SimulatedOutcome['requests'];
  }[];
}

export interface WhatIfView extends Asked {
  /** As the working tree is; `null` where nothing was changed on the page. */
  readonly before: Answer | null;
  readonly answer: Answer | null;
  /** What the changes come to. */
  readonly differences: readonly Difference[];
  /** Lines for tenant.yaml. */
  readonly lines: readonly { readonly where: string; readonly line: number | null; readonly text: string }[];
}

/** Runs the login of a question, and the same as the working tree is where the page changes something. */
export async function whatIf(
  query: Readonly<Record<string, string>>,
  tree: WorkingTree,
): Promise<WhatIfView> {
  const asked = questionIn(query, tree);
  const { question } = asked;
  const nothing = { ...asked, before: null, answer: null, differences: [], lines: [] };
  const facts = factsIn(question.facts);
  if (typeof facts === 'string') return { ...nothing, problem: facts };
  const changed = question.settings.filter(({ written, value }) => written !== value);
  const isChanged =
    changed.length > 0 || facts !== undefined || question.days !== null || question.management === 'down';
  const asWritten: Question = {
    ...question,
    settings: question.settings.map((field) => ({ ...field, value: field.written })),
    management: 'works',
    days: null,
  };
  const [answer, before] = await Promise.all([
    run(question, tree, facts),
    isChanged ? run(asWritten, tree, undefined) : null,
  ]);
  return {
    ...asked,
    answer,
    before,
    differences: before === null ? [] : differences(comparable(before), comparable(answer)),
    lines: changed.map(({ level, of, key, value, line }) => ({
      where: `${level === 'client' ? 'clients' : `${level}s`} › ${of} › ${level === 'client' ? 'client_metadata' : 'metadata'}`,
      line,
      text: `${key}: ${/[:#{}[\]&*!|>'"%@`]|^$/.test(value.replaceAll('://', '')) ? JSON.stringify(value) : value}`,
    })),
  };
}

/** What of an answer does not depend on the clock of the run. */
const comparable = ({
  outcome,
  code,
  id_token,
  access_token,
  app_metadata,
  user_metadata,
}: Answer): JsonObject => ({
  outcome,
  code,
  id_token,
  access_token,
  app_metadata: withoutTimes(app_metadata),
  user_metadata,
});

const withoutTimes = (metadata: JsonObject): JsonObject => {
  const record = metadata['didit'];
  if (!isJsonObject(record)) return metadata;
  return {
    ...metadata,
    didit: Object.fromEntries(Object.entries(record).filter(([name]) => !name.endsWith('_at'))),
  };
};

async function run(question: Question, tree: WorkingTree, facts: JsonObject | undefined): Promise<Answer> {
  const flow = OUTCOME_FLOWS.find(({ label }) => label === question.kind);
  const persona = people().find(({ name }) => name === question.person);
  if (flow === undefined || persona === undefined) throw new Error('A question names what there is.');
  const side = changedSide(
    loginSide(tree.model, question.connection, [{ application: question.application }]),
    question,
  );
  const scopes = [...side.scopes, ...(flow.scopes ?? [])];
  const source = { script: side.profileScript ?? '', scopes, connection: question.connection };
  const users = await returningUsers([withFacts(persona, facts ?? {})], source);
  const simulator = createSideSimulator(side);
  try {
    const outcome = await runFlow(simulator, side, users, flow, question);
    return outcome === undefined
      ? TURNED_AWAY
      : answerOf(
          outcome,
          question,
          side.actions.map(({ name }) => name),
        );
  } finally {
    await simulator.close();
  }
}

function changedSide(side: LoginSide, { settings, application }: Question): LoginSide {
  const metadataOf = (
    level: Level,
    own: Readonly<Record<string, string>>,
  ): Readonly<Record<string, string>> => {
    const changed = Object.fromEntries(
      settings.filter((field) => field.level === level).map(({ key, value }) => [key, value]),
    );
    return Object.fromEntries(Object.entries({ ...own, ...changed }).filter(([, value]) => value !== ''));
  };
  return {
    ...side,
    connectionMetadata: metadataOf('connection', side.connectionMetadata),
    applications: side.applications.map((each) =>
      each.name === application ? { ...each, metadata: metadataOf('client', each.metadata) } : each,
    ),
  };
}

async function runFlow(
  simulator: SideSimulator,
  side: LoginSide,
  { first, again, askedAt }: ReturningUsers,
  flow: OutcomeFlow,
  { person, days, management, settings }: Question,
): Promise<SimulatedOutcome | undefined> {
  const [application] = side.applications;
  const newcomer = first.get(person);
  if (application === undefined || newcomer === undefined) return undefined;
  const policy = settings.find(({ level }) => level === 'organization')?.value ?? '';
  const organization = policy === '' ? {} : { organization: { metadata: { didit_policy: policy } } };
  const firstFlow = OUTCOME_FLOWS.find(({ label }) => label === FIRST_LOGIN) ?? flow;
  const asked = { user: newcomer, at: askedAt };
  const age = days === null ? (flow.recordAge ?? USUAL_RECORD_AGE_MILLISECONDS) : days * DAY_MILLISECONDS;
  const earlier = flowLogin(firstFlow, { asked, kept: undefined, age }, Date.now());
  const kept = flow.returning
    ? afterLogin(
        { user: earlier.user, at: earlier.authenticatedAt },
        await simulator.login(application, { ...earlier, ...organization }, false),
      )
    : undefined;
  const login = flowLogin(
    flow,
    { asked: flow.returning ? { user: again.get(person) ?? newcomer, at: askedAt } : asked, kept, age },
    Date.now(),
  );
  const down = (): Response => {
    throw new Error('down');
  };
  return await simulator.login(
    application,
    { ...login, ...organization, ...(management === 'down' ? { http: down } : {}) },
    flow.failure === 'slow',
  );
}

const TURNED_AWAY: Answer = {
  outcome: 'turned away',
  code: null,
  reason: 'The profile script makes no user of this person.',
  rule: null,
  id_token: {},
  access_token: {},
  app_metadata: {},
  user_metadata: {},
  redirects: [],
  notes: [],
  actions: [],
};

/** @param names Of the Actions that were run, in their order. */
function answerOf(
  outcome: SimulatedOutcome,
  { settings, connection, application }: Question,
  names: readonly string[],
): Answer {
  const reason = outcome.denial?.reason ?? null;
  const code = outcome.result === 'denied' && reason !== null ? denialCodeIn(reason) : undefined;
  const policyAt = (level: Level) => ({
    name: { connection, client: application, organization: 'the organization' }[level],
    policy: settings.find(
      (field) => field.level === level && field.key === 'didit_policy' && field.value !== '',
    )?.value,
  });
  const rule =
    code &&
    denialRule(code, {
      connection: policyAt('connection'),
      client: policyAt('client'),
      organization: policyAt('organization'),
    });
  return {
    outcome: outcome.result,
    code: outcome.denial?.code ?? null,
    reason,
    rule: rule === undefined ? null : { ...rule, explained: explainDenial(rule) },
    id_token: outcome.idToken,
    access_token: outcome.accessToken,
    ...outcome.user,
    redirects: outcome.redirects,
    notes: outcome.notes,
    actions: outcome.trace.map(({ action, logs, requests }, index) => ({
      name: names[index] ?? action,
      logs,
      requests,
    })),
  };
}
