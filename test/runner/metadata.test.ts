import { describe, expect, test } from 'vitest';
import { EVENT, action, eventWith, failureOf, runBody, runtimeForTests } from './run-actions.ts';

const runtime = runtimeForTests();

describe.each([
  ['setAppMetadata', 'appMetadata', 'app_metadata'],
  ['setUserMetadata', 'userMetadata', 'user_metadata'],
] as const)('api.user.%s', (method, result, kind) => {
  test('collects what is to be written, null for what is to be removed', async () => {
    const { outcome } = await runBody(
      runtime,
      `const value = { b: [1] }; api.user.${method}('a', value).user.${method}('gone', null); value.b = 2;`,
    );
    expect(outcome[result]).toEqual({ a: { b: [1] }, gone: null });
  });

  test('is written for a denied login too', async () => {
    const { outcome } = await runBody(runtime, `api.access.deny('no'); api.user.${method}('a', 1)`);
    expect(outcome).toMatchObject({ decision: { kind: 'deny' }, [result]: { a: 1 } });
  });

  test.each(['a.b', '$a', ''])('refuses the name "%s"', async (name) => {
    const { outcome } = await runBody(runtime, `api.user.${method}('${name}', 1)`);
    expect(failureOf(outcome)).toContain(`The name of a ${kind} property`);
  });

  test('refuses to work on metadata that is no object', async () => {
    const { outcome } = await runBody(runtime, `api.user.${method}('a', 1)`, {
      event: eventWith('user', { [kind]: ['a list'] }),
    });
    expect(failureOf(outcome)).toContain(`Unexpected ${kind} format`);
  });

  test('takes 32 kB in one login, over all Actions', async () => {
    const set = (name: string, bytes: number): string =>
      `api.user.${method}('${name}', 'x'.repeat(${bytes - JSON.stringify({ [name]: '' }).length}))`;
    const most = await runBody(runtime, set('a', 32_000));
    expect(most.outcome.decision).toEqual({ kind: 'allow' });
    const outcome = await runtime.runPostLogin({
      actions: [action(set('a', 20_000), { name: 'one' }), action(set('b', 20_000), { name: 'two' })],
      event: EVENT,
    });
    expect(failureOf(outcome)).toMatch(/at most 32000 are allowed/);
  });
});

describe('api.transaction.setMetadata', () => {
  test('shows at once in the event of this Action and of later ones', async () => {
    const look = 'console.log(JSON.stringify(event.transaction.metadata));';
    const outcome = await runtime.runPostLogin({
      actions: [
        action(
          `api.transaction.setMetadata('a', 1); api.transaction.setMetadata('b', true); api.transaction.setMetadata('c', 'x'); ${look}`,
          { name: 'one' },
        ),
        action(`api.transaction.setMetadata('a', null); ${look}`, { name: 'two' }),
      ],
      event: EVENT,
    });
    expect(outcome.trace.map(({ logs }) => logs)).toEqual([
      ['{"a":1,"b":true,"c":"x"}'],
      ['{"b":true,"c":"x"}'],
    ]);
  });

  test.each([
    [`'k'.repeat(65), 1`, /"key" has 65 characters/],
    [`'', 1`, /"key" has 0 characters/],
    [`'k', 'ä'.repeat(4_001)`, /"value" has 8002 bytes/],
    [`'k', { a: 1 }`, /"value" has to be/],
    [`'k', [1]`, /"value" has to be/],
    [`'k'`, /"value" has to be/],
    [`'k', Number.MAX_SAFE_INTEGER + 1`, /no safe number/],
    [`'k', NaN`, /no safe number/],
  ])('refuses (%s)', async (values, message) => {
    const { outcome } = await runBody(runtime, `api.transaction.setMetadata(${values})`);
    expect(failureOf(outcome)).toMatch(message);
  });

  test('takes values of 8 kB and 16 kB in all', async () => {
    const { outcome, log } = await runBody(
      runtime,
      `api.transaction.setMetadata('a', 'x'.repeat(8_000));
       api.transaction.setMetadata('b', 'x'.repeat(7_998));
       console.log('full');
       api.transaction.setMetadata('c', '');`,
    );
    expect(log).toBe('full');
    expect(failureOf(outcome)).toMatch(/would have 16001 bytes; at most 16000/);
  });
});

