import { expect, test } from 'vitest';
import { recordOf, recordsOf, textOf } from '../../scripts/base/json-values.ts';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
import { Problem } from '../../scripts/base/problem.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { exportTenantFile } from '../../scripts/export/export-tenant-file.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { ORGANIZATION_SCOPES, REQUIRED_SCOPES } from '../../scripts/tenant-access/required-scopes.ts';
import { destroyTenant } from '../../scripts/undo/destroy/destroy-tenant.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { directCli } from './direct-cli.ts';
import { apiWithScopes, benchForEachTest } from './tenant-bench.ts';
import type { Bench } from './tenant-bench.ts';

const LONG = { tags: ['long'] };

let on: Bench;
benchForEachTest((bench) => {
  on = bench;
});

const ACME = {
  name: 'acme',
  display_name: 'Acme',
  branding: { logo_url: 'https://example.com/acme.png' },
  metadata: { didit_policy: 'require=age_over_18', other_team: 'theirs' },
  connections: [{ name: 'didit', assign_membership_on_login: true }],
};

const listing = (...organizations: readonly object[]): Parameters<Bench['deployOf']>[0] => [
  [['organizations'], organizations],
];

/** As the tenant shows it, without ids. */
async function shown(name: string): Promise<JsonRecord | undefined> {
  const organization = await on.api.get(`/organizations/name/${name}`);
  if (organization === undefined) return undefined;
  const { id, ...settings } = organization;
  const connections = await on.api.list(`/organizations/${textOf(id)}/connections`, 'connections');
  return { ...settings, connections: connections.map(({ connection_id: _, ...rest }) => rest) };
}

const idOf = async (name: string): Promise<string> =>
  textOf((await on.api.get(`/organizations/name/${name}`))?.['id']);

/** What a deploy of these would change, in words. */
async function differences(...organizations: readonly object[]): Promise<readonly string[]> {
  const { changes } = await prepareDeploy(on.api, on.deployOf(listing(...organizations)));
  return changes.settings.map(({ kind, name, path = '(all)' }) => `${kind} ${name} ${path}`);
}

test('a deploy makes the organization that the file lists, and the next one has nothing to send', async () => {
  await on.deploy(on.deployOf(listing(ACME)));
  expect(await shown('acme')).toEqual({
    name: 'acme',
    display_name: 'Acme',
    third_party_client_access: 'block',
    is_app_entitlement_active: false,
    branding: ACME.branding,
    metadata: ACME.metadata,
    connections: [
      {
        assign_membership_on_login: true,
        show_as_button: true,
        connection: { name: 'didit', strategy: 'oauth2' },
      },
    ],
  });
  expect(await differences(ACME)).toEqual([]);
});

