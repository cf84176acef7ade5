import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asObject, parseJsonObject, stringIn } from '../../scripts/base/json-values.ts';
import type { Json, JsonObject } from '../../scripts/base/json-values.ts';
import { asObjects, asText, parseJson } from '../local-tenant/management-api/json.ts';
import { API, CONNECTION, EMAIL, startClientTenant } from './client-tenant.ts';
import type { ClientTenant } from './client-tenant.ts';

// The programs are Go and are not run here: these are the requests that their sources send, by way of Auth0's Go SDK, which adds
// `per_page=50` and `include_totals=true` where a caller does not page.

let tenant: ClientTenant;
/** What stands in braces in the paths below. */
const ids = new Map<string, string>();
let token = '';

/** As the SDK asks for a token. */
async function tokenFrom(headers: Record<string, string>, more: Record<string, string>): Promise<Response> {
  return await fetch(`${tenant.url}/oauth/token`, {
    method: 'POST',
    headers,
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      audience: `${tenant.url}/api/v2/`,
      ...more,
    }),
  });
}

const AGENTS: Readonly<Record<string, string>> = {
  'auth0 CLI': 'Auth0-CLI/1.29.0 (Go-Auth0/1.49.0)',
  Terraform: 'Terraform-Provider-Auth0/1.44.0 (Terraform-SDK/2.38.1; Terraform/1.14.0)',
};

const filled = (text: string): string =>
  text.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids.get(name) ?? '');

async function ask(
  who: string,
  method: string,
  path: string,
  body?: string,
): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${tenant.url}/api/v2${filled(path)}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      'user-agent': AGENTS[who] ?? '',
      'auth0-client': Buffer.from('{"name":"go-auth0","version":"1.49.0","env":{"go":"go1.26"}}').toString(
        'base64',
      ),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: filled(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? '' : parseJson(text) };
}

/** Makes something, and keeps its id. */
async function make(
  name: string,
  method: string,
  path: string,
  body: JsonObject,
  idField = 'id',
): Promise<void> {
  const answer = await ask('Terraform', method, path, JSON.stringify(body));
  expect(answer.status, `${method} ${path}`).toBeLessThan(300);
  ids.set(name, encodeURIComponent(stringIn(asObject(answer.body), idField) ?? ''));
}

beforeAll(async () => {
  tenant = await startClientTenant();
  const { clientId, clientSecret } = tenant.management;
  const given = await tokenFrom({}, { client_id: clientId, client_secret: clientSecret });
  token = stringIn(parseJsonObject(await given.text()) ?? {}, 'access_token') ?? '';
  ids
    .set('connection', 'con_0000000000000001')
    .set('database', CONNECTION)
    .set('api', 'rs_1')
    .set('email', encodeURIComponent(EMAIL));
  ids.set('audience', encodeURIComponent(API)).set('user', encodeURIComponent('auth0|ada'));
  await make('client', 'POST', '/clients', { name: 'Shop', app_type: 'regular_web' }, 'client_id');
  await make('grant', 'POST', '/client-grants', {
    client_id: ids.get('client') ?? '',
    audience: API,
    scope: ['read:things'],
  });
  await make('role', 'POST', '/roles', { name: 'Reader' });
  const permissions = { permissions: [{ resource_server_identifier: API, permission_name: 'read:things' }] };
  await make('', 'POST', '/roles/{role}/permissions', permissions);
  await make('', 'POST', '/roles/{role}/users', { users: ['auth0|ada'] });
  await make('organization', 'POST', '/organizations', { name: 'acme' });
  await make('', 'POST', '/organizations/{organization}/members', { members: ['auth0|ada'] });
  await make('', 'POST', '/organizations/{organization}/enabled_connections', {
    connection_id: 'con_0000000000000001',
  });
  await make('action', 'POST', '/actions/actions', {
    name: 'greet',
    supported_triggers: [{ id: 'post-login', version: 'v3' }],
    code: 'exports.onExecutePostLogin = async () => {};',
  });
  // Older versions of the SDK send `null` where there is nothing to say.
  const deployed = await ask('Terraform', 'POST', '/actions/actions/{action}/deploy', 'null\n');
  ids.set('version', stringIn(asObject(deployed.body), 'id') ?? '');
  await make('', 'PATCH', '/actions/triggers/post-login/bindings', {
    bindings: [{ ref: { type: 'action_id', value: ids.get('action') ?? '' }, display_name: 'greet' }],
  });
  const [newest] = asObjects(
    (await ask('auth0 CLI', 'GET', '/logs?page=0&per_page=100&sort=date%3A-1')).body,
  );
  ids.set('log', asText(newest?.['log_id']));
});
afterAll(async () => {
  await tenant.close();
});

