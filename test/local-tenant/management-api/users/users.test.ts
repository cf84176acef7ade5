import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UserDocument } from '../../../../scripts/local-tenant/store/resources.ts';
import type { JsonObject } from '../../../../scripts/base/json-values.ts';
import { apiUnderTest } from '../api-under-test.ts';
import type { ApiUnderTest } from '../api-under-test.ts';
import { asText } from '../json.ts';

const DIDIT_USER: UserDocument = {
  user_id: 'oauth2|didit|7c1f',
  identities: [{ connection: 'didit', provider: 'oauth2', user_id: 'didit|7c1f', isSocial: true }],
  root: {
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    didit_profile: { verified: true, subject: '7c1f' },
  },
  app_metadata: { didit: { verified: true }, plan: 'gold' },
  user_metadata: { colour: 'red' },
  created_at: '2026-11-01T09:00:00.000Z',
  updated_at: '2026-11-01T09:00:00.000Z',
  last_login: '2026-11-01T09:00:00.000Z',
  last_ip: '127.0.0.1',
  logins_count: 3,
};
const DIDIT_PATH = `/users/${encodeURIComponent(DIDIT_USER.user_id)}`;

let api: ApiUnderTest;
beforeEach(async () => {
  api = await apiUnderTest();
  await api.send('POST', '/connections', { name: 'users', strategy: 'auth0' });
  await api.send('POST', '/connections', { name: 'didit', strategy: 'oauth2' });
  api.collections.users.put(DIDIT_USER.user_id, DIDIT_USER);
});
afterEach(() => {
  api.close();
});

const databaseUser = async (body: JsonObject = {}): Promise<string> =>
  asText(
    (await api.send('POST', '/users', { connection: 'users', email: 'bob@example.com', ...body })).json[
      'user_id'
    ],
  );

describe('a user', () => {
  test('is shown with root attributes at the top, the provider’s own among them', async () => {
    const { json } = await api.send('GET', DIDIT_PATH);
    expect(json).toEqual({
      user_id: DIDIT_USER.user_id,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      didit_profile: { verified: true, subject: '7c1f' },
      identities: DIDIT_USER.identities,
      app_metadata: DIDIT_USER.app_metadata,
      user_metadata: DIDIT_USER.user_metadata,
      created_at: DIDIT_USER.created_at,
      updated_at: DIDIT_USER.updated_at,
      last_login: DIDIT_USER.last_login,
      last_ip: '127.0.0.1',
      logins_count: 3,
    });
  });

  test('is shown in part when fields are named', async () => {
    const { json } = await api.send('GET', `${DIDIT_PATH}?fields=identities,app_metadata`);
    expect(json).toEqual({ identities: DIDIT_USER.identities, app_metadata: DIDIT_USER.app_metadata });
    const rest = await api.send('GET', `${DIDIT_PATH}?fields=name,app_metadata&include_fields=false`);
    expect(rest.json).toMatchObject({ email: 'ada@example.com', didit_profile: { subject: '7c1f' } });
    expect(rest.json).not.toHaveProperty('app_metadata');
  });

  test('who is not there is not found', async () => {
    const { status, json } = await api.send('GET', '/users/auth0%7Cnobody');
    expect([status, json['message'], json['errorCode']]).toEqual([
      404,
      'The user does not exist.',
      'inexistent_user',
    ]);
  });
});

test('an id that is none is refused', async () => {
  const { status, json } = await api.send('GET', '/users/undefined');
  expect([status, json['message'], json['errorCode']]).toEqual([
    400,
    "Path validation error: 'Object didn't pass validation for format user-id: undefined' on property id.",
    'invalid_uri',
  ]);
});

