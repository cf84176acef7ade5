import type { Hono } from 'hono';
import { createConsole } from '../../scripts/console/app.ts';
import { collectionsOf, openSigningKeys, openStore, openTraces } from '../../scripts/local-tenant/index.ts';
import type { Collections, LoginTrace, TenantContext, Traces } from '../../scripts/local-tenant/index.ts';
import type { JsonObject } from '../../scripts/base/json-values.ts';
import { loadEveryPersona } from '../../scripts/local-tenant/runtime.ts';

export const CONSOLE_URL = 'https://localhost:4433';
export const MANAGEMENT = { clientId: 'management-client', clientSecret: 'management-client-secret-value' };
export const DIDIT = { clientId: 'didit-client', clientSecret: 'didit-client-secret-value' };

export interface ConsoleUnderTest {
  readonly context: TenantContext;
  readonly collections: Collections;
  readonly traces: Traces;
  /** Sends a request as the server hands it on, by default with the headers of a browser that goes there by itself. */
  readonly ask: Ask;
  /** The same with the cookie of a browser that has opened the console. */
  readonly see: Ask;
  readonly json: (path: string) => Promise<JsonObject>;
  readonly link: () => string;
}

type Ask = (
  path: string,
  init?: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
) => Promise<Response>;

let sharedKeys: ReturnType<typeof openSigningKeys> | undefined;

/** The console of a tenant in memory, without a socket. */
export async function openConsole(): Promise<ConsoleUnderTest> {
  const store = openStore(undefined);
  sharedKeys ??= openSigningKeys(openStore(undefined));
  const context: TenantContext = {
    store,
    keys: await sharedKeys,
    url: () => CONSOLE_URL,
    domain: () => 'localhost:4433',
    now: Date.now,
  };
  const traces = openTraces(context);
  const mounted = createConsole({
    context,
    traces,
    management: MANAGEMENT,
    didit: DIDIT,
    authorityFile: undefined,
  });
  const app: Hono = mounted.app;
  const ask: ConsoleUnderTest['ask'] = async (path, { headers = {}, ...init } = {}) =>
    await app.request(`${CONSOLE_URL}${path}`, { ...init, headers: { host: 'localhost:4433', ...headers } });
  let cookie: string | undefined;
  const see: ConsoleUnderTest['see'] = async (path, init = {}) => {
    cookie ??= cookieOf(await ask(new URL(mounted.link()).pathname));
    return await ask(path, { ...init, headers: { cookie, ...init.headers } });
  };
  return {
    context,
    collections: collectionsOf(store),
    traces,
    ask,
    see,
    json: async (path) =>
      (await (await see(path, { headers: { accept: 'application/json' } })).json()) as JsonObject,
    link: () => mounted.link(),
  };
}

/** Name and value of the cookie that an answer sets. */
export const cookieOf = (response: Response): string =>
  (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';

export const subjectOf = (persona: string): string =>
  loadEveryPersona().find(({ name }) => name === persona)?.subject ?? '';

let count = 0;

/** A login of a persona through Didit, which was allowed, with what a test is about in the place of the rest. */
export function traceOf(persona: string, changes: Partial<LoginTrace> = {}): LoginTrace {
  count += 1;
  const subject = subjectOf(persona);
  const identities = [
    { provider: 'oauth2', connection: 'didit', user_id: `didit|${subject}`, isSocial: true },
  ];
  return {
    id: `login${count}`,
    at: '2026-11-26T12:00:00.000Z',
    client_id: 'application-1',
    connection: 'didit',
    user_id: `oauth2|didit|${subject}`,
    protocol: 'oidc-basic-profile',
    tag: null,
    decision: { kind: 'allow' },
    event: eventOf(`oauth2|didit|${subject}`, identities),
    user: { root: { name: 'John Doe' }, identities },
    actions: [],
    metadata_before: { app_metadata: {}, user_metadata: {} },
    metadata_after: { app_metadata: {}, user_metadata: {} },
    id_token_claims: {},
    access_token_claims: {},
    ...changes,
  };
}

/** The event of such a login. */
export const eventOf = (
  userId: string,
  identities: JsonObject[] | readonly object[],
  user: JsonObject = {},
): JsonObject => ({
  client: { name: 'Shop', client_id: 'application-1', metadata: {} },
  connection: { name: 'didit', metadata: {} },
  user: {
    user_id: userId,
    identities: identities.map((identity) => ({ ...identity })) as JsonObject[],
    ...user,
  },
  session: { created_at: '2026-11-26T12:00:00.000Z', updated_at: '2026-11-26T12:00:00.000Z' },
  transaction: { prompt: [] },
  request: { query: { scope: 'openid profile' } },
});

/** What an Action did, with what a test is about in the place of the rest. */
export const actionOf = (
  name: string,
  changes: Partial<LoginTrace['actions'][number]> = {},
): LoginTrace['actions'][number] => ({
  action: name,
  handler: 'onExecutePostLogin',
  milliseconds: 4,
  calls: [],
  logs: [],
  requests: [],
  notes: [],
  ...changes,
});