// `FIRST` is `include_totals=true&page=0&per_page=100`, `DEFAULT` `include_totals=true&per_page=50`. The form of an answer is as
// the Go types read it: `counted NAME` is `{ NAME: [...], start, limit, total }`, `checkpoints NAME` `{ NAME: [...], next? }`,
// `paged NAME`, of Actions, `{ NAME: [...], per_page, page?, total? }`. The last column: fields that the one thing, or each in
// the list, must have.
const ROWS = `
auth0 CLI | apps list | /clients?FIRST&is_global=false | counted clients | client_id name app_type
auth0 CLI | apps show | /clients/{client} | object | CLIENT
auth0 CLI | apis list | /resource-servers?FIRST | counted resource_servers | API
auth0 CLI | apis show | /resource-servers/{audience} | object | API
auth0 CLI | actions list | /actions/actions?per_page=100 | paged actions | ACTION
auth0 CLI | actions show | /actions/actions/{action} | object | ACTION
auth0 CLI | roles list | /roles?FIRST | counted roles | id name description
auth0 CLI | roles permissions list | /roles/{role}/permissions?FIRST | counted permissions | PERMISSION
auth0 CLI | users search | /users?FIRST&q=email%3A%22{email}%22&search_engine=v3&sort=name%3A1 | counted users | USER
auth0 CLI | users show | /users/{user} | object | USER
auth0 CLI | users roles show | /users/{user}/roles?FIRST | counted roles | id name description
auth0 CLI | orgs list | /organizations?FIRST | counted organizations | id name
auth0 CLI | orgs members list | /organizations/{organization}/members?FIRST | counted members | user_id email
auth0 CLI | orgs roles members | /organizations/{organization}/members?fields=user_id%2Croles&include_fields=true&FIRST | counted members | user_id roles
auth0 CLI | logs list | /logs?page=0&per_page=100&sort=date%3A-1 | array | log_id date type
auth0 CLI | logs list --filter | /logs?page=0&per_page=100&q=type%3Asapi&search_engine=v3&sort=date%3A-1 | array | log_id date type
auth0 CLI | logs tail | /logs?page=0&per_page=100&q=log_id%3A%5B{log}+TO+%2A%5D&search_engine=v3&sort=date%3A-1 | array | log_id date type
auth0 CLI | tenant-settings show | /tenants/settings | object | flags sandbox_version session_lifetime enabled_locales
Terraform | client | /clients/{client} | object | CLIENT
Terraform | client_credentials | /clients/{client}?fields=client_id%2Capp_type&include_fields=true | object | client_id app_type
Terraform | client_credentials | /clients/{client}/credentials | array
Terraform | data.clients | /clients?app_type=regular_web&FIRST | counted clients | client_id name
Terraform | client_grant | /client-grants/{grant} | object | id client_id audience scope subject_type
Terraform | client_grants | /client-grants?client_id={client}&DEFAULT | counted client_grants | id client_id audience scope
Terraform | connection | /connections/{connection} | object | CONNECTION
Terraform | data.connection | /connections?name={database}&DEFAULT | counted connections | CONNECTION
Terraform | generated connections | /connections?fields=id%2Cname&include_fields=true&page=0&DEFAULT | counted connections | id name
Terraform | connection_clients | /connections/{connection}/clients | checkpoints clients | client_id
Terraform | connection_clients | /connections/{connection}?fields=strategy%2Cname&include_fields=true | object | id strategy name
Terraform | data.action | /actions/actions?actionName=greet&per_page=50 | paged actions | ACTION
Terraform | generated actions | /actions/actions?page=0&per_page=50 | paged actions | ACTION
Terraform | action versions | /actions/actions/{action}/versions?per_page=50 | paged versions | VERSION
Terraform | action version | /actions/actions/{action}/versions/{version} | object | VERSION
Terraform | triggers | /actions/triggers | checkpoints triggers | id version status runtimes default_runtime
Terraform | trigger_actions | /actions/triggers/post-login/bindings?page=0&per_page=100 | paged bindings | id trigger_id display_name action created_at
Terraform | resource_server | /resource-servers/{api} | object | API
Terraform | data.role | /roles/{role}/users?FIRST | counted users | user_id email
Terraform | data.role | /roles?name_filter=Reader&DEFAULT | counted roles | id name description
Terraform | user_permissions | /users/{user}/permissions?DEFAULT | counted permissions | PERMISSION sources
Terraform | data.user | /users?DEFAULT&q=email%3A%22{email}%22&search_engine=v3 | counted users | USER
Terraform | data.user | /users/{user}/organizations?DEFAULT | counted organizations | id name
Terraform | data.organization | /organizations/name/acme | object | id name display_name
Terraform | data.organizations | /organizations?from=&DEFAULT&take=100 | checkpoints organizations | id name
Terraform | organization_members | /organizations/{organization}/members?fields=user_id&from=&include_fields=true&take=100 | checkpoints members | user_id
Terraform | organization_connections | /organizations/{organization}/enabled_connections?FIRST | counted enabled_connections | connection_id connection
Terraform | organization_member_roles | /organizations/{organization}/members/{user}/roles?DEFAULT | counted roles
Terraform | organization_client_grant | /organizations/{organization}/client-grants?DEFAULT | counted client_grants
Terraform | tenant | /tenants/settings | object | flags sandbox_version idle_session_lifetime
`;

