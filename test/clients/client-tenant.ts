import {
  collectionsOf,
  openStore,
  startLocalTenant,
  trustAuthority,
} from '../../scripts/local-tenant/index.ts';
import type { LocalTenant } from '../../scripts/local-tenant/index.ts';
import type { JsonObject } from '../../scripts/base/json-values.ts';
import { createBrowser } from '../../scripts/login/local/browser.ts';
import type { Arrival, Browser } from '../../scripts/login/local/browser.ts';

export const API = 'https://api.example.com/';
export const CONNECTION = 'Username-Password-Authentication';
export const EMAIL = 'ada@example.com';
const CLIENT_ID = 'exampleApplication00000000000000';
const CLIENT_SECRET = 'example-application-secret';
const AT = '2026-01-01T00:00:00.000Z';

export interface ClientTenant extends LocalTenant {
  readonly application: { readonly clientId: string; readonly clientSecret: string };
  /** Changes settings of the application. */
  configure(settings: JsonObject): void;
}

/** The local tenant with an application, an API and one user, for clients that know nothing of this project. */
export async function startClientTenant(): Promise<ClientTenant> {
  const store = openStore(undefined);
  const tenant = await startLocalTenant({ store, buildMilliseconds: 0 });
  trustAuthority(tenant.authority);
  const { clients, connections, users, things } = collectionsOf(store);
  const configure = (settings: JsonObject): void => {
    clients.put(CLIENT_ID, {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      name: 'Example Application',
      settings: { ...clients.get(CLIENT_ID)?.settings, ...settings },
    });
  };
  configure({ app_type: 'regular_web' });
  things('/resource-servers').put('rs_1', {
    id: 'rs_1',
    identifier: API,
    name: 'Example API',
    allow_offline_access: true,
    scopes: [{ value: 'read:things' }],
  });
  connections.put('con_0000000000000001', {
    id: 'con_0000000000000001',
    name: CONNECTION,
    strategy: 'auth0',
    options: {},
    enabled_clients: [CLIENT_ID],
    metadata: {},
    settings: {},
  });
  users.put('auth0|ada', {
    user_id: 'auth0|ada',
    identities: [{ connection: CONNECTION, provider: 'auth0', user_id: 'ada', isSocial: false }],
    root: { email: EMAIL, email_verified: true, name: 'Ada' },
    app_metadata: {},
    user_metadata: {},
    created_at: AT,
    updated_at: AT,
    last_login: null,
    last_ip: null,
    logins_count: 0,
  });
  return { ...tenant, application: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }, configure };
}

/** Opens a page that leads to the login page, and logs in there. */
export async function logIn(
  url: string,
  browser: Browser = createBrowser(),
  stopsAt?: (url: URL) => boolean,
): Promise<Arrival> {
  const arrival = await browser.open(url);
  if (arrival.kind !== 'page') throw new Error('expected the login page');
  return await browser.submit(arrival.page, { username: EMAIL }, stopsAt);
}
