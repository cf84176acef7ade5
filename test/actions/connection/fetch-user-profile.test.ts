import { runInThisContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isObject } from '../../../actions/didit/json.ts';
import { bundleProfileScript } from '../built-actions.ts';
import { anyUserinfo } from '../hostile-values.ts';

const TOKEN = 'didit-access-token-value';
const URL_OF_USERINFO = 'https://apx.didit.me/auth/v2/users/retrieve';

const userinfo = {
  sub: 'user-unique-identifier',
  email: { email: 'alejandro.rosas@example.com', is_verified: true, is_primary: true },
  phone: { phone_number: '+34123456789', is_verified: true, is_primary: true },
  picture: 'https://example.com/picture.png',
  names: { first_name: 'John', family_name: 'Doe', full_name: 'John Doe', is_verified: true },
  is_verified: true,
  is_over_18: true,
  birthdate: '1990-05-15',
};

type Script = (
  accessToken: string,
  context: unknown,
  callback: (error: unknown, profile?: unknown) => void,
) => void;

const isScript = (value: unknown): value is Script => typeof value === 'function' && value.length === 3;

/** The built script as Auth0 evaluates it: one function expression, with the connection's settings written into it. */
async function loadScript(settings: string): Promise<Script> {
  const { code } = await bundleProfileScript(settings);
  const script: unknown = runInThisContext(`(${code})`);
  if (!isScript(script)) throw new Error('The script is no function of three parameters.');
  return script;
}

const standard = await loadScript('');

type Result = { readonly error: Error } | { readonly profile: Record<string, unknown> };

const run = (script: Script = standard): Promise<Result> =>
  new Promise((resolve) => {
    script(TOKEN, {}, (error, profile) => {
      if (error instanceof Error) resolve({ error });
      else resolve({ profile: isObject(profile) ? { ...profile } : {} });
    });
  });

const messageOf = (result: Result): string => ('error' in result ? result.error.message : 'no error');

let requests: Readonly<Record<'url' | 'authorization' | 'accept' | 'redirect', unknown>>[];

/** The request of the standard `userinfo`, with the token of the person alone. */
const REQUEST = { url: URL_OF_USERINFO, authorization: `Bearer ${TOKEN}`, accept: 'application/json' };

/** The sentence that a person reads at once when a second is over, and not before; nobody is asked again. */
async function expectTimeout(script: Script): Promise<void> {
  let message: string | undefined;
  void run(script).then((result) => {
    message = messageOf(result);
  });
  await vi.advanceTimersByTimeAsync(999);
  expect(message).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(message).toBe('didit_timeout: Didit took too long to answer. Please try again later.');
  expect(requests).toHaveLength(1);
}

/** Answers one request after the other; the last answer stands for all that follow. */
function answerWith(
  ...answers: readonly ((signal: RequestInit['signal']) => Response | Promise<Response>)[]
): void {
  vi.stubGlobal('fetch', async (url: string, { headers, redirect, signal }: RequestInit) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    const [authorization, accept] = ['authorization', 'accept'].map((name) => new Headers(headers).get(name));
    requests.push({ url, authorization, accept, redirect });
    if (answer === undefined) throw new Error('Nobody expects a call.');
    return answer(signal);
  });
}

const json =
  (body: unknown, status = 200) =>
  (): Response =>
    new Response(JSON.stringify(body), { status });

const networkError = (): Promise<Response> => Promise.reject(new TypeError(`fetch failed with ${TOKEN}`));

beforeEach(() => {
  vi.useFakeTimers({
    now: Date.parse('2026-06-15T12:00:00.900Z'),
    toFake: ['Date', 'setTimeout', 'clearTimeout'],
  });
  requests = [];
});