/** Kinds that the tenant has nothing of, as `auth0 terraform generate` reads them too. */
const NOTHING = `
auth0 CLI | domains list | /custom-domains | array
auth0 CLI | logs streams list | /log-streams | array
auth0 CLI | rules list | /rules?FIRST | counted rules
auth0 CLI | network-acl list | /network-acls?FIRST | counted network_acls
auth0 CLI | event-streams list | /event-streams?take=50 | checkpoints eventStreams
auth0 CLI | token-exchange list | /token-exchange-profiles?take=50 | checkpoints token_exchange_profiles
Terraform | form | /forms?FIRST | counted forms
Terraform | flow | /flows?FIRST | counted flows
Terraform | flow_vault_connection | /flows/vault/connections?FIRST | counted connections
Terraform | self_service_profile | /self-service-profiles?FIRST | counted self_service_profiles
`;

const FIELDS: Readonly<Record<string, string>> = {
  CLIENT:
    'client_id name grant_types refresh_token jwt_configuration signing_keys is_first_party oidc_conformant',
  CONNECTION: 'id name strategy options enabled_clients',
  ACTION:
    'id name supported_triggers code dependencies runtime status secrets all_changes_deployed deployed_version current_version created_at',
  VERSION: 'id code number deployed runtime action supported_triggers created_at',
  API: 'id name identifier scopes',
  USER: 'user_id email identities created_at updated_at',
  PERMISSION: 'permission_name resource_server_identifier resource_server_name description',
};

interface Row {
  readonly who: string;
  readonly what: string;
  readonly path: string;
  readonly form: string;
  readonly fields: readonly string[];
}

