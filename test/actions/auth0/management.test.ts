import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { readUser } from '../../../actions/auth0/management.ts';
import type { ManagementAnswer, ManagementCredentials } from '../../../actions/auth0/management.ts';
import { loginEvent, managementSecrets } from '../login-event.ts';
import { tokenAnswer as managementToken, useLogins } from '../logins.ts';

const logins = await useLogins();

const credentials: ManagementCredentials = {
  domain: 'tenant.example.com',
  clientId: 'client',
  clientSecret: 'secret',
};

interface Entry {
  readonly value: string;
  readonly ttl: number | undefined;
}

let stored: Entry | undefined;

const cache = {
  get: () => stored && { value: stored.value, expires_at: 0 },
  set: (_: string, value: string, options?: { readonly ttl?: number }) => {
    stored = { value, ttl: options?.ttl };
    return { type: 'success', record: { value, expires_at: 0 } } as const;
  },
  delete: () => {
    stored = undefined;
    return { type: 'success' } as const;
  },
};

let calls: string[];

/** Answers by the kind of call; a token call may answer another token each time. */
function answerWith(answers: {
  readonly token?: () => Response;
  readonly user: (token: string) => Response | Promise<Response>;
}): void {
  vi.stubGlobal('fetch', async (url: string, { headers }: { headers?: Record<string, string> }) => {
    if (url.endsWith('/oauth/token')) {
      calls.push('token');
      return answers.token?.() ?? tokenAnswer('new', 86_400);
    }
    const token = headers?.['authorization'] ?? '';
    calls.push(token);
    return answers.user(token);
  });
}

const tokenAnswer = (token: string, expiresIn: unknown, status = 200): Response =>
  Response.json({ access_token: token, expires_in: expiresIn }, { status });

const read = (timeout = 3_000): Promise<ManagementAnswer> =>
  readUser(credentials, 'oauth2|didit|some one', cache, timeout);

const user = (): Response => Response.json({ user: true });
const USER = { user: { user: true } };

const refused = (status: number) => (): Response => new Response('', { status });

/** Leaves the token `old` in the cache, as an earlier login did. */
async function cacheOldToken(): Promise<void> {
  answerWith({ token: () => tokenAnswer('old', 86_400), user });
  await read();
  expect(stored).toBeDefined();
  calls = [];
}

beforeEach(() => {
  stored = undefined;
  calls = [];
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the token', () => {
  test('is asked for once and kept, a minute less than it lives', async () => {
    answerWith({ user });
    expect(await read()).toEqual(USER);
    expect(await read()).toEqual(USER);
    expect(calls).toEqual(['token', 'Bearer new', 'Bearer new']);
    expect(stored?.ttl).toBe(86_340_000);
  });

  test('is kept no longer than the cache allows', async () => {
    answerWith({ token: () => tokenAnswer('long', 30 * 86_400), user });
    await read();
    expect(stored?.ttl).toBe(86_400_000);
  });

  test('is sealed anew each time: the cache never shows the same text twice', async () => {
    await cacheOldToken();
    const first = stored?.value;
    stored = undefined;
    await cacheOldToken();
    expect(stored).not.toEqual({ value: first, ttl: 86_340_000 });
    // A nonce of 12 bytes, a tag of 16, and the token.
    expect(Buffer.from(first ?? '', 'base64url')).toHaveLength(12 + 16 + 'old'.length);
  });

  test.each([
    ['is too large for the cache once it is sealed', tokenAnswer('x'.repeat(2_980), 86_400)],
    ['is nearly over', tokenAnswer('short', 60)],
    ['does not tell how long it lives', tokenAnswer('unknown', undefined)],
    ['tells nonsense', tokenAnswer('nonsense', 'soon')],
  ])('that %s is used and not kept', async (_, answer) => {
    answerWith({ token: () => answer, user });
    expect(await read()).toEqual(USER);
    expect(stored).toBeUndefined();
  });

  test('of 2,900 characters is kept', async () => {
    answerWith({ token: () => tokenAnswer('x'.repeat(2_900), 86_400), user });
    await read();
    expect(stored?.value.length).toBeLessThanOrEqual(4_000);
    expect(stored).toBeDefined();
  });

  test.each([401, 403])('that is refused with %i is dropped, and a new one tried once', async (status) => {
    await cacheOldToken();
    answerWith({ user: (token) => (token === 'Bearer old' ? refused(status)() : user()) });
    expect(await read()).toEqual(USER);
    expect(calls).toEqual(['Bearer old', 'token', 'Bearer new']);
    expect(await read()).toEqual(USER);
    expect(calls.slice(3)).toEqual(['Bearer new']);
  });

  test.each([401, 403])(
    'that is refused with %i is dropped even where no new one is to be had',
    async (status) => {
      await cacheOldToken();
      answerWith({ token: refused(403), user: refused(status) });
      expect(await read()).toEqual({ failure: 'management_token_refused' });
      expect(stored).toBeUndefined();
    },
  );

  test.each([401, 403])(
    'that is refused with %i even when new is not tried again, nor kept',
    async (status) => {
      await cacheOldToken();
      answerWith({ user: refused(status) });
      expect(await read()).toEqual({ failure: `management_${status}` });
      expect(calls).toEqual(['Bearer old', 'token', 'Bearer new']);
      expect(stored).toBeUndefined();
    },
  );

  test.each([429, 500, 503, 404, 400])(
    'that is answered with %i stays, and no new one is asked for',
    async (status) => {
      await cacheOldToken();
      const before = stored;
      answerWith({ user: refused(status) });
      expect(await read()).toEqual({ failure: `management_${status}` });
      expect(calls).toEqual(['Bearer old']);
      expect(stored).toBe(before);
    },
  );

  test.each([400, 401, 403, 429, 500])(
    'in an answer %i to the request for one is not used',
    async (status) => {
      answerWith({ token: () => tokenAnswer('stolen', 86_400, status), user });
      expect(await read()).toEqual({ failure: 'management_token_refused' });
      expect(calls).toEqual(['token']);
      expect(stored).toBeUndefined();
    },
  );

  test.each([{}, { access_token: '' }, { access_token: 7 }, [], null, 'token'])(
    'is none where the answer is %j',
    async (body) => {
      answerWith({ token: () => Response.json(body), user });
      expect(await read()).toEqual({ failure: 'management_token_refused' });
    },
  );
});