describe('api.authentication.setPrimaryUser', () => {
  test('names the user once, and loses the user_metadata of the same Action', async () => {
    const outcome = await runtime.runPostLogin({
      actions: [
        action(`api.user.setUserMetadata('before', 1)`, { name: 'one' }),
        action(
          `api.user.setUserMetadata('lost', 1).user.setAppMetadata('kept', 1); api.authentication.setPrimaryUser('auth0|1')`,
          { name: 'two' },
        ),
        action(`api.user.setUserMetadata('after', 1)`, { name: 'three' }),
      ],
      event: EVENT,
    });
    expect(outcome).toMatchObject({ primaryUserId: 'auth0|1', appMetadata: { kept: 1 } });
    expect(outcome.userMetadata).toEqual({ before: 1, after: 1 });
    expect(outcome.trace[1]?.notes).toHaveLength(1);
  });

  test.each([
    [`api.authentication.setPrimaryUser('a'); api.authentication.setPrimaryUser('a')`, /only once/],
    [`api.authentication.setPrimaryUser('a'.repeat(129))`, /has 129 characters; at most 128/],
    [`api.authentication.setPrimaryUser()`, /has to be a string/],
  ])('refuses %s', async (body, message) => {
    expect(failureOf((await runBody(runtime, body)).outcome)).toMatch(message);
  });
});

describe.each([
  ['session', 'session'],
  ['refreshToken', 'refreshToken'],
] as const)('api.%s', (area, result) => {
  test('collects metadata and the earliest ends', async () => {
    const { outcome } = await runBody(
      runtime,
      `const token = api.${area};
       token.setMetadata('a', '1'); token.setMetadata('b', '2'); token.setMetadata('b', null);
       token.setMetadata('c', '3'); token.deleteMetadata('c'); token.deleteMetadata('never set');
       token.setExpiresAt(2_000); token.setExpiresAt(1_000); token.setExpiresAt(3_000);
       token.setIdleExpiresAt(500);`,
    );
    expect(outcome[result]).toMatchObject({ revoked: false, expiresAt: 1_000, idleExpiresAt: 500 });
    expect(outcome[result]?.metadata).toMatchObject({ a: '1' });
    expect(outcome[result]?.metadata).not.toHaveProperty('c');
  });

  test('says nothing of what no Action touched', async () => {
    expect((await runBody(runtime, '')).outcome[result]).toEqual({ revoked: false });
  });

  test('empties metadata', async () => {
    const { outcome } = await runBody(
      runtime,
      `api.${area}.setMetadata('a', '1'); api.${area}.evictMetadata()`,
    );
    expect(outcome[result]?.metadata).toEqual({});
  });

  test.each([
    [`setMetadata('a b', '1')`, /"key" has to consist/],
    [`setMetadata('a'.repeat(256), '1')`, /"key" has to consist/],
    [`setMetadata('a', 'x'.repeat(256))`, /"value" has 256 characters; at most 255/],
    [`setMetadata('a', 1)`, /"value" has to be a string/],
    [`setMetadata(1, 'a')`, /"key" has to be a string/],
    [`setMetadata('a', 'a\\0b')`, /null character/],
    [`setExpiresAt('soon')`, /milliseconds since the epoch/],
    [`setIdleExpiresAt(NaN)`, /milliseconds since the epoch/],
  ])('refuses %s', async (call, message) => {
    expect(failureOf((await runBody(runtime, `api.${area}.${call}`)).outcome)).toMatch(message);
  });

  test('takes 25 keys', async () => {
    const fill = (keys: number): string =>
      `api.${area}.evictMetadata(); for (let i = 0; i < ${keys}; i += 1) api.${area}.setMetadata('k' + i, 'v');`;
    expect((await runBody(runtime, fill(25))).outcome.decision).toEqual({ kind: 'allow' });
    expect(failureOf((await runBody(runtime, fill(26))).outcome)).toMatch(/has 25 keys already/);
  });
});