describe('a new user', () => {
  test('of a database connection has an id of Auth0’s form and names from the e-mail address', async () => {
    const { status, json } = await api.send('POST', '/users', {
      connection: 'users',
      email: 'bob@example.com',
      password: 'a-long-password',
      app_metadata: { plan: 'free' },
    });
    expect(status).toBe(201);
    expect(json['user_id']).toMatch(/^auth0\|[0-9a-f]{24}$/);
    expect(json).toMatchObject({
      email: 'bob@example.com',
      email_verified: false,
      name: 'bob@example.com',
      nickname: 'bob',
      app_metadata: { plan: 'free' },
      identities: [{ connection: 'users', provider: 'auth0', isSocial: false }],
    });
    expect(JSON.stringify(api.collections.users.all())).not.toContain('a-long-password');
  });

  test('takes an e-mail address and an id once', async () => {
    const id = await databaseUser({ user_id: 'chosen' });
    expect(id).toBe('auth0|chosen');
    const again = await api.send('POST', '/users', { connection: 'users', email: 'bob@example.com' });
    expect([again.status, again.json['message'], again.json['errorCode']]).toEqual([
      409,
      'The user already exists.',
      'auth0_idp_error',
    ]);
    const sameId = { connection: 'users', email: 'other@example.com', user_id: 'chosen' };
    expect((await api.send('POST', '/users', sameId)).status).toBe(409);
  });

  test('needs a connection that exists and is a database', async () => {
    expect((await api.send('POST', '/users', { connection: 'nowhere' })).json['errorCode']).toBe(
      'inexistent_connection',
    );
    expect((await api.send('POST', '/users', { connection: 'didit' })).json['errorCode']).toBe(
      'operation_not_supported',
    );
  });
});

describe('a PATCH', () => {
  test('merges metadata at the top level, and takes away what is null', async () => {
    const { status, json } = await api.send('PATCH', DIDIT_PATH, {
      app_metadata: { didit: { level: 2 }, plan: null, team: 'blue' },
    });
    expect(status).toBe(200);
    expect(json['app_metadata']).toEqual({ didit: { level: 2 }, team: 'blue' });
    expect(json['user_metadata']).toEqual({ colour: 'red' });
    expect(json['updated_at']).toBe('2026-11-02T10:00:00.000Z');
  });

  test.each(['a.b', '$set'])('takes no metadata called `%s`', async (name) => {
    const { status, json } = await api.send('PATCH', DIDIT_PATH, { app_metadata: { [name]: 1 } });
    expect([status, json['errorCode']]).toEqual([400, 'invalid_body']);
  });

  test('with an empty object takes all metadata away', async () => {
    const { json } = await api.send('PATCH', DIDIT_PATH, { user_metadata: {} });
    expect(json).not.toHaveProperty('user_metadata');
  });

  test('changes the root attributes of a database user', async () => {
    const path = `/users/${encodeURIComponent(await databaseUser({ given_name: 'Bob' }))}`;
    const { json } = await api.send('PATCH', path, { name: 'Bob B.', given_name: null, blocked: true });
    expect(json).toMatchObject({ name: 'Bob B.', blocked: true });
    expect(json).not.toHaveProperty('given_name');
  });

  test('leaves alone what the provider rewrites at each login', async () => {
    const { status, json } = await api.send('PATCH', DIDIT_PATH, { name: 'Eve', nickname: 'e' });
    expect([status, json['errorCode']]).toEqual([400, 'operation_not_supported']);
    expect(json['message']).toMatch(
      /^The following user attributes cannot be updated: name, nickname\. The connection \(didit\) must either be/,
    );
    expect(api.collections.users.get(DIDIT_USER.user_id)?.root['name']).toBe('Ada Lovelace');
  });

  test('may change them where the connection sets them once', async () => {
    const [connection] = api.collections.connections.all().filter(({ name }) => name === 'didit');
    await api.send('PATCH', `/connections/${connection?.id ?? ''}`, {
      options: { set_user_root_attributes: 'on_first_login' },
    });
    expect((await api.send('PATCH', DIDIT_PATH, { name: 'Ada King' })).json['name']).toBe('Ada King');
    expect((await api.send('PATCH', DIDIT_PATH, { email: 'new@example.com' })).status).toBe(400);
  });

  test('of metadata is open to a narrower scope, of the rest not', async () => {
    const scopes = ['update:users_app_metadata'];
    const metadata = await api.send('PATCH', DIDIT_PATH, { app_metadata: { plan: 'x' } }, scopes);
    expect(metadata.status).toBe(200);
    const blocking = await api.send('PATCH', DIDIT_PATH, { blocked: true }, scopes);
    expect([blocking.status, blocking.json['message']]).toEqual([
      403,
      'Insufficient scope, expected any of: update:users',
    ]);
  });

  test.each(['identities', 'user_id', 'didit_profile', 'logins_count'])(
    'of `%s` is refused',
    async (name) => {
      const { json } = await api.send('PATCH', DIDIT_PATH, { [name]: 'x' });
      expect(json['message']).toBe(`Payload validation error: 'Additional properties not allowed: ${name}'.`);
    },
  );
});

