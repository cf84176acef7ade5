import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SignJWT } from 'jose';
import { problemsIn } from '../../scripts/base/problem.ts';
import {
  createLoginSimulator,
  simulateLogin,
  simulatedManagementApi,
} from '../../scripts/simulation/simulate-login.ts';
import { actionFile, logged } from './action-file.ts';

describe('a simulated login', () => {
  test('says what became of it', async () => {
    const outcome = await simulateLogin({
      actions: [
        actionFile(`
          api.idToken.setCustomClaim('https://example.com/a', 1).idToken.setCustomClaim('aud', 'dropped');
          api.accessToken.setCustomClaim('https://example.com/b', 2).accessToken.addScope('read:a');
          api.user.setAppMetadata('new', 1).user.setAppMetadata('gone', null).user.setUserMetadata('color', 'blue');
          console.log('done');`),
      ],
      user: { app_metadata: { gone: true, stays: true } },
    });
    expect(outcome).toMatchObject({
      result: 'allowed',
      denial: undefined,
      idToken: { 'https://example.com/a': 1 },
      accessToken: { 'https://example.com/b': 2 },
      addedScopes: ['read:a'],
      written: { app_metadata: { new: 1, gone: null }, user_metadata: { color: 'blue' } },
      logs: ['done'],
      requests: [],
      redirects: [],
    });
    expect(outcome.user).toEqual({ app_metadata: { stays: true, new: 1 }, user_metadata: { color: 'blue' } });
    expect(outcome.notes).toEqual(['Dropped silently: the claim name "aud" is restricted.']);
  });

  test.each([
    [`api.access.deny('no_entry: Not today.')`, 'denied', 'no_entry', 'no_entry: Not today.'],
    [`api.access.deny('Not today.')`, 'denied', undefined, 'Not today.'],
    [`api.validation.error('too_late', 'Not today.')`, 'denied', 'too_late', 'Not today.'],
    [`throw new Error('broken')`, 'failed', 'access_denied', 'broken'],
  ])('that ends with %s gives no claims', async (body, result, code, reason) => {
    const outcome = await simulateLogin({
      actions: [actionFile(`api.idToken.setCustomClaim('https://example.com/a', 1);\n${body}`)],
    });
    expect(outcome).toMatchObject({ result, denial: { code, reason }, idToken: {}, accessToken: {} });
  });

  test('takes a source as it stands, and says where it cannot be built', async () => {
    const user = {
      user_id: 'oauth2|didit|user-1',
      root: { didit_profile: { subject: 'user-1', fetched_at: new Date().toISOString(), verified: true } },
    };
    const actions = ['actions/didit-profile-sync.ts', 'dist/actions/didit-claims.js'];
    const connection = { metadata: { didit_claims: 'namespace=https://example.com/ id_token=verified' } };
    const { idToken, trace } = await simulateLogin({ actions, user, connection });
    expect(idToken).toEqual({ 'https://example.com/verified': true });
    expect(trace.map(({ action }) => action)).toEqual(['didit-profile-sync', 'didit-claims']);
    await expect(simulateLogin({ actions: ['actions/no-such.ts'] })).rejects.toMatchObject({
      code: 'ACTION_FILE_MISSING',
    });
  });

  test('runs Actions of other teams before the others', async () => {
    const { trace, redirects, result } = await simulateLogin({
      actions: [actionFile('')],
      actionsBefore: [
        actionFile(
          `api.redirect.sendUserTo('https://example.com/consent');`,
          'exports.onContinuePostLogin = async () => {};',
        ),
      ],
      onRedirect: () => ({}),
    });
    expect(result).toBe('allowed');
    expect(redirects).toHaveLength(1);
    // The other team's twice: before the redirect and after it.
    const ran = trace.map(({ action }) => action);
    expect(ran).toEqual([ran[0], ran[0], expect.not.stringMatching(String(ran[0]))]);
  });

  test('shows application, connection, organization and user where an event has them', async () => {
    const { logs } = await simulateLogin({
      application: { client_id: 'app', metadata: { a: '1' }, audience: null, scopes: ['openid'] },
      connection: { name: 'other', metadata: { c: '2' } },
      organization: { name: 'acme', metadata: { o: '3' } },
      user: { user_id: 'oauth2|other|7', logins_count: 3 },
      actions: [
        actionFile(`console.log(JSON.stringify([
          event.client.client_id, event.client.metadata, event.resource_server ?? null, event.transaction.requested_scopes,
          event.connection.name, event.connection.metadata, event.organization.name, event.organization.metadata,
          event.user.identities, event.stats.logins_count,
        ]));`),
      ],
    });
    expect(logged(logs)).toEqual([
      'app',
      { a: '1' },
      null,
      ['openid'],
      'other',
      { c: '2' },
      'acme',
      { o: '3' },
      [{ provider: 'oauth2', user_id: 'other|7', connection: 'other', isSocial: true }],
      3,
    ]);
  });

  test('keeps extra root attributes out of the event, unless the test lays them over it', async () => {
    const actions = [actionFile(`console.log(JSON.stringify([event.user.email, event.user.extra ?? null]))`)];
    const user = { root: { email: 'a@example.com', extra: 1 } };
    expect(logged((await simulateLogin({ actions, user })).logs)).toEqual(['a@example.com', null]);
    const overlaid = await simulateLogin({ actions, user, event: { user: { extra: 2 } } });
    expect(logged(overlaid.logs)).toEqual(['a@example.com', 2]);
  });

  test('gives the secrets of the project, changed as the test says', async () => {
    const file = actionFile(
      `console.log(Object.keys(event.secrets).join(), event.secrets.MINE, event.secrets.AUTH0_DOMAIN)`,
    );
    const { logs } = await simulateLogin({
      actions: [{ file, secrets: { MINE: 'of the action' } }],
      secrets: { DIDIT_CONNECTION: undefined, AUTH0_MANAGEMENT_CLIENT_ID: undefined, MINE: 'of the login' },
    });
    expect(logs).toEqual([
      'AUTH0_DOMAIN,AUTH0_MANAGEMENT_CLIENT_SECRET,DIDIT_STEP_UP_CLIENT_ID,DIDIT_STEP_UP_CLIENT_SECRET,DIDIT_HANDOVER_KEY,MINE of the action tenant.example.com',
    ]);
  });

  test('names an Action file that is not there', async () => {
    const failure: unknown = await simulateLogin({ actions: ['dist/actions/none.js'] }).catch(
      (error: unknown) => error,
    );
    expect(problemsIn(failure)).toMatchObject([
      { code: 'ACTION_FILE_MISSING', place: { file: 'dist/actions/none.js' } },
    ]);
  });

  test('ends with its time', async () => {
    const outcome = await simulateLogin({ actions: [actionFile('for (;;) {}')], timeoutMilliseconds: 100 });
    expect(outcome.result).toBe('failed');
  });
});