describe('without a session or a refresh token', () => {
  const event = Object.fromEntries(Object.entries(EVENT).filter(([part]) => part !== 'session'));

  test('no session metadata can be set, and emptying it does nothing', async () => {
    const refused = await runBody(runtime, `api.session.setMetadata('a', '1')`, { event });
    expect(failureOf(refused.outcome)).toMatch(/on a session that does not exist/);
    const body = `api.session.deleteMetadata('a'); api.session.evictMetadata(); api.session.setCookieMode('persistent');
      console.log(String(event.session));`;
    const { outcome, log } = await runBody(runtime, body, { event });
    expect([outcome.session, log]).toEqual([{ revoked: false }, 'undefined']);
  });

  test('metadata of the refresh token to come can be set, and the event shows no token', async () => {
    const body = `api.refreshToken.setMetadata('a', '1'); console.log(String(event.refresh_token));`;
    const { outcome, log } = await runBody(runtime, body, { event });
    expect([outcome.refreshToken, log]).toEqual([{ revoked: false, metadata: { a: '1' } }, 'undefined']);
  });

  test.each(['setMetadata("a", "b")', 'setExpiresAt(1)', 'evictMetadata()'])(
    'an online refresh token is left alone: %s',
    async (call) => {
      const online = { ...event, refresh_token: { id: 'rt', access: 'online' } };
      const { outcome } = await runBody(runtime, `api.refreshToken.${call}`, { event: online });
      expect(failureOf(outcome)).toMatch(/on an online refresh token/);
    },
  );
});

describe('the session', () => {
  test('shows the Action itself what it has set at once, and later ones the cookie too', async () => {
    const outcome = await runtime.runPostLogin({
      actions: [
        action(
          `api.session.setMetadata('new', '1'); api.session.setCookieMode('non-persistent');
           console.log(JSON.stringify([event.session.metadata, event.session.cookie]));
           api.session.evictMetadata(); console.log(JSON.stringify(event.session.metadata));`,
          { name: 'one' },
        ),
        action('console.log(JSON.stringify(event.session.cookie))', { name: 'two' }),
      ],
      event: EVENT,
    });
    expect(outcome.trace.map(({ logs }) => logs)).toEqual([
      ['[{"kept":"yes","new":"1"},{"mode":"non-persistent"}]', '{}'],
      ['{"mode":"non-persistent"}'],
    ]);
  });

  test('keeps its metadata, and later Actions see the change', async () => {
    const outcome = await runtime.runPostLogin({
      actions: [
        action(`api.session.setMetadata('new', '1')`, { name: 'one' }),
        action('console.log(JSON.stringify(event.session.metadata))', { name: 'two' }),
      ],
      event: EVENT,
    });
    expect(outcome.session?.metadata).toEqual({ kept: 'yes', new: '1' });
    expect(outcome.trace[1]?.logs).toEqual(['{"kept":"yes","new":"1"}']);
  });

  test('is ended, and the login denied, by revoke', async () => {
    const { outcome } = await runBody(runtime, `api.session.revoke('stolen')`);
    expect(outcome).toMatchObject({
      decision: { kind: 'deny', reason: 'stolen' },
      session: { revoked: true },
    });
  });
});

describe('api.refreshToken.revoke', () => {
  test('denies a refresh', async () => {
    const { outcome } = await runBody(runtime, `api.refreshToken.revoke('stolen')`, {
      event: eventWith('transaction', { protocol: 'oauth2-refresh-token' }),
    });
    expect(outcome).toMatchObject({
      decision: { kind: 'deny', reason: 'stolen' },
      refreshToken: { revoked: true },
    });
  });

  test('is refused in every other login', async () => {
    const { outcome } = await runBody(runtime, `api.refreshToken.revoke('stolen')`);
    expect(failureOf(outcome)).toMatch(/refresh token exchange only/);
  });
});
