import { Hono } from 'hono';
import { vi } from 'vitest';
import type { ActionsRuntime, PostLoginOutcome, PostLoginRun } from '../../../scripts/runner/contract.ts';
import { collectionsOf } from '../../../scripts/local-tenant/store/collections.ts';
import type { Collections } from '../../../scripts/local-tenant/store/collections.ts';
import type { TenantContext } from '../../../scripts/local-tenant/context.ts';
import { createDiditStandIn } from '../../../scripts/local-tenant/didit-stand-in/app.ts';
import { isJsonObject, stringIn } from '../../../scripts/base/json-values.ts';
import type { Arrival, Browser } from '../../../scripts/login/local/browser.ts';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import type {
  Application,
  SignedIn,
  SignInRefused,
  SignInOptions,
} from '../../../scripts/login/local/sign-in.ts';
import { signIn } from '../../../scripts/login/local/sign-in.ts';
import { createLogin } from '../../../scripts/local-tenant/login/app.ts';
import { NOTHING_ASKED } from '../../../scripts/local-tenant/login/post-login.ts';
import type { LeftOpen } from '../../../scripts/local-tenant/login/services.ts';
import type { ClientDocument, ConnectionDocument } from '../../../scripts/local-tenant/store/resources.ts';
import type { JsonObject } from '../../../scripts/base/json-values.ts';
import type { SigningKeys } from '../../../scripts/local-tenant/signing-keys.ts';
import { openSigningKeys } from '../../../scripts/local-tenant/signing-keys.ts';
import { openStore } from '../../../scripts/local-tenant/store/store.ts';
import type { Store } from '../../../scripts/local-tenant/store/store.ts';

export const TENANT_URL = 'https://localhost:4433';
export const NOW = Date.UTC(2026, 10, 23, 12);
export const API = 'https://api.example.com';

export const APPLICATION = {
  clientId: 'exampleApplication00000000000000',
  clientSecret: 'example-application-secret',
  callback: 'https://app.example.com/callback',
} as const satisfies Application;

/** What the Actions do in a test: the parts of the outcome that differ from "nothing happens". */
export type ActionsInTest = (run: PostLoginRun) => Partial<PostLoginOutcome>;

type Fetch = typeof fetch;

export interface TenantUnderTest {
  readonly context: TenantContext;
  readonly collections: Collections;
  readonly app: Hono;
  /** A `fetch` that only this tenant answers. */
  readonly fetch: Fetch;
  /** What the Actions were given, run by run. */
  readonly runs: PostLoginRun[];
  /** What profile scripts were given. */
  readonly scriptRuns: { readonly code: string; readonly context: JsonObject }[];
  setActions(actions: ActionsInTest): void;
  /** What Auth0 leaves open, for the logins that follow. */
  leaveOpen(leftOpen: LeftOpen): void;
  advance(milliseconds: number): void;
  updateClient(changes: JsonObject, clientId?: string): void;
  updateConnection(changes: Partial<ConnectionDocument>): void;
  signIn(options?: Partial<SignInOptions>): Promise<SignedIn | SignInRefused>;
  /** A sign-in that must succeed. */
  signedIn(options?: Partial<SignInOptions>): Promise<SignedIn>;
  /** A bare `/authorize` request, without openid-client's care; the adult answers the stand-in's page if it comes. */
  authorize(parameters: Readonly<Record<string, string>>, browser?: Browser): Promise<Arrival>;
  /** What the application reads at its callback after such a request. */
  callbackOf(
    parameters: Readonly<Record<string, string>>,
    browser?: Browser,
  ): Promise<Record<string, string>>;
  /** A bare request to `/oauth/token`, with the application's credentials unless the form says otherwise. */
  token(
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly body: JsonObject }>;
}

interface TenantOptions {
  /** Default: a new one in memory. */
  readonly store?: Store;
  /** Default 10,000. */
  readonly upstreamTimeoutMilliseconds?: number;
}

let sharedKeys: Promise<SigningKeys> | undefined;

/**
 * A tenant in memory with one application, the Didit connection, one API, and Actions that the test plays. The profile script is
 * played too: it reads the stand-in's userinfo and maps a few attributes.
 */
