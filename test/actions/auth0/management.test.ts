import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readUser } from '../../../actions/auth0/management.ts';
import type { ManagementAnswer } from '../../../actions/auth0/management.ts';

const credentials = { domain: 'tenant.example.com', clientId: 'client', clientSecret: 'secret' };

interface Entry {
  readonly value: string;
  readonly ttl: number | undefined;
}

let stored: Entry | undefined;

const cache = {
  get: () => stored && { value: stored.value, expires_at: 0 },
  set: (_: string, value: string, options?: { readonly ttl?: number }) => {
    stored = { value, ttl: options?.ttl };
    return { type: 'success' } as const;
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

const tokenAnswer = (token: string, expiresIn: unknown): Response =>
  Response.json({ access_token: token, expires_in: expiresIn });

const read = (timeout = 3_000): Promise<ManagementAnswer> =>
  readUser(credentials, 'oauth2|didit|some one', cache, timeout);

beforeEach(() => {
  stored = undefined;
  calls = [];
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the token', () => {
  const user = (): Response => Response.json({ user: true });

  test('is asked for once and kept, a minute less than it lives', async () => {
    answerWith({ user });
    expect(await read()).toEqual({ user: { user: true } });
    expect(await read()).toEqual({ user: { user: true } });
    expect(calls).toEqual(['token', 'Bearer new', 'Bearer new']);
    expect(stored).toEqual({ value: 'new', ttl: 86_340_000 });
  });

  test('is kept no longer than the cache allows', async () => {
    answerWith({ token: () => tokenAnswer('long', 30 * 86_400), user });
    await read();
    expect(stored?.ttl).toBe(86_400_000);
  });

  test.each([
    ['is too large for the cache', tokenAnswer('x'.repeat(4_001), 86_400)],
    ['is nearly over', tokenAnswer('short', 60)],
    ['does not tell how long it lives', tokenAnswer('unknown', undefined)],
    ['tells nonsense', tokenAnswer('nonsense', 'soon')],
  ])('that %s is used and not kept', async (_, answer) => {
    answerWith({ token: () => answer, user });
    expect(await read()).toEqual({ user: { user: true } });
    expect(stored).toBeUndefined();
  });

  test('that is refused is dropped, and a new one tried once', async () => {
    stored = { value: 'old', ttl: undefined };
    answerWith({ user: (token) => (token === 'Bearer old' ? new Response('', { status: 401 }) : user()) });
    expect(await read()).toEqual({ user: { user: true } });
    expect(calls).toEqual(['Bearer old', 'token', 'Bearer new']);
  });

  test('that is refused is dropped even where no new one is to be had', async () => {
    stored = { value: 'old', ttl: undefined };
    answerWith({
      token: () => new Response('', { status: 403 }),
      user: () => new Response('', { status: 401 }),
    });
    expect(await read()).toEqual({ failure: 'management_token_refused' });
    expect(stored).toBeUndefined();
  });

  test('that is refused even when new is not tried again', async () => {
    stored = { value: 'old', ttl: undefined };
    answerWith({ user: () => new Response('', { status: 401 }) });
    expect(await read()).toEqual({ failure: 'management_401' });
    expect(calls).toEqual(['Bearer old', 'token', 'Bearer new']);
  });
});

test.each([429, 500, 503])('an answer %i is not tried again', async (status) => {
  answerWith({ user: () => new Response('', { status }) });
  expect(await read()).toEqual({ failure: `management_${status}` });
  expect(calls).toEqual(['token', 'Bearer new']);
});

test('the time limit is for token and user together', async () => {
  const limit = 3_000;
  vi.stubGlobal('fetch', async (url: string, { signal }: { signal: AbortSignal }) => {
    calls.push(url);
    await new Promise((resolve, reject) => {
      setTimeout(resolve, limit * 0.6);
      signal.addEventListener('abort', () => {
        reject(new Error('aborted'));
      });
    });
    return tokenAnswer('slow', 86_400);
  });
  expect(await read(limit)).toEqual({ failure: 'management_timeout' });
  expect(calls).toHaveLength(2);
});

test('the id of the user is encoded', async () => {
  let asked = '';
  vi.stubGlobal('fetch', (url: string) => {
    asked = url;
    return Promise.resolve(tokenAnswer('new', 86_400));
  });
  await read();
  expect(asked).toBe(
    'https://tenant.example.com/api/v2/users/oauth2%7Cdidit%7Csome%20one?fields=didit_profile,identities&include_fields=true',
  );
});
