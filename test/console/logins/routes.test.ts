import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actionOf, CONSOLE_URL, openConsole, traceOf } from '../console-under-test.ts';
import type { ConsoleUnderTest } from '../console-under-test.ts';

const post = (form: Readonly<Record<string, string>>) => ({
  method: 'POST',
  headers: { origin: CONSOLE_URL, 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(form).toString(),
});

const denied = (code: string) => ({ decision: { kind: 'deny' as const, reason: `${code}: Not today.` } });

const idsIn = async ({ json }: ConsoleUnderTest, path: string): Promise<readonly unknown[]> => {
  const { logins } = await json(path);
  return (Array.isArray(logins) ? logins : []).map((login) => (login as { id: string }).id);
};

describe('the list of logins', () => {
  test('names the person, the code of a denial and what took the time, newest first', async () => {
    const { json, traces } = await openConsole();
    traces.record(
      traceOf('adult', {
        id: 'first',
        actions: [actionOf('a', { milliseconds: 2 }), actionOf('b', { milliseconds: 3 })],
      }),
    );
    traces.record(traceOf('minor', { id: 'second', ...denied('didit_age_under_18'), tag: 'checkout' }));
    expect(await json('/console')).toMatchObject({
      kept: 2,
      limit: 2000,
      logins: [
        {
          id: 'second',
          person: 'minor',
          application: 'Shop',
          kind: 'login',
          outcome: 'denied',
          code: 'didit_age_under_18',
          tag: 'checkout',
        },
        {
          id: 'first',
          person: 'adult',
          outcome: 'allowed',
          code: null,
          milliseconds: 5,
          actions: [
            { action: 'a', milliseconds: 2 },
            { action: 'b', milliseconds: 3 },
          ],
        },
      ],
    });
  });

  test.each([
    ['person=minor', ['c', 'b']],
    ['outcome=denied', ['b']],
    ['code=didit_age_under_18', ['b']],
    ['tag=checkout', ['c']],
    ['kind=refresh', ['d']],
    ['text=not+TODAY', ['b']],
    ['text=minor&outcome=allowed', ['c']],
    ['person=nobody', []],
    ['person=&text=', ['d', 'c', 'b', 'a']],
  ])('is narrowed down by its address: ?%s', async (query, ids) => {
    const console = await openConsole();
    console.traces.record(traceOf('adult', { id: 'a' }));
    console.traces.record(traceOf('minor', { id: 'b', ...denied('didit_age_under_18') }));
    console.traces.record(traceOf('minor', { id: 'c', tag: 'checkout' }));
    console.traces.record(traceOf('adult', { id: 'd', protocol: 'oauth2-refresh-token' }));
    expect(await idsIn(console, `/console?${query}`)).toEqual(ids);
    const page = await (await console.see(`/console?${query}`, { headers: { accept: 'text/html' } })).text();
    expect([...page.matchAll(/id="login-(\w+)"/g)].map(([, id]) => id)).toEqual(ids);
    const lines = await (await console.see(`/console/logins.jsonl?${query}`)).text();
    expect(
      lines
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { login: { id: string } }).login.id),
    ).toEqual(ids);
  });

  test('keeps what is pinned when the rest is cleared, or goes to make room', async () => {
    const console = await openConsole();
    for (const id of ['a', 'b', 'c']) console.traces.record(traceOf('adult', { id }));
    await console.see('/console/pin', post({ pin: 'a' }));
    await console.see('/console/keep', post({ limit: '2' }));
    expect(await idsIn(console, '/console')).toEqual(['c', 'a']);
    console.traces.record(traceOf('adult', { id: 'd' }));
    expect(await idsIn(console, '/console')).toEqual(['d', 'a']);
    await console.see('/console/clear', post({}));
    expect(await idsIn(console, '/console')).toEqual(['a']);
    await console.see('/console/pin', post({ unpin: 'a' }));
    await console.see('/console/clear', post({}));
    expect(await idsIn(console, '/console')).toEqual([]);
    expect((await console.see('/console/keep', post({ limit: '0' }))).status).toBe(400);
  });

  test('tells an open page of each login with one row, those that it has missed first, and of no other', async () => {
    const console = await openConsole();
    for (const id of ['a', 'b', 'c']) console.traces.record(traceOf('minor', { id }));
    const answer = await console.see('/console/live?person=minor&after=1');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let said = '';
    const saysSoon = async (text: string): Promise<void> => {
      while (!said.includes(text)) said += (await reader?.read())?.value ?? '';
    };
    await saysSoon('event: ready');
    console.traces.record(traceOf('adult', { id: 'other' }));
    console.traces.record(traceOf('minor', { id: 'd' }));
    await saysSoon('login-d');
    await reader?.cancel();
    expect(
      [...said.matchAll(/event: (\w+)\ndata: (?:<tr id="([\w-]+)")?/g)].map(([, ...event]) => event),
    ).toEqual([
      ['login', 'login-b'],
      ['login', 'login-c'],
      ['ready', undefined],
      ['login', 'login-d'],
    ]);
  });

  test('shows names with markup and marks of direction as what they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '\u202e', '\u200b', 'a', 'script', '/') }),
        async (name) => {
          const { see, traces } = await openConsole();
          const trace = traceOf('adult', { tag: name });
          traces.record({
            ...trace,
            event: { ...trace.event, client: { name: `x${name}`, metadata: {} } },
            actions: [actionOf(name, { logs: [name] })],
          });
          for (const path of ['/console', `/console/logins/${trace.id}`]) {
            const page = await (await see(path)).text();
            expect(page).not.toMatch(/[\u202e\u200b]/);
            expect(page.match(/<script/g)).toHaveLength(1);
            // In markup that somebody's name has changed, tags would no longer be in pairs.
            for (const tag of ['td', 'tr', 'code', 'table'])
              expect(page.match(new RegExp(`<${tag}[ >]`, 'g'))?.length).toBe(
                page.match(new RegExp(`</${tag}>`, 'g'))?.length,
              );
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("a login's page", () => {
  test('names the rule behind a denial, its level and its line of tenant.yaml', async () => {
    const { json, traces } = await openConsole();
    const trace = traceOf('unverified', denied('didit_not_verified'));
    const event = {
      ...trace.event,
      client: { name: 'Didit Sample Application', metadata: { didit_policy: 'require=verified' } },
      organization: { name: 'acme', metadata: {} },
    };
    traces.record({
      ...trace,
      event,
      actions: [
        actionOf('didit-access-policy', { calls: [{ method: 'api.access.deny', arguments: ['x'] }] }),
      ],
    });
    const { decision } = await json(`/console/logins/${trace.id}`);
    expect(decision).toMatchObject({
      outcome: 'denied',
      code: 'didit_not_verified',
      action: 'didit-access-policy',
      rule: {
        setting: 'require=verified',
        level: 'client',
        of: 'Didit Sample Application',
        line: expect.any(Number) as number,
      },
    });
  });

  test('finds the rule at the organization of the login, too', async () => {
    const { json, traces } = await openConsole();
    const trace = traceOf('unverified', denied('didit_not_verified'));
    traces.record({
      ...trace,
      event: {
        ...trace.event,
        organization: { name: 'acme', metadata: { didit_policy: 'require=verified' } },
      },
    });
    expect((await json(`/console/logins/${trace.id}`))['decision']).toMatchObject({
      rule: { level: 'organization', of: 'acme', line: null },
    });
  });

  test('sets claims that were given beside those that were asked for and dropped, with why', async () => {
    const { json, traces } = await openConsole();
    const set = (token: string, name: string, value: unknown) => ({
      method: `api.${token}.setCustomClaim`,
      arguments: [name, value],
    });
    const trace = traceOf('adult', {
      id_token_claims: { 'https://example.com/tier': 'gold' },
      actions: [
        actionOf('loyalty', {
          calls: [
            set('idToken', 'https://example.com/tier', 'gold'),
            set('idToken', 'https://auth0.com/x', 1),
            set('accessToken', 'https://example.com/tier', 'gold'),
          ],
          notes: [
            'Dropped silently: the namespace of "https://auth0.com/x" is Auth0\'s own.',
            'Dropped silently: the access token is opaque, since no audience was asked for, and shows no claims.',
          ],
        }),
      ],
    });
    traces.record(trace);
    const { claims } = await json(`/console/logins/${trace.id}`);
    expect(claims).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          token: 'id_token',
          name: 'https://example.com/tier',
          given: 'gold',
          why: null,
          origin: { from: 'Action loyalty', level: null },
        }),
        expect.objectContaining({
          token: 'id_token',
          name: 'https://auth0.com/x',
          asked: 1,
          why: expect.stringContaining("Auth0's own") as string,
        }),
        expect.objectContaining({
          token: 'access_token',
          name: 'https://example.com/tier',
          why: expect.stringContaining('opaque') as string,
        }),
      ]),
    );
  });

  test('knows a claim of ours, and the record of evidence, whatever they are called in tenant.yaml', async () => {
    const { json, traces } = await openConsole();
    const trace = traceOf('adult', {
      at: '2026-11-26T12:00:00.000Z',
      id_token_claims: { 'https://example.com/didit/verified': true },
      metadata_after: {
        app_metadata: {
          didit: { somebody: 'else' },
          didit_eu: { schema_version: 2, source: 'event', synced_at: '2026-11-26T11:00:00Z' },
        },
        user_metadata: {},
      },
      actions: [
        actionOf('our-claims', {
          calls: [
            { method: 'api.idToken.setCustomClaim', arguments: ['https://example.com/didit/verified', true] },
          ],
        }),
      ],
    });
    const connection = { name: 'didit', metadata: { didit_claims: 'namespace=https://example.com/didit/' } };
    traces.record({ ...trace, event: { ...trace.event, connection } });
    expect(await json(`/console/logins/${trace.id}`)).toMatchObject({
      evidence: { source: 'event', asked_at: '2026-11-26T11:00:00.000Z', age_seconds: 3600 },
      claims: expect.arrayContaining([
        expect.objectContaining({
          name: 'https://example.com/didit/verified',
          given: true,
          origin: { from: 'didit_claims id_token', level: 'default' },
        }),
      ]) as unknown,
    });
  });

  test('shows what of the event and the metadata changed', async () => {
    const { json, traces } = await openConsole();
    const trace = traceOf('adult', {
      metadata_before: { app_metadata: { didit: { verified: false }, tier: 'gold' }, user_metadata: {} },
      metadata_after: { app_metadata: { didit: { verified: true } }, user_metadata: { seen: {} } },
      actions: [
        actionOf('one', { given: { transaction: {} } }),
        actionOf('two', { given: { transaction: { step: '1' } } }),
      ],
    });
    traces.record(trace);
    const { metadata, actions } = await json(`/console/logins/${trace.id}`);
    expect(metadata).toEqual([
      { path: 'app_metadata.didit.verified', before: false, after: true },
      { path: 'app_metadata.tier', before: 'gold' },
      { path: 'user_metadata.seen', after: {} },
    ]);
    expect(actions).toMatchObject([
      { changed: [] },
      { changed: [{ path: 'transaction.metadata.step', after: '1' }] },
    ]);
  });

  test('says that a login is not kept any more', async () => {
    const { see } = await openConsole();
    expect((await see('/console/logins/gone')).status).toBe(404);
    expect((await see('/console/logins/gone/again')).status).toBe(404);
  });
});