export async function startTenant(options: TenantOptions = {}): Promise<TenantUnderTest> {
  const store = options.store ?? openStore(undefined);
  // One key pair for all tests of a file: making one takes longer than most tests.
  sharedKeys ??= openSigningKeys(openStore(undefined));
  // The cookie jar and openid-client look at the same clock as the tenant.
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  const context: TenantContext = {
    store,
    keys: await sharedKeys,
    url: () => TENANT_URL,
    domain: () => 'localhost:4433',
    now: Date.now,
  };
  const collections = collectionsOf(store);
  if (collections.clients.all().length === 0) seed(collections);

  const runs: PostLoginRun[] = [];
  const scriptRuns: { code: string; context: JsonObject }[] = [];
  let actions: ActionsInTest = () => ({});
  let leftOpen: LeftOpen = {};
  const app = new Hono();
  const send: Fetch = async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== TENANT_URL) throw new TypeError('fetch failed');
    const aborted = new Promise<never>((_, reject) => {
      request.signal.addEventListener('abort', () => {
        reject(new DOMException('This operation was aborted', 'AbortError'));
      });
    });
    return await Promise.race([app.fetch(request), aborted]);
  };
  const runtime: ActionsRuntime = {
    runPostLogin: async (run) => {
      runs.push(run);
      return { ...NOTHING_ASKED, ...actions(run) };
    },
    runFetchUserProfile: async (script) => {
      scriptRuns.push({ code: script.code, context: script.context });
      const response = await send(`${TENANT_URL}/didit-stand-in/auth/v2/users/retrieve`, {
        headers: { authorization: `Bearer ${script.accessToken}` },
      });
      if (!response.ok) return { error: `userinfo answered ${response.status}` };
      const userInfo: unknown = await response.json();
      return isJsonObject(userInfo) ? { profile: profileOf(userInfo) } : { error: 'no object' };
    },
    close: async () => undefined,
  };
  app.route('/didit-stand-in', createDiditStandIn(context, { slowMilliseconds: 200 })).route(
    '/',
    createLogin(context, {
      runtime,
      leftOpen: () => leftOpen,
      fetch: send,
      upstreamTimeoutMilliseconds: options.upstreamTimeoutMilliseconds ?? 10_000,
    }),
  );

  const attempt = (chosen: Partial<SignInOptions> = {}): Promise<SignedIn | SignInRefused> =>
    signIn({
      tenantUrl: TENANT_URL,
      application: APPLICATION,
      persona: 'adult',
      connection: 'didit',
      fetch: send,
      ...chosen,
    });
  const isCallback = (url: URL): boolean => url.hostname === 'app.example.com';
  const authorize: TenantUnderTest['authorize'] = async (parameters, browser = createBrowser(send)) => {
    const arrival = await browser.open(authorizeUrl(parameters), isCallback);
    const isConsent = arrival.kind === 'page' && arrival.page.url.includes('/didit-stand-in');
    return isConsent ? await browser.submit(arrival.page, { persona: 'adult' }, isCallback) : arrival;
  };
  return {
    authorize,
    callbackOf: async (parameters, browser) => {
      const arrival = await authorize(parameters, browser);
      if (arrival.kind === 'page') throw new Error(`expected the callback, got ${arrival.page.html}`);
      return Object.fromEntries(arrival.url.searchParams);
    },
    token: async (form, headers = {}) => {
      const { clientId, clientSecret } = APPLICATION;
      const isBasic = headers['authorization'] !== undefined;
      const response = await send(`${TENANT_URL}/oauth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams({
          ...(isBasic ? {} : { client_id: clientId, client_secret: clientSecret }),
          ...form,
        }).toString(),
      });
      const body: unknown = await response.json();
      return { status: response.status, body: isJsonObject(body) ? body : {} };
    },
    context,
    collections,
    app,
    fetch: send,
    runs,
    scriptRuns,
    leaveOpen: (answers) => {
      leftOpen = answers;
    },
    setActions: (next) => {
      actions = next;
    },
    advance: (milliseconds) => {
      vi.setSystemTime(Date.now() + milliseconds);
    },
    updateClient: (changes, clientId = APPLICATION.clientId) => {
      const client = existing(collections.clients.get(clientId));
      collections.clients.put(clientId, { ...client, settings: { ...client.settings, ...changes } });
    },
    updateConnection: (changes) => {
      collections.connections.put('con_didit', {
        ...existing(collections.connections.get('con_didit')),
        ...changes,
      });
    },
    signIn: attempt,
    signedIn: async (chosen) => {
      const result = await attempt(chosen);
      if (result.kind === 'denied')
        throw new Error(`expected a sign-in, got ${result.error}: ${result.errorDescription}`);
      return result;
    },
  };
}

/** A plain `/authorize` URL of the application. */
export const authorizeUrl = (parameters: Readonly<Record<string, string>> = {}): string => {
  const query = new URLSearchParams({
    client_id: APPLICATION.clientId,
    redirect_uri: APPLICATION.callback,
    response_type: 'code',
    scope: 'openid',
    connection: 'didit',
    ...parameters,
  });
  return `${TENANT_URL}/authorize?${query.toString()}`;
};

export function existing<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('expected something to exist');
  return value;
}

/** A string that has to be in a JSON answer. */
export const textIn = (object: JsonObject, key: string): string => existing(stringIn(object, key));

function profileOf(userInfo: JsonObject): JsonObject {
  const names = isJsonObject(userInfo['names']) ? userInfo['names'] : {};
  const email = isJsonObject(userInfo['email']) ? userInfo['email'] : {};
  const picture = stringIn(userInfo, 'picture');
  return {
    ...(userInfo['sub'] === undefined ? {} : { user_id: userInfo['sub'] }),
    ...(names['full_name'] === undefined ? {} : { name: names['full_name'] }),
    ...(email['email'] === undefined
      ? {}
      : { email: email['email'], email_verified: email['is_verified'] === true }),
    ...(picture === undefined ? {} : { picture }),
    didit_profile: { verified: userInfo['is_verified'] ?? false },
  };
}

export const client = (id: string, settings: JsonObject = {}, secret = `${id}-secret`): ClientDocument => ({
  client_id: id,
  client_secret: secret,
  name: `Client ${id}`,
  settings,
});

export const DIDIT_CONNECTION: ConnectionDocument = {
  id: 'con_didit',
  name: 'didit',
  strategy: 'oauth2',
  options: {
    client_id: 'didit-client',
    client_secret: 'didit-secret+/=:',
    authorizationURL: 'https://auth.didit.me',
    tokenURL: 'https://apx.didit.me/auth/v2/token',
    scope: 'openid user_id names email picture is_verified is_over_18',
    pkce_enabled: true,
    set_user_root_attributes: 'on_each_login',
    scripts: { fetchUserProfile: 'function (accessToken, context, callback) {}' },
  },
  enabled_clients: [APPLICATION.clientId],
  metadata: { didit_policy: 'mode=off' },
  settings: {},
};

export function seed(collections: Collections): void {
  const action = { id: 'act_1', name: 'example-action' };
  const at = new Date(NOW).toISOString();
  const version = {
    code: 'exports.onExecutePostLogin = async () => {};',
    runtime: 'node22',
    dependencies: [],
    secrets: [{ name: 'EXAMPLE', value: 'example secret', updated_at: at }],
  };
  collections.clients.put(
    APPLICATION.clientId,
    client(
      APPLICATION.clientId,
      {
        callbacks: [APPLICATION.callback],
        allowed_logout_urls: ['https://app.example.com/bye'],
        app_type: 'regular_web',
        grant_types: ['authorization_code', 'refresh_token'],
        client_metadata: { didit_policy: 'require=verified' },
        refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', leeway: 0 },
      },
      APPLICATION.clientSecret,
    ),
  );
  collections.connections.put('con_didit', DIDIT_CONNECTION);
  collections.things('/resource-servers').put('rs_1', {
    id: 'rs_1',
    identifier: API,
    name: 'Example API',
    allow_offline_access: true,
    scopes: [{ value: 'read:things' }, { value: 'write:things' }],
  });
  collections.actions.put(action.id, {
    ...action,
    supported_triggers: [{ id: 'post-login', version: 'v3' }],
    draft: version,
    built_at: 0,
    deployed_version_id: 'ver_1',
    created_at: at,
    updated_at: at,
  });
  collections.actionVersions.put('ver_1', {
    ...version,
    id: 'ver_1',
    action_id: action.id,
    number: 1,
    created_at: at,
  });
  collections.triggerBindings.put('post-login', {
    trigger_id: 'post-login',
    bindings: [
      { id: 'bin_1', action_id: action.id, display_name: action.name, created_at: at, updated_at: at },
    ],
  });
}
