import { afterEach, beforeEach, expect, test } from 'vitest';
import { lossesOfPeople, worstFor } from '../../../scripts/undo/destroy/losses-of-people.ts';
import type { GoingThings } from '../../../scripts/undo/destroy/losses-of-people.ts';
import { Problem } from '../../../scripts/base/problem.ts';
import { apiUnderTest } from '../../local-tenant/management-api/api-under-test.ts';
import type { ApiUnderTest } from '../../local-tenant/management-api/api-under-test.ts';
import { asText } from '../../local-tenant/management-api/json.ts';

const ALL = ['read:users', 'read:organizations', 'read:organization_members'];

let api: ApiUnderTest;
const ids = new Map<string, string>();

/** People who signed in through `didit`; `staff` has accounts of its own. */
beforeEach(async () => {
  api = await apiUnderTest();
  for (const [name, strategy] of [
    ['didit', 'oauth2'],
    ['didit-2', 'oauth2'],
    ['staff', 'auth0'],
  ] as const)
    ids.set(name, asText((await api.send('POST', '/connections', { name, strategy })).json['id']));
  for (const name of ['acme', 'globex', 'empty'])
    ids.set(name, asText((await api.send('POST', '/organizations', { name })).json['id']));
  for (const id of ['didit|ada', 'didit|bob', 'didit-2|cleo']) signUp(id);
  const dan = { connection: 'staff', email: 'dan@example.com', password: 'Not-a-real-1-password' };
  const staff = asText((await api.send('POST', '/users', dan)).json['user_id']);
  await join('acme', 'oauth2|didit|ada', staff);
  await join('globex', 'oauth2|didit|ada', 'oauth2|didit|bob', 'oauth2|didit-2|cleo', staff);
});
afterEach(() => {
  api.close();
});

/** As if somebody came through Didit for the first time. */
const signUp = (id: string): void => {
  api.collections.users.put(`oauth2|${id}`, {
    user_id: `oauth2|${id}`,
    identities: [{ connection: id.split('|')[0] ?? '', provider: 'oauth2', user_id: id, isSocial: true }],
    root: {},
    app_metadata: {},
    user_metadata: {},
    created_at: '2026-11-01T09:00:00.000Z',
    updated_at: '2026-11-01T09:00:00.000Z',
    last_login: '2026-11-01T09:00:00.000Z',
    last_ip: '127.0.0.1',
    logins_count: 1,
  });
};

const join = async (organization: string, ...members: readonly string[]) =>
  await api.send('POST', `/organizations/${ids.get(organization) ?? ''}/members`, { members: [...members] });

const losses = async (
  { connections = [], organizations = [] }: Partial<GoingThings>,
  scopes: readonly string[] = ALL,
  tells = true,
) =>
  await lossesOfPeople(
    {
      domain: 'tenant.example.com',
      accessToken: tells
        ? ['e30', Buffer.from(JSON.stringify({ scope: scopes.join(' ') })).toString('base64url'), ''].join(
            '.',
          )
        : 'opaque',
      get: async (path) => {
        const { status, json } = await api.send('GET', path, undefined, scopes);
        if (status !== 403) return json;
        throw new Problem({ code: 'SCOPE_MISSING', message: '403', place: { tenant: 'tenant.example.com' } });
      },
    },
    { connections, organizations },
  );

test('of a connection, its users are counted, and their memberships in every organization', async () => {
  expect(await losses({ connections: ['didit'] })).toEqual({
    lines: [
      '2 users who signed in through connection didit lose the sign-in',
      '3 memberships of these users end, in organizations that stay: acme, globex',
    ],
    notLookedAt: [],
  });
  // The name of one is the start of another's.
  expect((await losses({ connections: ['didit-2'] })).lines).toEqual([
    '1 user who signed in through connection didit-2 loses the sign-in',
    '1 membership of these users ends, in organizations that stay: globex',
  ]);
});

test('of an organization, all memberships are, whoever the members are', async () => {
  expect((await losses({ organizations: ['globex', 'empty'] })).lines).toEqual([
    '4 memberships of organization globex end',
  ]);
});

test('no membership is counted twice where a connection and an organization go together', async () => {
  expect((await losses({ connections: ['didit'], organizations: ['globex'] })).lines).toEqual([
    '2 users who signed in through connection didit lose the sign-in',
    '4 memberships of organization globex end',
    '1 membership of these users ends, in organizations that stay: acme',
  ]);
});

test('what is counted is what the tenant then takes away', async () => {
  await api.send('DELETE', `/connections/${ids.get('didit') ?? ''}`);
  const left = async (name: string) =>
    (await api.send('GET', `/organizations/${ids.get(name) ?? ''}/members`)).list.length;
  expect([await left('acme'), await left('globex')]).toEqual([1, 2]);
  // Who comes again is a new user, and a member of nothing.
  signUp('didit|ada');
  expect((await api.send('GET', '/users/oauth2%7Cdidit%7Cada/organizations')).list).toEqual([]);
});

test('nothing is asked where nothing goes that people are tied to', async () => {
  expect(await losses({}, [])).toEqual({ lines: [], notLookedAt: [] });
});

test.each([
  ['a token that tells', true],
  ['a token that cannot be looked into', false],
])('what a client with %s may not read is said, with the permissions', async (_, tells) => {
  const without = (...missing: readonly string[]): readonly string[] =>
    ALL.filter((scope) => !missing.includes(scope));
  const all = { connections: ['didit'], organizations: ['acme'] };
  const noUsers = await losses(all, without('read:users'), tells);
  expect(noUsers.lines).toHaveLength(2);
  expect(worstFor(noUsers, ['the rest'])).toEqual([
    ...noUsers.lines,
    'Not looked at: the users who signed in through connection didit (no permission read:users).',
    'the rest',
  ]);
  const noMembers = await losses(all, without('read:organization_members'), tells);
  expect(noMembers.lines).toHaveLength(1);
  expect(worstFor(noMembers, []).at(-1)).toMatch(
    /^Not looked at: memberships of organizations \(no permission .*read:organization_members\)\.$/,
  );
  expect((await losses(all, [], tells)).notLookedAt).toHaveLength(2);
});

test('a number that the tenant does not tell is not taken for nobody', async () => {
  const counting = lossesOfPeople(
    { domain: 'tenant.example.com', accessToken: 'opaque', get: async () => ({ users: [] }) },
    { connections: ['didit'], organizations: [] },
  );
  await expect(counting).rejects.toMatchObject({ code: 'TENANT_ANSWER' });
});