describe('searching', () => {
  const found = async (q: string): Promise<unknown[]> =>
    (await api.send('GET', `/users?q=${encodeURIComponent(q)}`)).list.map(({ user_id }) => user_id);

  test.each([
    'email:"ada@example.com"',
    'email:ADA@EXAMPLE.COM',
    'user_id:"oauth2|didit|7c1f"',
    'identities.connection:"didit" AND app_metadata.plan:gold',
    'app_metadata.didit.verified:true',
    'name:ada*',
    'logins_count:3',
    '_exists_:didit_profile',
    'NOT email:"bob@example.com"',
    '(email:nobody OR name:"Ada Lovelace") AND NOT user_metadata.colour:blue',
    'email:nobody name:"Ada Lovelace"',
  ])('%s finds Ada and not Bob', async (query) => {
    await databaseUser();
    expect(await found(query)).toEqual([DIDIT_USER.user_id]);
  });

  test('without a query, or with one that matches both, finds both', async () => {
    const bob = await databaseUser();
    expect(await found('')).toEqual([DIDIT_USER.user_id, bob]);
    expect(await found('email:*')).toEqual([DIDIT_USER.user_id, bob]);
  });

  test.each(['email:', ':x', '(email:x', 'email:x)', 'word', 'email:"x', 'a:b AND', 'email:*b'])(
    'the malformed query `%s` is refused',
    async (query) => {
      const { status, json } = await api.send('GET', `/users?q=${encodeURIComponent(query)}`);
      expect([status, json['errorCode']]).toEqual([400, 'invalid_query_string']);
    },
  );

  test('by connection and with totals', async () => {
    const bob = await databaseUser();
    const { json } = await api.send('GET', '/users?connection=users&include_totals=true&fields=user_id');
    expect(json).toEqual({ start: 0, limit: 50, length: 1, total: 1, users: [{ user_id: bob }] });
  });

  test('is sorted as asked, users without the field last', async () => {
    const bob = await databaseUser({ family_name: 'Young' });
    const eve = await databaseUser({ email: 'eve@example.com', family_name: 'Adams' });
    const sorted = async (sort: string): Promise<unknown[]> =>
      (await api.send('GET', `/users?sort=${sort}&fields=user_id`)).list.map(({ user_id }) => user_id);
    expect(await sorted('email:-1')).toEqual([eve, bob, DIDIT_USER.user_id]);
    expect(await sorted('family_name:1')).toEqual([eve, bob, DIDIT_USER.user_id]);
    expect(await sorted('family_name:-1')).toEqual([bob, eve, DIDIT_USER.user_id]);
  });

  test('is not sorted by metadata', async () => {
    for (const field of ['app_metadata.plan', 'user_metadata.rank'])
      expect((await api.send('GET', `/users?sort=${field}:1`)).json['errorCode']).toBe(
        'invalid_query_string',
      );
  });

  test('finds the members of an organization', async () => {
    const bob = await databaseUser();
    const id = await api.made('/organizations', { name: 'shop' });
    await api.send('POST', `/organizations/${id}/members`, { members: [bob] });
    expect(await found(`organization_id:${id}`)).toEqual([bob]);
    expect(await found('organization_id:org_other')).toEqual([]);
  });

  test('reaches the first 1,000 users and no more', async () => {
    expect((await api.send('GET', '/users?page=9&per_page=100')).status).toBe(200);
    expect((await api.send('GET', '/users?page=10&per_page=100')).json['errorCode']).toBe('invalid_paging');
  });

  test('by e-mail address is exact', async () => {
    const byEmail = async (email: string): Promise<number> =>
      (await api.send('GET', `/users-by-email?email=${encodeURIComponent(email)}`)).list.length;
    expect((await api.send('GET', '/users-by-email')).json['message']).toBe(
      "Query validation error: 'Missing required property: email'.",
    );
    expect(await byEmail('ada@example.com')).toBe(1);
    expect(await byEmail('ada@example.co')).toBe(0);
    expect((await api.send('GET', '/users-by-email')).status).toBe(400);
  });
});

