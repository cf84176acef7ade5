import { expect, test } from 'vitest';
import { textOf } from '../../scripts/base/json-values.ts';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { benchForEachTest } from './tenant-bench.ts';
import type { Bench } from './tenant-bench.ts';

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

test('a deploy leaves what the file does not say of an organization: members, grants, connections, keys of others', async () => {
  const { api } = on;
  const first = await on.deploy(on.deployOf(listing(ACME)));
  expect(first).toBeDefined();
  const acme = await idOf('acme');
  await api.send('POST', '/connections', { name: 'theirs', strategy: 'oauth2', options: { client_id: 'x' } });
  const [theirs] = await api.list('/connections?name=theirs', 'connections');
  await api.send('POST', `/organizations/${acme}/connections`, { connection_id: theirs?.['id'] });
  await api.send('PATCH', `/organizations/${acme}`, { metadata: { ...ACME.metadata, mine: 'kept' } });
  await api
    .send('POST', '/users', { connection: 'didit', user_id: 'ada', email: 'ada@example.com' })
    .catch(() => undefined);
  const grants = await api.list('/client-grants', 'client_grants');
  const grant = grants.find(({ audience }) => audience === 'https://api.example.com/') ?? grants[0];
  await api.send('PATCH', `/client-grants/${textOf(grant?.['id'])}`, { organization_usage: 'allow' });
  await api.send('POST', `/organizations/${acme}/client-grants`, { grant_id: grant?.['id'] });
  await api.send('POST', '/organizations', { name: 'others', metadata: { didit_policy: 'mode=off' } });
  const others = await shown('others');

  await on.deploy(on.deployOf(listing({ name: 'acme', metadata: { didit_policy: 'require=age_over_21' } })));

  const now = await shown('acme');
  expect(now?.['metadata']).toEqual({
    didit_policy: 'require=age_over_21',
    other_team: 'theirs',
    mine: 'kept',
  });
  expect(now?.['branding']).toEqual(ACME.branding);
  expect((now?.['connections'] as readonly JsonRecord[]).map(({ connection }) => connection)).toEqual([
    { name: 'didit', strategy: 'oauth2' },
    { name: 'theirs', strategy: 'oauth2' },
  ]);
  expect(await api.list(`/organizations/${acme}/client-grants`, 'client_grants')).toHaveLength(1);
  expect(await shown('others')).toEqual(others);
});
