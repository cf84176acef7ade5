import { collectionsOf } from './store/collections.ts';
import type { TenantContext } from './context.ts';
import { randomIdentifier } from './identifiers.ts';
import { textOf, textsOf } from '../base/json-values.ts';
import { completeSettings } from '../auth0/client-defaults.ts';
import { managementApi } from '../auth0/management-api.ts';
import type { Store } from './store/store.ts';

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

interface LocalCredentialsDocument {
  readonly management: ClientCredentials;
  readonly didit: ClientCredentials;
}

/** The name under which the deploy client appears among the tenant's applications. */
const DEPLOY_CLIENT_NAME = 'Local deploy client';

/** Subjects of which the service has every scope, whether or not an operation asks for it. */
const SCOPE_SUBJECTS = [
  'client_credentials',
  'client_grants',
  'client_keys',
  'connections_options',
  'triggers',
];

/** Every scope of the Management API that the local tenant knows. */
export const MANAGEMENT_SCOPES: readonly string[] = [
  ...new Set([
    ...SCOPE_SUBJECTS.flatMap((subject) =>
      ['read', 'create', 'update', 'delete'].map((verb) => `${verb}:${subject}`),
    ),
    ...Object.values(managementApi().paths).flatMap((path) =>
      Object.values(path).flatMap(({ scopes }) => scopes),
    ),
  ]),
];

/**
 * Credentials that belong to the tenant itself, made once: a Management API client for deploys (what a person would make
 * by hand in the Auth0 dashboard before the first deploy), and the Didit console's client id and secret as the stand-in
 * would have handed them out.
 */
export function localCredentials(store: Store): LocalCredentialsDocument {
  const documents = store.collection<LocalCredentialsDocument>('local-credentials');
  const existing = documents.get('current');
  if (existing !== undefined) return existing;
  const made: LocalCredentialsDocument = {
    management: { clientId: randomIdentifier(32), clientSecret: randomIdentifier(64) },
    didit: { clientId: randomIdentifier(22), clientSecret: randomIdentifier(43) },
  };
  documents.put('current', made);
  return made;
}

/** The application that every new Auth0 tenant comes with. */
export const DEFAULT_APPLICATION_NAME = 'Default App';

/** What the dashboard's tools look for: every tenant has it, and nobody signs in to it. */
const GLOBAL_CLIENT_NAME = 'All Applications';

function ensureGlobalClient(store: Store): void {
  const { clients } = collectionsOf(store);
  if (clients.all().some(({ settings }) => settings['global'] === true)) return;
  const clientId = randomIdentifier(32);
  clients.put(clientId, {
    client_id: clientId,
    client_secret: randomIdentifier(64),
    name: GLOBAL_CLIENT_NAME,
    settings: completeSettings({
      ...{ global: true, callbacks: [], is_first_party: true, custom_login_page_on: true },
      refresh_token: {},
    }),
  });
}

/** Gives a new tenant its first applications. A Default App that was deleted stays deleted. */
export function ensureDefaultApplication(store: Store): void {
  const { clients } = collectionsOf(store);
  const isNew = clients.all().length === 0;
  ensureGlobalClient(store);
  if (!isNew) return;
  const clientId = randomIdentifier(32);
  clients.put(clientId, {
    client_id: clientId,
    client_secret: randomIdentifier(64),
    name: DEFAULT_APPLICATION_NAME,
    settings: {
      app_type: 'regular_web',
      callbacks: ['https://app.example.com/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post',
      oidc_conformant: true,
      is_first_party: true,
    },
  });
}

/** Puts the deploy client and its grant on the tenant. What names the tenant itself, callbacks and grants too, follows its port. */
export function ensureDeployClient(context: TenantContext, credentials: ClientCredentials): void {
  const { clients, clientGrants, things } = collectionsOf(context.store);
  const audience = `${context.url()}/api/v2/`;
  context.store.transaction(() => {
    const former = textOf(
      things('/resource-servers').get('auth0-management-api')?.['identifier'] ?? audience,
    );
    const moved = (text: string): string => text.replace(former.replace('api/v2/', ''), `${context.url()}/`);
    for (const grant of clientGrants.all())
      if (grant.audience === former) clientGrants.put(grant.id, { ...grant, audience });
    for (const client of former === audience ? [] : clients.all()) {
      const callbacks = textsOf(client.settings['callbacks']).map(moved);
      if (callbacks.length > 0)
        clients.put(client.client_id, { ...client, settings: { ...client.settings, callbacks } });
    }
    clients.put(credentials.clientId, {
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      name: DEPLOY_CLIENT_NAME,
      settings: {
        app_type: 'non_interactive',
        grant_types: ['client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
        oidc_conformant: true,
        is_first_party: true,
        callbacks: [],
      },
    });
    clientGrants.put('cgr_localdeploy00000', {
      id: 'cgr_localdeploy00000',
      client_id: credentials.clientId,
      audience,
      scope: [...MANAGEMENT_SCOPES],
      settings: {},
    });
    things('/resource-servers').put('auth0-management-api', {
      id: 'auth0-management-api',
      identifier: audience,
      name: 'Auth0 Management API',
      is_system: true,
      signing_alg: 'RS256',
      scopes: MANAGEMENT_SCOPES.map((value) => ({ value })),
    });
  });
}
