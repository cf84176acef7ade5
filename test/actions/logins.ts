import { runInThisContext } from 'node:vm';
import { bundle } from '../../scripts/bundle/bundle.ts';
import type { BundleTarget } from '../../scripts/bundle/targets.ts';
import { isObject } from '../../actions/didit/json.ts';

/** The moment at which the logins of these tests take place, unless they say otherwise. */
export const NOW = Date.parse('2026-06-15T12:00:00.000Z');

export const SUBJECT = '6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01';
export const USER_ID = `oauth2|didit|${SUBJECT}`;

type Handler = (event: unknown, api: unknown) => Promise<unknown>;

const isLoader = (value: unknown): value is (module: object, exports: object) => void =>
  typeof value === 'function';

const isHandler = (value: unknown): value is Handler => typeof value === 'function';

/** The built Actions in their order, ready to be called: the very text that would be uploaded. */
export async function loadActions(): Promise<
  readonly { readonly name: string; readonly code: string; readonly handler: Handler }[]
> {
  const names = ['didit-profile-sync', 'didit-access-policy', 'didit-claims'];
  const targets = names.map((name): BundleTarget => ({
    name,
    kind: 'action',
    entry: `actions/${name}.ts`,
    output: `dist/actions/${name}.js`,
    dependencies: [],
  }));
  return Promise.all(
    targets.map(async (target) => {
      const { code } = await bundle(target);
      const module: { exports: Record<string, unknown> } = { exports: {} };
      const load: unknown = runInThisContext(`(function (module, exports) {${code}\n})`);
      if (!isLoader(load)) throw new Error(`${target.name} is no module.`);
      load(module, module.exports);
      const handler = module.exports['onExecutePostLogin'];
      if (!isHandler(handler)) throw new Error(`${target.name} exports no handler.`);
      return { name: target.name, code, handler };
    }),
  );
}

export interface Outcome {
  readonly denied: string | undefined;
  readonly idToken: Record<string, unknown>;
  readonly accessToken: Record<string, unknown>;
  readonly appMetadata: Record<string, unknown>;
  readonly userMetadata: Record<string, unknown>;
  readonly logs: readonly string[];
}

/** A trigger's cache that outlives a login. */
export class TriggerCache {
  readonly entries = new Map<string, string>();

  get(key: string): { value: string; expires_at: number } | undefined {
    const value = this.entries.get(key);
    return value === undefined ? undefined : { value, expires_at: NOW + 900_000 };
  }

  set(key: string, value: string): object {
    this.entries.set(key, value);
    return { type: 'success' };
  }

  delete(key: string): object {
    this.entries.delete(key);
    return { type: 'success' };
  }
}

/** Runs the Actions one after the other, as the trigger does: a denial stops those that come later. */
export async function runLogin(
  actions: Awaited<ReturnType<typeof loadActions>>,
  event: unknown,
  options: { readonly cache?: TriggerCache; readonly log: () => readonly string[] },
): Promise<Outcome> {
  const idToken: Record<string, unknown> = {};
  const accessToken: Record<string, unknown> = {};
  const appMetadata: Record<string, unknown> = {};
  const userMetadata: Record<string, unknown> = {};
  let denied: string | undefined;
  const transaction = isObject(event) ? event['transaction'] : undefined;
  const metadata = isObject(transaction) ? transaction['metadata'] : undefined;
  const api = {
    access: {
      deny: (reason: string) => {
        denied = reason;
      },
    },
    idToken: { setCustomClaim: (name: string, value: unknown) => (idToken[name] = value) },
    accessToken: { setCustomClaim: (name: string, value: unknown) => (accessToken[name] = value) },
    user: {
      setAppMetadata: (name: string, value: unknown) => (appMetadata[name] = value),
      setUserMetadata: (name: string, value: unknown) => (userMetadata[name] = value),
    },
    cache: options.cache ?? new TriggerCache(),
    transaction: {
      setMetadata: (name: string, value: string) => {
        if (!isObject(metadata)) throw new Error('There is no transaction.');
        Object.defineProperty(metadata, name, { value, enumerable: true, configurable: true });
      },
    },
  };
  for (const { handler } of actions) {
    await handler(event, api);
    if (denied !== undefined) break;
  }
  return { denied, idToken, accessToken, appMetadata, userMetadata, logs: options.log() };
}

/** The snapshot that the profile script leaves for a fully verified adult, fetched a second before now. */
export const adultSnapshot = {
  subject: SUBJECT,
  verified: true,
  age_over_18: true,
  age_over_21: true,
  email_verified: true,
  fetched_at: '2026-06-15T11:59:59Z',
};

/** The identity of a Didit login, as Auth0 lists it. */
export const diditIdentity = {
  connection: 'didit',
  provider: 'oauth2',
  user_id: `didit|${SUBJECT}`,
  isSocial: true,
};

/** A record of an earlier login of the same person, three hours old. */
export const storedRecord = {
  schema_version: 2,
  subject: SUBJECT,
  verified: true,
  age_over_18: true,
  verified_at: '2026-06-01T00:00:00Z',
  changed_at: '2026-06-01T00:00:00Z',
  synced_at: '2026-06-15T09:00:00Z',
  source: 'management',
};

interface EventParts {
  readonly user?: object;
  readonly connection?: object;
  readonly client?: object;
  readonly organization?: object;
  readonly transaction?: object;
  readonly secrets?: object;
  readonly authenticatedAt?: string;
}

/**
 * An interactive login through the Didit connection, with the namespace of the documentation. By default the event is as bare as
 * Auth0 documents it: without the snapshot.
 */
export const loginEvent = (parts: EventParts = {}): object => ({
  authentication: {
    methods: [{ name: 'federated', timestamp: parts.authenticatedAt ?? '2026-06-15T11:59:59.500Z' }],
  },
  client: { client_id: 'app', name: 'App', metadata: parts.client ?? {} },
  connection: {
    id: 'con_1',
    name: 'didit',
    strategy: 'oauth2',
    metadata: { didit_claims: 'namespace=https://example.com/didit/' },
    ...parts.connection,
  },
  ...(parts.organization === undefined
    ? {}
    : { organization: { id: 'org_1', metadata: parts.organization } }),
  request: { ip: '192.0.2.1', method: 'GET', query: {}, body: {}, geoip: {} },
  secrets: { DIDIT_CONNECTION: 'didit', ...parts.secrets },
  stats: { logins_count: 1 },
  tenant: { id: 'example' },
  transaction: {
    id: 'transaction_1',
    metadata: {},
    protocol: 'oidc-basic-profile',
    prompt: [],
    requested_scopes: ['openid', 'profile'],
    ...parts.transaction,
  },
  user: {
    user_id: USER_ID,
    email: 'alejandro.rosas@example.com',
    name: 'John Doe',
    app_metadata: {},
    user_metadata: {},
    identities: [diditIdentity],
    ...parts.user,
  },
});

export const managementSecrets = {
  AUTH0_DOMAIN: 'tenant.example.com',
  AUTH0_MANAGEMENT_CLIENT_ID: 'm2m-client',
  AUTH0_MANAGEMENT_CLIENT_SECRET: 'm2m-secret-value',
};
