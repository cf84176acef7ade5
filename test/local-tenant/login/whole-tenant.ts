import { buildBundles } from '../../../scripts/bundle/build-bundles.ts';
import type { Bundle } from '../../../scripts/bundle/bundle.ts';
import {
  collectionsOf,
  openStore,
  startLocalTenant,
  trustAuthority,
} from '../../../scripts/local-tenant/index.ts';
import type { LocalTenantOptions } from '../../../scripts/local-tenant/index.ts';
import type { JsonObject } from '../../../scripts/base/json-values.ts';
import { isJsonObject } from '../../../scripts/base/json-values.ts';
import { loadPersonas } from '../../../scripts/local-tenant/runtime.ts';
import type { LeftOpen } from '../../../scripts/local-tenant/login/services.ts';
import type { Collections } from '../../../scripts/local-tenant/store/collections.ts';
import type { UserDocument } from '../../../scripts/local-tenant/store/resources.ts';
import type { Store } from '../../../scripts/local-tenant/store/store.ts';
import type {
  Application,
  SignedIn,
  SignInRefused,
  SignInOptions,
} from '../../../scripts/login/local/sign-in.ts';
import { signIn } from '../../../scripts/login/local/sign-in.ts';
import { readTenantConfig } from '../../../scripts/tenant-config/read-tenant-config.ts';
import type { TenantConfig } from '../../../scripts/tenant-config/tenant-config.ts';
import { backdate } from './backdate.ts';
import { existing } from './tenant-under-test.ts';

const AT = '2026-01-01T00:00:00.000Z';
const APPLICATION_ID = 'exampleApplication00000000000000';
const MANAGEMENT_ID = 'exampleManagementClient000000000';
export const STEP_UP_ID = 'exampleStepUpClient0000000000000';
export const STEP_UP_SECRET = 'example-step-up-secret';

/** A connection that signs people in without Didit. */
export const PASSWORDS = 'Username-Password-Authentication';

/** Our Actions by the names that tenant.yaml binds them under. */
export const OURS = ['didit-profile-sync', 'didit-step-up', 'didit-access-policy', 'didit-claims'] as const;

/** The code of an Action of another team. */
export interface OtherAction {
  readonly name: string;
  readonly code: string;
}

export interface WholeTenant {
  readonly collections: Collections;
  readonly url: string;
  readonly application: Application;
  /** Opens the console in one browser, once; where the tenant has one. */
  readonly consoleLink: () => string;
  /** What Auth0 leaves open, for the logins that follow. */
  leaveOpen(leftOpen: LeftOpen): void;
  /** A user of `PASSWORDS`, by its e-mail address; the id. */
  addUser(email: string, changes?: Partial<UserDocument>): string;
  /** Puts Actions on the login, in this order: ours by name. */
  bind(actions: readonly (string | OtherAction)[]): void;
  /** Rules and claims of the application, instead of those of `tenant.yaml`. */
  setApplication(metadata: Readonly<Record<string, string>>): void;
  signIn(options: Partial<SignInOptions> & Pick<SignInOptions, 'persona'>): Promise<SignedIn | SignInRefused>;
  /** What `/oauth/token` answers. */
  refresh(refreshToken: string): Promise<JsonObject>;
  /** `app_metadata` of a persona's user. */
  metadataOf(persona: string): JsonObject;
  /** Makes all that has happened so far a while longer ago, milliseconds. */
  backdate(milliseconds: number): void;
  /** Nobody has ever been here, neither at the tenant nor at Didit, and `tenant.yaml` holds again. */
  beginAnew(): void;
  close(): Promise<void>;
}

/**
 * The local tenant, whole: its server, its Actions runtime, the Didit stand-in, and the built bundles with the settings of
 * `tenant.yaml`. They are put into its store as a deploy leaves them there.
 */