describe('HTTP of a simulated login', () => {
  const LEFT_OUT =
    'email,app_metadata,user_metadata,created_at,updated_at,last_ip,last_login,logins_count,user_id';
  const READ_USER = `
    const token = await fetch('https://' + event.secrets.AUTH0_DOMAIN + '/oauth/token', { method: 'POST', body: '{}' });
    const { access_token } = await token.json();
    const url = 'https://' + event.secrets.AUTH0_DOMAIN + '/api/v2/users/' + encodeURIComponent(event.user.user_id) + '?fields=${LEFT_OUT}&include_fields=false';
    const user = await fetch(url, { headers: { authorization: 'Bearer ' + access_token } });
    console.log(JSON.stringify([user.status, await user.json()]));`;

  test('is answered by a Management API that knows the user', async () => {
    const { logs, requests } = await simulateLogin({
      actions: [actionFile(READ_USER)],
      user: { user_id: 'oauth2|didit|1', root: { email: 'a@example.com', extra: { subject: '1' } } },
    });
    expect(logged(logs)).toEqual([
      200,
      {
        extra: { subject: '1' },
        identities: [{ provider: 'oauth2', user_id: 'didit|1', connection: 'didit', isSocial: true }],
      },
    ]);
    expect(requests).toMatchObject([
      { method: 'POST', url: 'https://tenant.example.com/oauth/token', status: 200 },
      { method: 'GET', url: 'https://tenant.example.com/api/v2/users/oauth2%7Cdidit%7C1', status: 200 },
    ]);
  });

  test('can be answered otherwise, call by call', async () => {
    const tenant = simulatedManagementApi();
    const { logs } = await simulateLogin({
      actions: [actionFile(READ_USER)],
      http: (request) =>
        request.method === 'GET' ? Response.json({ down: true }, { status: 503 }) : tenant(request),
    });
    expect(logged(logs)).toEqual([503, { down: true }]);
  });

  test('goes nowhere else', async () => {
    const { logs, requests } = await simulateLogin({
      actions: [actionFile(`console.log((await fetch('https://example.org/')).status)`)],
    });
    expect(logs).toEqual(['404']);
    expect(requests).toMatchObject([{ method: 'GET', url: 'https://example.org/', status: 404 }]);
  });

  test.each([
    ['GET', '/api/v2/users/oauth2%7Cdidit%7Cuser-1', 401],
    ['GET', '/api/v2/users/somebody-else', 404],
    ['DELETE', '/api/v2/users/oauth2%7Cdidit%7Cuser-1', 404],
    ['GET', '/api/v2/users/oauth2%7Cdidit%7Cuser-1?fields=extra', 400, 'Bearer simulated-management-token'],
  ])('refuses what the Management API refuses: %s %s', (method, path, status, authorization = '') => {
    const request = new Request(`https://tenant.example.com${path}`, { method, headers: { authorization } });
    expect(simulatedManagementApi()(request).status).toBe(status);
  });
});

