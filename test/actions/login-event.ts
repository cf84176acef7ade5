/** The moment at which the logins of these tests take place, unless they say otherwise. */
export const NOW = Date.parse('2026-06-15T12:00:00.000Z');

/** When the person of `loginEvent` came back from Didit: half a second before. */
export const STEP = '2026-06-15T11:59:59.500Z';

export const SUBJECT = '6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01';
export const USER_ID = `oauth2|didit|${SUBJECT}`;

/** Where the claims of these tests stand. */
export const NAMESPACE = 'https://example.com/didit/';

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

/** The identity of a database login. */
export const databaseIdentity = { connection: 'Users', provider: 'auth0', user_id: 'abc', isSocial: false };

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
  authenticated_at: '2026-06-15T09:00:00.500Z',
};

/** The federated step that `storedRecord` belongs to. */
export const RECORD_STEP = storedRecord.authenticated_at;

export const managementSecrets = {
  AUTH0_DOMAIN: 'tenant.example.com',
  AUTH0_MANAGEMENT_CLIENT_ID: 'm2m-client',
  AUTH0_MANAGEMENT_CLIENT_SECRET: 'm2m-secret-value',
};

/** What only our Actions know. */
export const HANDOVER_KEY = 'a-key-that-no-other-action-of-the-tenant-has';

export interface EventParts {
  readonly user?: object;
  readonly connection?: object;
  /** The application's metadata. */
  readonly client?: object;
  /** The organization's metadata. */
  readonly organization?: object;
  readonly transaction?: object;
  readonly secrets?: object;
  /** When the person came back from Didit. */
  readonly step?: string;
  /** Replaces the whole list of ways in which the person authenticated. */
  readonly methods?: readonly object[];
  /** Other parts of the event. */
  readonly more?: object;
}

/**
 * An interactive login through the Didit connection, with the namespace of the documentation. By default the event is as bare as
 * Auth0 documents it: without the snapshot, and without credentials for the Management API.
 */
export const loginEvent = (parts: EventParts = {}): object => ({
  authentication: { methods: parts.methods ?? [{ name: 'federated', timestamp: parts.step ?? STEP }] },
  client: { client_id: 'app', name: 'App', metadata: parts.client ?? {} },
  connection: {
    id: 'con_1',
    name: 'didit',
    strategy: 'oauth2',
    metadata: { didit_claims: `namespace=${NAMESPACE}` },
    ...parts.connection,
  },
  ...(parts.organization === undefined
    ? {}
    : { organization: { id: 'org_1', metadata: parts.organization } }),
  request: { ip: '192.0.2.1', method: 'GET', query: {}, body: {}, geoip: {} },
  secrets: { DIDIT_CONNECTION: 'didit', DIDIT_HANDOVER_KEY: HANDOVER_KEY, ...parts.secrets },
  stats: { logins_count: 1 },
  tenant: { id: 'example' },
  transaction: {
    id: 'transaction_1',
    correlation_id: 'correlation_1',
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
  ...parts.more,
});

/** The same with credentials for the Management API. */
export const withManagement = (parts: EventParts = {}): object =>
  loginEvent({ ...parts, secrets: { ...managementSecrets, ...parts.secrets } });

/** The user as the Management API shows it: a Didit user with this snapshot. */
export const managementUser = (
  snapshot: unknown,
  identities: readonly object[] = [diditIdentity],
): object => ({
  didit_profile: snapshot,
  identities,
});

/** Rules that a test asks for at the application. */
export const rules = (text: string): { readonly didit_policy: string } => ({ didit_policy: text });