test.each([429, 500, 503])('an answer %i is not tried again', async (status) => {
  answerWith({ user: refused(status) });
  expect(await read()).toEqual({ failure: `management_${status}` });
  expect(calls).toEqual(['token', 'Bearer new']);
});

test.each([201, 204, 302])('an answer %i is no user', async (status) => {
  answerWith({ user: () => new Response(status === 204 ? null : '{}', { status }) });
  expect(await read()).toEqual({ failure: `management_${status}` });
});

test.each(['[]', 'null', '"user"', '<html>', ''])('the answer %j is garbage', async (body) => {
  answerWith({ user: () => new Response(body) });
  expect(await read()).toEqual({ failure: 'management_garbage' });
});

test('without credentials nobody is asked', async () => {
  answerWith({ user });
  expect(await readUser(undefined, 'oauth2|didit|some', cache, 3_000)).toEqual({
    failure: 'no_management_credentials',
  });
  expect(calls).toEqual([]);
});

test('the time limit is for token and user together', async () => {
  const limit = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
  onTestFinished(() => {
    timeout.mockRestore();
  });
  vi.stubGlobal('fetch', async (url: string, { signal }: { signal: AbortSignal }) => {
    calls.push(url);
    expect(signal).toBe(limit.signal);
    // The time is over when the second answer is on its way.
    if (calls.length === 2) limit.abort();
    signal.throwIfAborted();
    return tokenAnswer('slow', 86_400);
  });
  expect(await read(3_000)).toEqual({ failure: 'management_timeout' });
  expect(timeout.mock.calls).toEqual([[3_000]]);
  expect(calls).toHaveLength(2);
});

test('the requests are those that Auth0 documents, and follow no redirect with a secret or a token', async () => {
  const requests: (readonly [string, RequestInit])[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    requests.push([url, init]);
    return url.endsWith('/oauth/token') ? tokenAnswer('new', 86_400) : user();
  });
  await read();
  const [[tokenUrl, token] = ['', {}], [userUrl, asked] = ['', {}], ...more] = requests;
  expect(more).toEqual([]);
  expect(tokenUrl).toBe('https://tenant.example.com/oauth/token');
  expect(token.method).toBe('POST');
  expect(token.redirect).toBe('error');
  expect(Object.fromEntries(token.body instanceof URLSearchParams ? token.body : [])).toEqual({
    grant_type: 'client_credentials',
    client_id: 'client',
    client_secret: 'secret',
    audience: 'https://tenant.example.com/api/v2/',
  });
  // No `fields`: the service refuses names that it does not list.
  expect(userUrl).toBe('https://tenant.example.com/api/v2/users/oauth2%7Cdidit%7Csome%20one');
  expect(asked.method).toBeUndefined();
  expect(asked.redirect).toBe('error');
  expect(asked.headers).toEqual({ authorization: 'Bearer new' });
});

describe('the secrets of the Action are credentials', () => {
  const codesWith = async (secrets: object): Promise<readonly unknown[]> => {
    logins.answerWith((url) => (url.endsWith('/oauth/token') ? managementToken() : Response.json({})));
    const outcome = await logins.login(loginEvent({ secrets: { ...managementSecrets, ...secrets } }));
    expect(outcome.calls.length > 0).toBe(
      !outcome.log('didit-profile-sync').codes.includes('no_management_credentials'),
    );
    return outcome.log('didit-profile-sync').codes;
  };

  test.each(['tenant.example.com', 'TENANT.example.com', 'localhost:4443', 'tenant.eu.auth0.com'])(
    'with the domain %s',
    async (domain) => {
      expect(await codesWith({ AUTH0_DOMAIN: domain })).toEqual(['no_snapshot']);
    },
  );

  test.each([
    'a.example/@evil.example',
    'a.example@evil.example',
    'evil.example/',
    'evil.example/api',
    'evil.example?x',
    'evil.example#x',
    'evil.example\\@a.example',
    'https://a.example',
    ' a.example',
    'a.example ',
    'a.example\n',
    '\na.example',
    'a.example:443/x',
    'a.example:123456',
    'a.example:',
    'user:secret@a.example',
    'exаmple.com',
    '',
    undefined,
    7,
  ])('not with the domain %j: nothing is sent anywhere', async (domain) => {
    expect(await codesWith({ AUTH0_DOMAIN: domain })).toEqual(['no_snapshot', 'no_management_credentials']);
  });

  test.each(['AUTH0_MANAGEMENT_CLIENT_ID', 'AUTH0_MANAGEMENT_CLIENT_SECRET'])(
    'not without %s',
    async (name) => {
      for (const value of ['', undefined, 7]) {
        expect(await codesWith({ [name]: value })).toEqual(['no_snapshot', 'no_management_credentials']);
      }
    },
  );
});