describe('a redirect of a simulated login', () => {
  const file = actionFile(
    `api.user.setAppMetadata('before', 1); api.redirect.sendUserTo('https://example.com/page', { query: { a: 'b' } });`,
    `exports.onContinuePostLogin = async (event, api) => {
       const { answer } = api.redirect.validateToken({ secret: 'a shared secret', tokenParameterName: 'token' });
       api.user.setAppMetadata('answer', answer);
     };`,
  );

  test('is where it ends by itself', async () => {
    const outcome = await simulateLogin({ actions: [file] });
    expect(outcome).toMatchObject({ result: 'redirected', written: { app_metadata: { before: 1 } } });
    expect(outcome.redirects).toEqual([expect.stringMatching(/^https:\/\/example\.com\/page\?a=b&state=.+/)]);
  });

  test('is followed when the test plays the page', async () => {
    let token = '';
    const key = new TextEncoder().encode('a shared secret');
    const sign = (state: string): Promise<string> =>
      new SignJWT({ state, answer: 42 })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('1m')
        .sign(key);
    const outcome = await simulateLogin({
      actions: [file],
      onRedirect: async ({ state, url }) => {
        expect(url.searchParams.get('state')).toBe(state);
        token = await sign(state);
        return { body: { token } };
      },
    });
    expect(outcome).toMatchObject({
      result: 'allowed',
      written: { app_metadata: { before: 1, answer: 42 } },
    });
  });

  test('with a forged answer fails', async () => {
    const outcome = await simulateLogin({
      actions: [file],
      onRedirect: () => ({ body: { token: 'forged' } }),
    });
    expect(outcome.denial?.reason).toBe('The session token is invalid: jwt malformed');
  });
});

describe('several logins in a row', () => {
  const counting = actionFile(
    `count += 1;
     const cached = Number(api.cache.get('count')?.value ?? 0) + 1;
     api.cache.set('count', String(cached));
     console.log(JSON.stringify([count, cached]));`,
    'let count = 0;',
  );

  test.each([
    [
      'reused',
      [
        [1, 1],
        [2, 2],
      ],
    ],
    [
      'fresh',
      [
        [1, 1],
        [1, 2],
      ],
    ],
  ] as const)('share the cache, and with %s instances the modules or not', async (instances, counts) => {
    const simulator = createLoginSimulator({ instances });
    const login = { actions: [counting] };
    try {
      const logs = [await simulator.login(login), await simulator.login(login)].map((each) =>
        logged(each.logs),
      );
      expect(logs).toEqual(counts);
    } finally {
      await simulator.close();
    }
  });

  test('wait for each other, and are each answered by their own HTTP', async () => {
    const simulator = createLoginSimulator();
    const actions = [actionFile(`console.log(await (await fetch('https://example.com/')).text())`)];
    try {
      const outcomes = await Promise.all(
        ['one', 'two', 'three'].map((text) => simulator.login({ actions, http: () => new Response(text) })),
      );
      expect(outcomes.map(({ logs }) => logs)).toEqual([['one'], ['two'], ['three']]);
    } finally {
      await simulator.close();
    }
  });

  test('at once run beside each other, with answers of their own', async () => {
    const simulator = createLoginSimulator();
    const actions = [actionFile(`console.log(await (await fetch('https://example.com/')).text())`)];
    const names = ['one', 'two', 'three'];
    // Each gets its answer once all have asked.
    let missing = names.length;
    const { promise: allHaveAsked, resolve } = Promise.withResolvers<undefined>();
    const http = (text: string) => async (): Promise<Response> => {
      missing -= 1;
      if (missing === 0) resolve(undefined);
      await allHaveAsked;
      return new Response(text);
    };
    try {
      const outcomes = await simulator.loginAtOnce(names.map((text) => ({ actions, http: http(text) })));
      expect(outcomes.map(({ logs }) => logs)).toEqual([['one'], ['two'], ['three']]);
    } finally {
      await simulator.close();
    }
  });

  test.each([
    ['counts, too', undefined],
    ['ends its process', 'process.exit(0)'],
    ['changes what all use', 'JSON.stringify = Array.prototype.map = Map.prototype.get = () => "x"'],
    ['fills the memory', 'const all = []; for (;;) all.push(Buffer.alloc(50_000_000, 1))'],
  ])('on their own share nothing, also where the one before %s', { tags: ['long'] }, async (_what, body) => {
    await simulateLogin({ actions: [body === undefined ? counting : actionFile(body)] });
    expect(logged((await simulateLogin({ actions: [counting] })).logs)).toEqual([1, 1]);
  });
});

const BUILT = 'dist/actions/didit-claims.js';

test.skipIf(!existsSync(BUILT))(
  'without a list of Actions, the three built ones run (skipped before a build)',
  async () => {
    const { trace } = await simulateLogin();
    expect(trace[0]?.action).toBe('didit-profile-sync');
  },
);

describe('docs/testing.md', () => {
  test.each(['test/examples/partner-access.js', 'test/examples/partner-access.test.ts'])(
    'shows %s as it is',
    (file) => {
      expect(readFileSync('docs/testing.md', 'utf8')).toContain(readFileSync(file, 'utf8').trim());
    },
  );
});