const send = async (method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<void> => {
  await on.api.send(method, path, body);
};

/** What others have: a connection, a member, a grant of an application, an organization of their own. */
async function othersMake(acme: string): Promise<void> {
  await send('POST', '/connections', { name: 'theirs', strategy: 'oauth2', options: { client_id: 'x' } });
  const [theirs] = await on.api.list('/connections?name=theirs', 'connections');
  await send('POST', `/organizations/${acme}/connections`, { connection_id: theirs?.['id'] });
  await send('PATCH', `/organizations/${acme}`, { metadata: { ...ACME.metadata, mine: 'kept' } });
  await send('POST', '/connections', { name: 'accounts', strategy: 'auth0' });
  await send('POST', '/users', {
    connection: 'accounts',
    email: 'ada@example.com',
    password: 'aB3-and-more-of-it',
  });
  const [ada] = await on.api.list('/users', 'users');
  await send('POST', `/organizations/${acme}/members`, { members: [ada?.['user_id']] });
  const [grant] = await on.api.list('/client-grants', 'client_grants');
  await send('PATCH', `/client-grants/${textOf(grant?.['id'])}`, { organization_usage: 'allow' });
  await send('POST', `/organizations/${acme}/client-grants`, { grant_id: grant?.['id'] });
  await send('POST', '/organizations', { name: 'others', metadata: { didit_policy: 'mode=off' } });
}

const connectionsOf = (organization: JsonRecord | undefined): readonly JsonRecord[] =>
  recordsOf(organization?.['connections']);

const ids = async (path: string, property: string): Promise<readonly unknown[]> =>
  (await on.api.list(path, property)).map(({ user_id: user, client_id: client }) => user ?? client);

test('a deploy leaves what the file does not say: members, grants, connections, keys and organizations of others', async () => {
  await on.deploy(on.deployOf(listing(ACME)));
  const acme = await idOf('acme');
  await othersMake(acme);
  const others = await shown('others');
  const left = async (): Promise<unknown> => [
    await ids(`/organizations/${acme}/members`, 'members'),
    await ids(`/organizations/${acme}/client-grants`, 'client_grants'),
  ];
  const before = await left();

  await on.deploy(on.deployOf(listing({ name: 'acme', metadata: { didit_policy: 'require=age_over_21' } })));

  const now = await shown('acme');
  expect(now?.['metadata']).toEqual({
    didit_policy: 'require=age_over_21',
    other_team: 'theirs',
    mine: 'kept',
  });
  expect(now?.['branding']).toEqual(ACME.branding);
  expect(connectionsOf(now).map(({ connection }) => recordOf(connection)['name'])).toEqual([
    'didit',
    'theirs',
  ]);
  expect(before).toEqual([[expect.any(String)], [expect.any(String)]]);
  expect(await left()).toEqual(before);
  expect(await shown('others')).toEqual(others);
});

test(
  'a rule that the file no longer has goes, and so does a connection that it does not list',
  LONG,
  async () => {
    await on.deploy(on.deployOf(listing(ACME)));
    await othersMake(await idOf('acme'));
    const wanted = {
      name: 'acme',
      metadata: { other_team: 'theirs' },
      connections: [{ name: 'theirs', show_as_button: false }],
    };
    expect(await differences(wanted)).toEqual([
      'organization acme connections',
      'organization acme connections.theirs.show_as_button',
      'organization acme metadata.didit_policy',
      'organization acme connections.didit.assign_membership_on_login',
    ]);
    await on.deploy(on.deployOf(listing(wanted)));
    const now = await shown('acme');
    expect(now?.['metadata']).toEqual({ other_team: 'theirs', mine: 'kept' });
    expect(connectionsOf(now)).toEqual([
      {
        assign_membership_on_login: false,
        show_as_button: false,
        connection: { name: 'theirs', strategy: 'oauth2' },
      },
    ]);
    expect(await differences(wanted)).toEqual([]);
  },
);

test('a rollback takes from an organization what the deploy changed, not what others did', LONG, async () => {
  await on.deploy(on.deployOf(listing(ACME)));
  const acme = await idOf('acme');
  await othersMake(acme);
  const before = await shown('acme');
  await on.deploy(
    on.deployOf(
      listing({
        ...ACME,
        branding: { logo_url: 'https://example.com/other.png' },
        metadata: { didit_policy: 'mode=off', other_team: 'theirs' },
        connections: [{ name: 'didit', assign_membership_on_login: false }],
      }),
    ),
  );
  await send('PATCH', `/organizations/${acme}`, {
    metadata: { ...recordOf((await shown('acme'))?.['metadata']), since: 'then' },
  });
  const { said } = await on.rollBack();
  expect(said).toContain('as it was');
  expect(await shown('acme')).toEqual({
    ...before,
    metadata: { ...recordOf(before?.['metadata']), since: 'then' },
    connections: expect.arrayContaining([...connectionsOf(before)]) as unknown,
  });
  expect(connectionsOf(await shown('acme'))).toHaveLength(2);
});

/** The calls of auth0-deploy-cli without its start. */
const deployed = async (changes: Parameters<Bench['deployOf']>[0], api = on.api): Promise<void> => {
  await on.deploy({ ...on.deployOf(changes), startCli: () => directCli(on.api) }, api);
};

test('a rollback of the deploy that made an organization removes that one alone', LONG, async () => {
  await deployed([]);
  await send('POST', '/organizations', { name: 'found', display_name: 'Found' });
  const found = await shown('found');
  await deployed(listing(ACME, { name: 'found', metadata: { didit_policy: 'mode=report' } }));
  await on.rollBack();
  expect(await shown('acme')).toBeUndefined();
  expect(await shown('found')).toEqual({ ...found, metadata: {} });
});

test('a deploy that fails after it has sent organizations leaves them as they were', async () => {
  await deployed(listing(ACME));
  const before = await shown('acme');
  const deploy = on.deployOf([
    [['organizations'], [{ ...ACME, metadata: { didit_policy: 'mode=off' } }, { name: 'new-one' }]],
    [['connections', 0, 'options', 'scope'], 'openid user_id is_verified is_over_18 names email phone'],
  ]);
  const seen: string[] = [];
  const failsAtTheEnd: Deploy['startCli'] = () => {
    const cli = directCli(on.api);
    return {
      ...cli,
      import: async (order, signal) => {
        seen.push(...Object.keys(order.assets));
        if (order.assets['connections'] === undefined) return await cli.import(order, signal);
        expect(recordOf((await shown('acme'))?.['metadata'])['didit_policy']).toBe('mode=off');
        throw new Problem({ code: 'DEPLOY_CLI_FAILED', message: 'Refused.', place: { tenant: 'here' } });
      },
    };
  };
  const problems = await problemsOfAsync(async () =>
    on.deploy({ ...deploy, startCli: failsAtTheEnd, settleMilliseconds: 1 }),
  );
  expect(problems.map(({ code }) => code)).toContain('DEPLOY_CLI_FAILED');
  expect(seen).toEqual(['organizations', 'connections']);
  expect(await shown('acme')).toEqual(before);
  expect(await shown('new-one')).toBeUndefined();
});

test('the permissions that a deploy of organizations asks for are enough', LONG, async () => {
  const scopes = [...REQUIRED_SCOPES, ...ORGANIZATION_SCOPES].flatMap((required) => required.scopes);
  const api = await apiWithScopes(on, scopes);
  await on.deploy(on.deployOf(listing(ACME)), api);
  const connections = [{ name: 'didit', assign_membership_on_login: false }];
  await on.deploy(on.deployOf(listing({ ...ACME, display_name: 'Other', connections })), api);
  expect((await shown('acme'))?.['display_name']).toBe('Other');
});

test(
  'no organization is asked for where the file lists none and no application takes any',
  LONG,
  async () => {
    const asked: string[] = [];
    const api = {
      ...on.api,
      get: async (path: string) => (asked.push(path), await on.api.get(path)),
      list: async (path: string, property: string) => (asked.push(path), await on.api.list(path, property)),
    };
    await deployed([], api);
    expect(asked.filter((path) => path.includes('organization'))).toEqual([]);
  },
);

test('destroy removes the organization that a deploy made, and keeps one that it found', LONG, async () => {
  await send('POST', '/organizations', { name: 'found', display_name: 'Found' });
  const both = listing(ACME, { name: 'found', metadata: { didit_policy: 'mode=report' } });
  await deployed(both);
  const { removed, kept } = await destroyTenant(on.api, prepareConfig(on.deployOf(both)), on.records, false, {
    onPlan: async () => undefined,
  });
  expect(removed).toContain('organization acme, with its memberships');
  expect(kept).toEqual(['organization found (it was there before)']);
  expect(await shown('acme')).toBeUndefined();
  expect((await shown('found'))?.['display_name']).toBe('Found');
});

test('an organization that is no longer listed stays, is named, and can be removed alone', LONG, async () => {
  await deployed(listing(ACME));
  const origins = on.records.origins();
  const { noLongerListed } = await prepareDeploy(on.api, on.deployOf([]), origins);
  expect(noLongerListed.map(({ resource }) => resource)).toEqual([{ kind: 'organization', name: 'acme' }]);
  await destroyTenant(
    on.api,
    prepareConfig(on.deployOf([])),
    on.records,
    false,
    { onPlan: async () => undefined },
    { name: 'acme' },
  );
  expect(await shown('acme')).toBeUndefined();
  expect(await on.connection()).toBeDefined();
});

test('a connection that nobody has is found before anything is sent, with its line', async () => {
  const changes = listing({ name: 'acme', connections: [{ name: 'didit' }, { name: 'nowhere' }] });
  const [problem, ...others] = await problemsOfAsync(async () => deployed(changes));
  expect(others).toEqual([]);
  expect(problem).toMatchObject({
    code: 'TENANT_FILE_REFERENCE',
    place: { file: 'tenant.yaml', key: 'organizations.0.connections.1.name' },
  });
  expect(await on.connection()).toBeUndefined();
});

test('to take a connection from an organization needs a permission, which is said before', LONG, async () => {
  await deployed(listing(ACME));
  const scopes = [...REQUIRED_SCOPES, ...ORGANIZATION_SCOPES].flatMap((required) => required.scopes);
  const api = await apiWithScopes(on, scopes);
  const [problem] = await problemsOfAsync(async () => deployed(listing({ ...ACME, connections: [] }), api));
  expect(problem?.code).toBe('SCOPE_MISSING');
  expect(problem?.message).toContain(
    'delete:organization_connections  for: connection didit of organization acme',
  );
  expect(connectionsOf(await shown('acme'))).toHaveLength(1);
  await deployed(listing({ ...ACME, connections: [] }));
  expect(connectionsOf(await shown('acme'))).toEqual([]);
});

test('an export writes what a listed organization has, and the plan is empty then', LONG, async () => {
  await deployed(listing(ACME));
  const acme = await idOf('acme');
  await othersMake(acme);
  const [didit] = await on.api.list('/connections?name=didit', 'connections');
  await send('PATCH', `/organizations/${acme}/connections/${textOf(didit?.['id'])}`, {
    assign_membership_on_login: false,
  });
  await send('PATCH', `/organizations/${acme}`, {
    display_name: 'Theirs',
    metadata: { didit_policy: 'mode=off' },
  });
  const { tenantFile, values, bundles } = on.deployOf(listing(ACME, { name: 'gone' }));
  const config = prepareConfig(on.deployOf(listing(ACME, { name: 'gone' })));
  const state = await readTenantState(on.api, config);
  const { text } = exportTenantFile(
    tenantFile,
    config,
    state,
    values,
    (name) => bundles.find(({ target }) => target.name === name)?.code,
  );
  const exported = parseTenantFile(text, 'tenant.yaml');
  expect(exported.document.toJS()).toMatchObject({
    organizations: [
      {
        ...{ name: 'acme', display_name: 'Theirs', metadata: { didit_policy: 'mode=off' } },
        connections: [{ name: 'didit', assign_membership_on_login: false }, { name: 'theirs' }],
      },
    ],
  });
  expect(text).not.toContain('gone');
  const again = await prepareDeploy(on.api, { ...on.deployOf(listing(ACME)), tenantFile: exported });
  expect(again.changes.organizations).toEqual([]);
});