describe('linking', () => {
  test('moves the second user into the first, and unlinking makes it a user again', async () => {
    const bob = await databaseUser({ app_metadata: { plan: 'free' } });
    const path = `/users/${encodeURIComponent(bob)}`;
    const linked = await api.send('POST', `${path}/identities`, {
      provider: 'oauth2',
      user_id: 'didit|7c1f',
    });
    expect(linked.status).toBe(201);
    expect(linked.list).toEqual([
      // Recorded: in this answer the primary identity has its profile, too.
      {
        ...{ connection: 'users', provider: 'auth0', user_id: bob.replace('auth0|', ''), isSocial: false },
        profileData: {
          ...{ email: 'bob@example.com', email_verified: false, nickname: 'bob' },
          // Gravatar's address: the MD5 hash of the e-mail address, and its first two letters.
          picture:
            'https://s.gravatar.com/avatar/4b9bb80620f03eb3719e0a061c14283d?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fbo.png',
        },
      },
      { ...DIDIT_USER.identities[0], profileData: DIDIT_USER.root },
    ]);
    expect((await api.send('GET', DIDIT_PATH)).status).toBe(404);
    const { json } = await api.send('GET', path);
    expect(json).toMatchObject({ email: 'bob@example.com', app_metadata: { plan: 'free' } });
    expect(json).not.toHaveProperty('didit_profile');

    const unlinked = await api.send(
      'DELETE',
      `${path}/identities/oauth2/${encodeURIComponent('didit|7c1f')}`,
    );
    expect([unlinked.status, unlinked.list.length]).toEqual([200, 1]);
    const again = (await api.send('GET', DIDIT_PATH)).json;
    expect(again).toMatchObject({ name: 'Ada Lovelace', didit_profile: { subject: '7c1f' } });
    // The metadata of the second user was lost when it was linked, as at Auth0.
    expect(again).not.toHaveProperty('app_metadata');
  });

  test('finds the second user by its id inside the connection, too', async () => {
    const path = `/users/${encodeURIComponent(await databaseUser())}`;
    const connection = api.collections.connections.all().find(({ name }) => name === 'didit')?.id ?? '';
    const body = { provider: 'oauth2', user_id: '7c1f', connection_id: connection };
    expect((await api.send('POST', `${path}/identities`, body)).status).toBe(201);
  });

  test('is refused with itself, with nobody, and a second time; the first identity stays', async () => {
    const bob = await databaseUser();
    const path = `/users/${encodeURIComponent(bob)}`;
    const self = await api.send('POST', `${DIDIT_PATH}/identities`, {
      provider: 'oauth2',
      user_id: 'didit|7c1f',
    });
    expect([self.status, self.json['message']]).toEqual([
      400,
      'Main account and target account are the same.',
    ]);
    const link = { provider: 'oauth2', user_id: 'didit|7c1f' };
    expect((await api.send('POST', `${path}/identities`, { ...link, user_id: 'x' })).status).toBe(400);
    await api.send('POST', `${path}/identities`, link);
    expect((await api.send('POST', `${path}/identities`, link)).status).toBe(409);
    const primary = await api.send('DELETE', `${path}/identities/auth0/${bob.replace('auth0|', '')}`);
    expect(primary.status).toBe(400);
  });
});