export async function startWholeTenant(
  options: Pick<LocalTenantOptions, 'console'> = {},
): Promise<WholeTenant> {
  const read = readTenantConfig();
  const bundles = await buildBundles(read);
  const store = openStore(undefined);
  let leftOpen: LeftOpen = {};
  const tenant = await startLocalTenant({
    ...options,
    store,
    buildMilliseconds: 0,
    leftOpen: () => leftOpen,
  });
  trustAuthority(tenant.authority);
  const collections = collectionsOf(store);
  const application = seed(collections, read.config, bundles, tenant);
  const own = bundles.flatMap(({ target: { kind, name }, code }) =>
    kind === 'action' ? [{ name, code }] : [],
  );
  const secrets = Object.entries({
    AUTH0_DOMAIN: tenant.domain,
    AUTH0_MANAGEMENT_CLIENT_ID: MANAGEMENT_ID,
    AUTH0_MANAGEMENT_CLIENT_SECRET: 'example-management-secret',
    DIDIT_STEP_UP_CLIENT_ID: STEP_UP_ID,
    DIDIT_STEP_UP_CLIENT_SECRET: STEP_UP_SECRET,
    DIDIT_CONNECTION: 'didit',
    DIDIT_HANDOVER_KEY: 'example-handover-key-of-more-than-32-characters',
  });

  const whole: WholeTenant = {
    collections,
    url: tenant.url,
    application,
    consoleLink: () => tenant.consoleLink?.() ?? '',
    leaveOpen: (answers) => {
      leftOpen = answers;
    },
    addUser: (email, changes = {}) => {
      const name = email.split('@')[0] ?? '';
      const user = userOf(name, email, changes);
      collections.users.put(user.user_id, user);
      return user.user_id;
    },
    bind: (actions) => {
      const bound = actions.map((action) =>
        typeof action === 'string' ? existing(own.find(({ name }) => name === action)) : action,
      );
      // Other teams' Actions have none of our secrets.
      bindTo(collections, bound, (name) => (own.some((each) => each.name === name) ? secrets : []));
    },
    setApplication: (metadata) => {
      const client = existing(collections.clients.get(APPLICATION_ID));
      collections.clients.put(APPLICATION_ID, {
        ...client,
        settings: { ...client.settings, client_metadata: { ...metadata } },
      });
    },
    signIn: async (options) =>
      await signIn({
        tenantUrl: tenant.url,
        application,
        connection: 'didit',
        scope: 'openid profile email offline_access',
        audience: 'https://api.example.com/',
        ...options,
      }),
    refresh: async (refreshToken) => {
      const response = await fetch(`${tenant.url}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: application.clientId,
          client_secret: application.clientSecret ?? '',
          refresh_token: refreshToken,
        }),
      });
      const body: unknown = await response.json();
      return isJsonObject(body) ? body : {};
    },
    metadataOf: (persona) => {
      const { subject } = existing(loadPersonas().find(({ name }) => name === persona));
      return existing(collections.users.get(`oauth2|didit|${subject}`)).app_metadata;
    },
    backdate: (milliseconds) => {
      backdate(store, milliseconds);
    },
    beginAnew: () => {
      for (const { user_id: id } of collections.users.all()) collections.users.delete(id);
      forgetDiditLogins(store);
      whole.setApplication({ didit_policy: 'require=verified' });
      whole.bind(OURS);
      whole.leaveOpen({});
      permitLinking(collections, tenant.domain, ['update:users']);
    },
    close: () => tenant.close(),
  };
  return whole;
}

/** How a sign-in ended: `signed in`, or the code of the denial. */
export const endOf = (result: SignedIn | SignInRefused): string =>
  result.kind === 'denied' ? (/^(\w+): /.exec(result.errorDescription)?.[1] ?? result.error) : 'signed in';

/** A persona's second login at the stand-in is told from the first by a count. */
function forgetDiditLogins(store: Store): void {
  const counts = store.collection('didit-logins');
  for (const { name } of loadPersonas()) counts.delete(name);
}

function seed(
  { clients, clientGrants, connections, things }: Collections,
  config: TenantConfig,
  bundles: readonly Bundle[],
  tenant: {
    readonly domain: string;
    readonly didit: { readonly clientId: string; readonly clientSecret: string };
  },
): Application {
  const connection = existing(config.connections[0]);
  const callback = 'https://app.example.com/callback';
  const clientSecret = 'example-application-secret';
  clients.put(APPLICATION_ID, {
    client_id: APPLICATION_ID,
    client_secret: clientSecret,
    name: 'Example Application',
    settings: {
      app_type: 'regular_web',
      callbacks: [callback],
      grant_types: ['authorization_code', 'refresh_token'],
    },
  });
  clients.put(MANAGEMENT_ID, {
    client_id: MANAGEMENT_ID,
    client_secret: 'example-management-secret',
    name: 'Didit Actions',
    settings: { app_type: 'non_interactive', grant_types: ['client_credentials'] },
  });
  clientGrants.put('cgr_1', {
    id: 'cgr_1',
    client_id: MANAGEMENT_ID,
    audience: `https://${tenant.domain}/api/v2/`,
    scope: ['read:users'],
    settings: {},
  });
  clients.put(STEP_UP_ID, {
    client_id: STEP_UP_ID,
    client_secret: STEP_UP_SECRET,
    name: 'Didit Step-up',
    settings: {
      app_type: 'regular_web',
      callbacks: [`https://${tenant.domain}/continue`],
      grant_types: ['authorization_code', 'client_credentials'],
      jwt_configuration: { alg: 'HS256' },
    },
  });
  connections.put('con_2', {
    id: 'con_2',
    name: PASSWORDS,
    strategy: 'auth0',
    options: {},
    enabled_clients: [APPLICATION_ID, STEP_UP_ID],
    metadata: {},
    settings: {},
  });
  things('/resource-servers').put('rs_1', {
    id: 'rs_1',
    identifier: 'https://api.example.com/',
    name: 'Example API',
    allow_offline_access: true,
  });
  connections.put('con_1', {
    id: 'con_1',
    name: connection.name,
    strategy: connection.strategy,
    options: {
      authorizationURL: 'https://auth.didit.me',
      tokenURL: 'https://apx.didit.me/auth/v2/token',
      scope: String(connection.options['scope']),
      pkce_enabled: true,
      set_user_root_attributes: 'on_each_login',
      client_id: tenant.didit.clientId,
      client_secret: tenant.didit.clientSecret,
      scripts: {
        fetchUserProfile: existing(bundles.find(({ target }) => target.kind === 'connection-script')).code,
      },
    },
    enabled_clients: [APPLICATION_ID, STEP_UP_ID],
    // A busy machine takes longer to answer than a person at a login waits for it, and no test here is about that.
    metadata: {
      ...connection.metadata,
      didit_sync: `${connection.metadata?.['didit_sync'] ?? ''} management_timeout=10s profile_timeout=10s`,
    },
    settings: {},
  });
  return { clientId: APPLICATION_ID, clientSecret, callback };
}

/** The scopes that the application of the step-up has for the Management API; none: no grant at all. */
export function permitLinking({ clientGrants }: Collections, domain: string, scope: readonly string[]): void {
  clientGrants.delete('cgr_2');
  if (scope.length === 0) return;
  clientGrants.put('cgr_2', {
    id: 'cgr_2',
    client_id: STEP_UP_ID,
    audience: `https://${domain}/api/v2/`,
    scope: [...scope],
    settings: {},
  });
}

const userOf = (name: string, email: string, changes: Partial<UserDocument>): UserDocument => ({
  user_id: `auth0|${name}`,
  identities: [{ connection: PASSWORDS, provider: 'auth0', user_id: name, isSocial: false }],
  root: { email, email_verified: true, name },
  app_metadata: {},
  user_metadata: {},
  created_at: AT,
  updated_at: AT,
  last_login: null,
  last_ip: null,
  logins_count: 0,
  ...changes,
});

function bindTo(
  { actions, actionVersions, triggerBindings }: Collections,
  bound: readonly OtherAction[],
  secretsOf: (name: string) => readonly (readonly [string, string])[],
): void {
  for (const { name, code } of bound) {
    const version = {
      code,
      runtime: 'node22',
      dependencies: [],
      secrets: secretsOf(name).map(([secret, value]) => ({ name: secret, value, updated_at: AT })),
    };
    actions.put(name, {
      id: name,
      name,
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
      draft: version,
      built_at: 0,
      deployed_version_id: `version of ${name}`,
      created_at: AT,
      updated_at: AT,
    });
    actionVersions.put(`version of ${name}`, {
      ...version,
      id: `version of ${name}`,
      action_id: name,
      number: 1,
      created_at: AT,
    });
  }
  triggerBindings.put('post-login', {
    trigger_id: 'post-login',
    bindings: bound.map(({ name }) => ({
      id: `binding of ${name}`,
      action_id: name,
      display_name: name,
      created_at: AT,
      updated_at: AT,
    })),
  });
}