afterEach(() => {
  // A timer that goes on would keep the tenant's process, and fire into another login.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the profile', () => {
  test('has the root attributes that Auth0 knows, and the snapshot of allowed fields beside them', async () => {
    answerWith(json(userinfo));
    expect(await run()).toEqual({
      profile: {
        user_id: 'user-unique-identifier',
        email: 'alejandro.rosas@example.com',
        email_verified: true,
        name: 'John Doe',
        given_name: 'John',
        family_name: 'Doe',
        nickname: 'John',
        picture: 'https://example.com/picture.png',
        phone_number: '+34123456789',
        phone_verified: true,
        didit_profile: {
          subject: 'user-unique-identifier',
          verified: true,
          age_over_18: true,
          age_over_21: true,
          email_verified: true,
          phone_verified: true,
          names_verified: true,
          fetched_at: '2026-06-15T12:00:00Z',
        },
      },
    });
    expect(requests).toEqual([{ ...REQUEST, redirect: 'manual' }]);
  });

  test.each<[unknown, object]>([
    [true, { email_verified: true, phone_verified: true }],
    [false, { email_verified: false, phone_verified: false }],
    [undefined, { email_verified: false, phone_verified: false }],
    ['true', { email_verified: false, phone_verified: false }],
  ])(
    'calls address and number verified only where Didit says so: not where it says %j',
    async (flag, verified) => {
      const email = { email: 'a@example.com', is_verified: flag };
      const phone = { phone_number: '+34123456789', is_verified: flag };
      answerWith(json({ sub: 'someone', email, phone }));
      const result = await run();
      expect('profile' in result && { ...result.profile, didit_profile: undefined }).toEqual({
        user_id: 'someone',
        email: 'a@example.com',
        phone_number: '+34123456789',
        ...verified,
      });
    },
  );

  test('judges the address by its own flag, and the number by its own', async () => {
    answerWith(
      json({
        sub: 'someone',
        email: { email: 'a@example.com', is_verified: false },
        phone: { phone_number: '+34123456789', is_verified: true },
      }),
    );
    expect(await run()).toMatchObject({ profile: { email_verified: false, phone_verified: true } });
  });

  test('has no flag of an address or a number that it does not have', async () => {
    answerWith(json({ sub: 'someone', email: { is_verified: true }, phone: { is_verified: true } }));
    expect(await run()).toEqual({
      profile: {
        user_id: 'someone',
        didit_profile: { subject: 'someone', fetched_at: '2026-06-15T12:00:00Z', dropped: 2 },
      },
    });
  });

  test('holds in its snapshot what the settings name, from where they say', async () => {
    answerWith(json({ ...userinfo, gender: { value: 'M' } }));
    const script = await loadScript('fields=verified,birthdate,gender map=gender:gender.value');
    expect(await run(script)).toMatchObject({
      profile: {
        didit_profile: {
          subject: 'user-unique-identifier',
          verified: true,
          birthdate: '1990-05-15',
          gender: 'M',
        },
      },
    });
    const standardResult = await run();
    expect(JSON.stringify(standardResult)).not.toContain('1990-05-15');
  });

  test('never holds metadata, nor a value of the snapshot that is not on the list', async () => {
    await fc.assert(
      fc.asyncProperty(anyUserinfo, async (body) => {
        requests = [];
        answerWith(json(body));
        const result = await run();
        if ('error' in result) return;
        expect([
          'user_id',
          'email',
          'email_verified',
          'name',
          'given_name',
          'family_name',
          'nickname',
          'picture',
          'phone_number',
          'phone_verified',
          'didit_profile',
        ]).toEqual(expect.arrayContaining(Object.keys(result.profile)));
        const snapshot = result.profile['didit_profile'];
        expect([
          'subject',
          'verified',
          'age_over_18',
          'age_over_21',
          'email_verified',
          'phone_verified',
          'names_verified',
          'fetched_at',
          'dropped',
        ]).toEqual(expect.arrayContaining(Object.keys(isObject(snapshot) ? snapshot : {})));
      }),
    );
  });
});