const rowsOf = (table: string): Row[] =>
  table
    .trim()
    .split('\n')
    .map((line) => {
      const [who = '', what = '', path = '', form = '', fields = ''] = line.split(' | ');
      return {
        who,
        what,
        path: path
          .replace('FIRST', 'include_totals=true&page=0&per_page=100')
          .replace('DEFAULT', 'include_totals=true&per_page=50'),
        form,
        fields: fields
          .split(' ')
          .flatMap((field) => FIELDS[field]?.split(' ') ?? [field])
          .filter(Boolean),
      };
    });

/** What Go reads into `time.Time`. */
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function times(value: Json): Json[] {
  if (Array.isArray(value)) return value.flatMap(times);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    /_at$|^date$/.test(name) && typeof inner !== 'object' ? [inner] : times(inner),
  );
}

/** The things in an answer, after its form was looked at. */
function thingsIn(body: Json, form: string): readonly JsonObject[] {
  const [kind, name = ''] = form.split(' ');
  const answer = asObject(body);
  const list = kind === 'array' ? body : kind === 'object' ? [body] : answer[name];
  expect(Array.isArray(list)).toBe(true);
  const { start, limit, total, per_page: perPage } = answer;
  if (kind === 'counted')
    expect([typeof start, typeof limit, typeof total]).toEqual(['number', 'number', 'number']);
  if (kind === 'paged') expect(typeof perPage).toBe('number');
  if (kind === 'checkpoints') expect(answer).not.toHaveProperty('total');
  return asObjects(list);
}

describe('what Go clients read is answered as they can read it', () => {
  test.each(rowsOf(ROWS))('$who: $what ($path)', async ({ who, path, form, fields }) => {
    const { status, body } = await ask(who, 'GET', path);
    expect(status).toBe(200);
    const things = thingsIn(body, form);
    if (fields.length > 0) expect(things).not.toEqual([]);
    for (const thing of things) expect(Object.keys(thing)).toEqual(expect.arrayContaining([...fields]));
    for (const time of times(body)) expect(time).toMatch(RFC3339);
  });

  test.each(rowsOf(NOTHING))('$who: $what ($path) finds nothing', async ({ who, path, form }) => {
    const { status, body } = await ask(who, 'GET', path);
    expect(status).toBe(200);
    expect(thingsIn(body, form)).toEqual([]);
  });

  test('page after page, until a page has no checkpoint', async () => {
    await make('second', 'POST', '/organizations', { name: 'umbrella' });
    const names: string[] = [];
    let from = '';
    do {
      const { body } = await ask('Terraform', 'GET', `/organizations?from=${from}&take=1`);
      const page = asObject(body);
      names.push(...asObjects(page['organizations']).map(({ name = '' }) => asText(name)));
      from = stringIn(page, 'next') ?? '';
    } while (from !== '');
    expect(names.toSorted()).toEqual(['acme', 'umbrella']);
  });

  test('one that is not there is a 404 in the form that the SDK reads', async () => {
    for (const path of [
      '/clients/none',
      '/connections/con_none',
      '/roles/rol_none',
      '/resource-servers/none',
    ]) {
      const { status, body } = await ask('Terraform', 'GET', path);
      expect(status).toBe(404);
      expect(asObject(body)).toMatchObject({ statusCode: 404, error: 'Not Found' });
    }
  });

  test('a token, by the header that Go tries first or by the form that it falls back to', async () => {
    const { clientId, clientSecret } = tenant.management;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const first = await tokenFrom({ authorization: `Basic ${basic}` }, {});
    const second = await tokenFrom({}, { client_id: clientId, client_secret: clientSecret });
    expect([200, 401]).toContain(first.status);
    expect(second.status).toBe(200);
    expect(parseJsonObject(await second.text())).toMatchObject({ token_type: 'Bearer' });
  });
});
