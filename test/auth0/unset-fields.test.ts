import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { textOf } from '../../scripts/base/json-values.ts';
import { changedBack, patchFields } from '../../scripts/undo/operation.ts';
import { patchedFields, unsetValue } from '../../scripts/auth0/unset-fields.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { benchForEachTest } from '../deploy/tenant-bench.ts';
import type { Bench } from '../deploy/tenant-bench.ts';

let on: Bench;
const onATenant = (): void => {
  benchForEachTest((bench) => {
    on = bench;
  });
};

/** An empty value and a switch that is off say no more than nothing does. */
const nothingAsNull = (value: unknown): unknown =>
  value === undefined ||
  value === false ||
  value === '' ||
  isDeepStrictEqual(value, []) ||
  isDeepStrictEqual(value, {})
    ? null
    : value;

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

describe('a field that was not set before', () => {
  onATenant();

  test.each(['client', 'resource server', 'client grant', 'connection'] as const)(
    'of a %s is unset by a value that the Management API takes',
    async (kind) => {
      await on.api.send('POST', '/clients', { name: `App for ${kind}` });
      const { client_id: client } = await on.client(`App for ${kind}`);
      const identifier = `https://${encodeURIComponent(kind)}.example.com`;
      await on.api.send('POST', '/resource-servers', { name: kind, identifier });
      await on.api.send('POST', '/client-grants', { client_id: client, audience: identifier, scope: [] });
      const connection = `connection-${kind.replace(' ', '-')}`;
      await on.api.send('POST', '/connections', { name: connection, strategy: 'oauth2' });
      const { resourceServers, clientGrants } = await on.state();
      const [found] = await on.api.list(`/connections?name=${connection}`, 'connections');
      const path = {
        client: `/clients/${client}`,
        'resource server': `/resource-servers/${resourceServers.find((server) => server.identifier === identifier)?.id ?? ''}`,
        'client grant': `/client-grants/${clientGrants.find((grant) => grant.audience === identifier)?.id ?? ''}`,
        connection: `/connections/${textOf(found?.['id'])}`,
      }[kind];
      const unset = Object.keys(patchedFields(kind)).flatMap((field) => {
        const known = unsetValue(kind, field);
        return known === undefined ? [] : [[field, known.value] as const];
      });
      expect(unset.length).toBeGreaterThan(0);
      for (const [field, value] of unset) {
        await on.api.send('PATCH', path, { [field]: value });
        const shown = (await on.api.get(path))?.[field];
        expect([field, nothingAsNull(shown)]).toEqual([field, nothingAsNull(value)]);
      }
    },
  );
});

describe('a field that was not set before, whatever the tenant,', () => {
  test.each([
    ['client', 'addons', null],
    ['client', 'organization_discovery_methods', null],
    ['client', 'description', ''],
    ['client', 'callbacks', []],
    ['client', 'cross_origin_authentication', false],
    ['client', 'custom_login_page_on', true],
    ['client', 'is_first_party', true],
    ['resource server', 'consent_policy', null],
    ['resource server', 'scopes', []],
    ['client grant', 'allow_any_organization', null],
    ['connection', 'display_name', ''],
    ['organization', 'branding', {}],
  ] as const)(
    'of a %s, %s, is unset by what the description of the API takes for nothing',
    (kind, field, value) => {
      expect(unsetValue(kind, field)).toEqual({ value });
    },
  );

  test.each([
    ['client', 'name'],
    ['client', 'app_type'],
    ['client', 'jwt_configuration'],
    ['resource server', 'signing_alg'],
    ['resource server', 'token_lifetime'],
    ['connection', 'realms'],
    ['organization', 'display_name'],
    ['organization', 'no such field'],
  ] as const)('of a %s, %s, is unset by no value that is known', (kind, field) => {
    expect(unsetValue(kind, field)).toBe(undefined);
  });

  test('and that no value is known to unset stays, and is named', () => {
    const back = changedBack(
      'client',
      { app_type: null, description: 'old', token_endpoint_auth_method: null },
      { app_type: 'spa', description: 'new', token_endpoint_auth_method: 'none' },
    );
    expect(back).toEqual({
      fields: { description: 'old', token_endpoint_auth_method: null },
      cannotBeUnset: ['app_type'],
    });
    expect(patchFields({ what: 'application A', path: '/clients/1', ...back }).impossible).toEqual([
      'application A: app_type was not set before, and cannot be unset',
    ]);
  });
});

describe("somebody else's application that a deploy adopted", () => {
  onATenant();

  test('gets all its fields back, also an enum that was not set', LONG, async () => {
    await on.api.send('POST', '/clients', {
      name: 'Didit Actions',
      description: 'of another team',
      app_type: 'non_interactive',
    });
    const before = await on.client('Didit Actions');
    expect(before.settings).not.toHaveProperty('token_endpoint_auth_method');
    await on.deploy(on.deployOf([]));
    expect((await on.client('Didit Actions')).settings).toMatchObject({
      token_endpoint_auth_method: 'client_secret_post',
    });
    await on.rollBack();
    expect(await on.client('Didit Actions')).toEqual(before);
  });

  test('can be given a key for encryption, which rollback takes away again', LONG, async () => {
    const name = 'Didit Sample Application';
    const key = { pub: 'a public key', cert: 'a certificate', subject: '/CN=shop.example.com' };
    await on.deploy(on.deployOf([]));
    const before = await on.client(name);
    await on.deploy(on.deployOf([[['clients', 1, 'encryption_key'], key]]));
    expect((await on.client(name)).settings).toMatchObject({ encryption_key: key });
    await on.rollBack();
    const { encryption_key: left, ...settings } = (await on.client(name)).settings;
    expect(left ?? null).toBe(null);
    expect(settings).toEqual(before.settings);
  });

  test('gets the others back when the tenant refuses one', LONG, async () => {
    await on.api.send('POST', '/clients', {
      name: 'Second',
      app_type: 'spa',
      description: 'of another team',
      callbacks: [],
    });
    const before = (await on.client('Second')).settings;
    const { client_id: id } = await on.client('Second');
    await on.deploy(
      on.deployOf([
        [
          ['clients', 3],
          {
            name: 'Second',
            app_type: 'spa',
            description: 'of ours',
            callbacks: ['https://second.example.com/'],
            initiate_login_uri: 'https://second.example.com/login',
          },
        ],
      ]),
    );
    // What the tenant took once and does not take any more.
    const record = on.lastRecord();
    on.records.write({
      ...record,
      snapshot: {
        ...record.snapshot,
        clients: record.snapshot.clients.map((client) =>
          client.name === 'Second' && client.before !== undefined
            ? {
                ...client,
                before: {
                  ...client.before,
                  settings: { ...client.before.settings, initiate_login_uri: 'not-an-address' },
                },
              }
            : client,
        ),
      },
    });
    const [problem] = await problemsOfAsync(() => on.rollBack());
    expect(problem?.code).toBe('ROLLBACK_INCOMPLETE');
    expect(problem?.message).toContain('application Second: initiate_login_uri as before');
    const after = await on.api.get(`/clients/${id}`);
    expect(after).toMatchObject({ description: before['description'], callbacks: [] });
    expect(after?.['initiate_login_uri']).toBe('https://second.example.com/login');
  });
});