describe('a failure', () => {
  test.each([
    ['didit_token_refused', json({ detail: TOKEN }, 401), 1],
    ['didit_permission_missing', json({}, 403), 1],
    ['didit_unavailable', json({}, 404), 1],
    ['didit_unavailable', json({}, 503), 2],
    ['didit_unavailable', networkError, 2],
    ['didit_answer_unusable', () => new Response('<html>'), 1],
    ['didit_answer_unusable', json({ email: { email: 'a@example.com' } }), 1],
    ['didit_answer_unusable', json(null), 1],
  ])('is told with the code %s, a sentence, and nothing else', async (code, answer, tries) => {
    answerWith(answer);
    const message = messageOf(await run());
    expect(message).toMatch(new RegExp(`^${code}: [A-Z][^:]*\\.$`));
    expect(message).not.toContain(TOKEN);
    expect(requests).toHaveLength(tries);
  });

  test.each([301, 302, 303, 307, 308])(
    'to answer at that address (%i) is one: the token goes nowhere else',
    async (status) => {
      answerWith(() => new Response(null, { status, headers: { location: 'https://evil.example/' } }));
      expect(messageOf(await run())).toMatch(/^didit_unavailable: /);
      expect(requests).toEqual([{ ...REQUEST, redirect: 'manual' }]);
    },
  );

  test.each([
    ['a network error', networkError],
    ['a 500', json({}, 500)],
  ])('that was only %s is tried again once', async (_, first) => {
    answerWith(first, json(userinfo));
    expect(await run()).toMatchObject({ profile: { user_id: 'user-unique-identifier' } });
    expect(requests).toHaveLength(2);
  });

  test('to answer in time ends the try, body included, and is told as soon as the time is over', async () => {
    const script = await loadScript('profile_timeout=1s');
    const neverEnds = (signal: RequestInit['signal']): Response =>
      new Response(
        new ReadableStream({
          start: (controller) => {
            signal?.addEventListener('abort', () => {
              controller.error(new Error('aborted'));
            });
          },
        }),
      );
    answerWith(neverEnds);
    await expectTimeout(script);
  });
});

describe('where there is no fetch', () => {
  type Done = (error: unknown, response?: { statusCode: number }, body?: unknown) => void;

  type RequestOptions = Record<'url' | 'followRedirect', unknown> & { headers: Record<string, string> };

  const withRequest = (answer: (done: Done) => void): void => {
    vi.stubGlobal('fetch', undefined);
    vi.stubGlobal('request', (options: RequestOptions, done: Done) => {
      const { url, headers, followRedirect } = options;
      const { authorization, accept } = headers;
      requests.push({ url, authorization, accept, redirect: followRedirect });
      answer(done);
    });
  };

  test('the global request is used', async () => {
    withRequest((done) => {
      done(null, { statusCode: 200 }, JSON.stringify(userinfo));
    });
    expect(await run()).toMatchObject({ profile: { user_id: 'user-unique-identifier' } });
    expect(requests).toEqual([{ ...REQUEST, redirect: false }]);
  });

  test.each<[string, number, Parameters<Done>]>([
    ['didit_unavailable', 2, [new Error(TOKEN)]],
    ['didit_unavailable', 2, [new Error(TOKEN), { statusCode: 200 }, JSON.stringify(userinfo)]],
    ['didit_unavailable', 2, [null]],
    ['didit_token_refused', 1, [null, { statusCode: 401 }, TOKEN]],
    ['didit_unavailable', 1, [null, { statusCode: 302 }, '']],
    ['didit_answer_unusable', 1, [null, { statusCode: 200 }, { already: 'parsed' }]],
  ])('its failures are told the same way: %s after %i tries', async (code, tries, answer) => {
    withRequest((done) => {
      done(...answer);
    });
    const message = messageOf(await run());
    expect(message.startsWith(`${code}: `)).toBe(true);
    expect(message).not.toContain(TOKEN);
    expect(requests).toHaveLength(tries);
  });

  test('an answer that does not come in time is told the same way, too', async () => {
    const script = await loadScript('profile_timeout=1s');
    withRequest(() => undefined);
    await expectTimeout(script);
  });

  test('nor request, that is a failure like any other', async () => {
    vi.stubGlobal('fetch', undefined);
    expect(messageOf(await run())).toMatch(/^didit_unavailable: /);
  });
});
