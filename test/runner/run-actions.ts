import { afterAll } from 'vitest';
import type {
  ActionsRuntime,
  ActionsRuntimeOptions,
  ActionTrace,
  DeployedAction,
  PostLoginOutcome,
  PostLoginRun,
} from '../../scripts/runner/contract.ts';
import { createActionsRuntime } from '../../scripts/runner/runtime.ts';
import type { JsonObject } from '../../scripts/base/json-values.ts';

/** A login by an authorization code, for an API of the tenant's own. */
export const EVENT: JsonObject = {
  client: { client_id: 'application-1', name: 'Example Application', metadata: {} },
  connection: { id: 'con_1', name: 'didit', strategy: 'oauth2', metadata: {} },
  request: {
    hostname: 'tenant.example.com',
    ip: '203.0.113.7',
    geoip: {},
    method: 'GET',
    query: {},
    body: {},
  },
  resource_server: { identifier: 'https://api.example.com/' },
  session: { id: 'session-1', metadata: { kept: 'yes' } },
  stats: { logins_count: 1 },
  tenant: { id: 'tenant' },
  transaction: { id: 'transaction-1', protocol: 'oidc-basic-profile', prompt: [], metadata: {} },
  user: {
    user_id: 'oauth2|didit|user-1',
    email_verified: true,
    app_metadata: { present: 1 },
    user_metadata: {},
    identities: [],
  },
};

/** An Action of that code; the whole file, not the body of its handler. */
export const file = (code: string, given: Partial<DeployedAction> = {}): DeployedAction => ({
  id: given.name ?? 'example',
  name: 'example',
  secrets: {},
  dependencies: [],
  ...given,
  code,
});

/** An Action whose handler has this body. */
export const action = (body: string, given: Partial<DeployedAction> = {}): DeployedAction =>
  file(`exports.onExecutePostLogin = async (event, api) => {\n${body}\n};`, given);

/** A runtime that ends with the test file. Call it while the tests are collected. */
export function runtimeForTests(options: Partial<ActionsRuntimeOptions> = {}): ActionsRuntime {
  const runtime = createActionsRuntime({ network: () => ({ routes: {} }), instances: 'reused', ...options });
  afterAll(() => runtime.close());
  return runtime;
}

export interface BodyRun {
  readonly outcome: PostLoginOutcome;
  readonly trace: ActionTrace;
  /** What the handler logged, put together. */
  readonly log: string;
}

/** Runs one Action with this body, and gives its outcome and its trace. */
export async function runBody(
  runtime: ActionsRuntime,
  body: string,
  given: Partial<DeployedAction> & Partial<PostLoginRun> = {},
): Promise<BodyRun> {
  const { event = EVENT, continueFrom, ...parts } = given;
  const outcome = await runtime.runPostLogin({
    actions: [action(body, parts)],
    event,
    ...(continueFrom === undefined ? {} : { continueFrom }),
  });
  const [trace] = outcome.trace;
  if (trace === undefined) throw new Error('The Action has left no trace.');
  return { outcome, trace, log: trace.logs.join('\n') };
}

/** The event with one part changed. */
export const eventWith = (part: string, fields: JsonObject): JsonObject => {
  const present = EVENT[part];
  return {
    ...EVENT,
    [part]: { ...(typeof present === 'object' && !Array.isArray(present) ? present : {}), ...fields },
  };
};

/** What a failed login says, or `undefined` when the login did not fail. */
export const failureOf = ({ decision }: PostLoginOutcome): string | undefined =>
  decision.kind === 'error' ? decision.message : undefined;
