import { parse } from 'yaml';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { adoptTenant } from '../../scripts/export/adopt-tenant.ts';
import type { AdoptAnswers, AdoptedFile } from '../../scripts/export/adopt-tenant.ts';
import { readConcerned } from '../../scripts/tenant-access/read-organizations.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { apiOf } from '../plan/fake-tenant.ts';
import type { FakeTenant } from '../plan/fake-tenant.ts';
import { sample } from '../plan/sample.ts';

const SCRIPT = 'function (accessToken, context, callback) { callback(null, { user_id: "of-theirs" }); }';

/** A tenant that signs people in with Didit already, by hand, and runs Actions of its own. */
export const THEIRS: FakeTenant = {
  clients: [
    {
      name: 'Shop',
      client_id: 'id-shop',
      app_type: 'spa',
      callbacks: ['http://localhost:3000/', 'https://shop.acme.test/callback'],
    },
    {
      name: 'Forum',
      client_id: 'id-forum',
      app_type: 'regular_web',
      callbacks: [],
      client_metadata: { team: 'forum' },
    },
    { name: 'Unrelated', client_id: 'id-unrelated', app_type: 'native' },
  ],
  connections: [
    {
      id: 'id-sign-in',
      name: 'sign-in-with-didit',
      strategy: 'oauth2',
      display_name: 'Ausweis',
      is_domain_connection: false,
      metadata: { owner: 'identity' },
      options: {
        client_id: 'their-didit-client',
        authorizationURL: 'https://auth.didit.me',
        tokenURL: 'https://apx.didit.me/auth/v2/token',
        scope: 'openid names is_verified',
        pkce_enabled: false,
        set_user_root_attributes: 'on_first_login',
        icon_url: 'https://acme.test/didit.png',
        upstream_params: { ui_locales: { value: 'de' } },
        scripts: { fetchUserProfile: SCRIPT },
      },
    },
  ],
  actions: [],
  bindings: [{ display_name: 'fraud', action: { name: 'fraud' } }],
  servers: [{ name: 'Shop API', identifier: 'https://api.acme.test/', is_system: false }],
  grants: [],
  enabledClients: { 'id-sign-in': ['id-shop', 'id-forum'] },
};

const ANSWERS: AdoptAnswers = {
  namespace: 'https://acme.test/didit/',
  require: 'verified',
  mode: 'report',
  applications: [],
};

export interface Adopted extends AdoptedFile {
  readonly data: Readonly<Record<string, unknown>>;
  readonly plan: () => ReturnType<typeof prepareDeploy>;
}

/** What `npm run adopt` makes of a tenant, and what a deploy of that would change. */
export async function adopted(
  tenant: FakeTenant = THEIRS,
  answers: Partial<AdoptAnswers> = {},
  connection = 'sign-in-with-didit',
): Promise<Adopted> {
  const read = sample();
  const api = apiOf(tenant);
  const state = {
    ...(await readTenantState(api, { connections: [{ name: connection }] })),
    organizations: await readConcerned(api, [], connection),
  };
  const values = new Map([['AUTH0_DOMAIN', 'tenant.example.com']]);
  const file = adoptTenant(read, connection, state, values, { ...ANSWERS, ...answers });
  return {
    ...file,
    data: parse(file.text) as Adopted['data'],
    plan: () =>
      prepareDeploy(api, {
        tenantFile: parseTenantFile(file.text, 'tenant.yaml'),
        bundles: read.bundles,
        values: new Map([
          ...values,
          ['DIDIT_CLIENT_ID', 'their-didit-client'],
          ['DIDIT_CLIENT_SECRET', 'their-secret'],
          ['DIDIT_FETCH_USER_PROFILE', '// fetch-user-profile\n'],
        ]),
      }),
  };
}
