import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createBrowser } from '../../../scripts/login/local/browser.ts';
import { issueManagementToken } from '../../../scripts/local-tenant/management-tokens.ts';
import { openTraces } from '../../../scripts/local-tenant/login/traces.ts';
import type { LoginTrace, Traces } from '../../../scripts/local-tenant/login/traces.ts';
import { openStore } from '../../../scripts/local-tenant/store/store.ts';
import {
  APPLICATION,
  DIDIT_CONNECTION,
  existing,
  NOW,
  startTenant,
  TENANT_URL,
} from './tenant-under-test.ts';
import type { TenantUnderTest } from './tenant-under-test.ts';

const ADULT = 'oauth2|didit|6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01';

/** What the list and the tenant's log say of logins of which no Action had a say. */
const endingsOf = ({ context, collections }: TenantUnderTest) => ({
  listed: openTraces(context)
    .summaries()
    .map(({ kind, outcome, code, application }) => ({ kind, outcome, code, application })),
  logged: collections
    .things('/logs')
    .all()
    .map(({ type }) => type),
});

describe('a login that ends before its Actions', () => {
  const application = `Client ${APPLICATION.clientId}`;
  const disable = (tenant: TenantUnderTest): void => {
    tenant.updateConnection({ enabled_clients: [] });
  };
  const withoutScript = (tenant: TenantUnderTest): void => {
    tenant.updateConnection({ options: { ...DIDIT_CONNECTION.options, scripts: {} } });
  };
  test.each([
    ['who refuses at Didit', { persona: 'declines' }, undefined, 'access_denied'],
    ['whose profile cannot be read', {}, withoutScript, 'invalid_request'],
    ['at an application without the connection', {}, disable, 'invalid_request'],
  ])('is listed and logged: of somebody %s', async (_, options, prepare, code) => {
    const tenant = await startTenant();
    prepare?.(tenant);
    expect((await tenant.signIn(options)).kind).toBe('denied');
    expect(endingsOf(tenant)).toEqual({
      listed: [{ kind: 'login', outcome: 'failed', code, application }],
      logged: ['f'],
    });
    expect(tenant.runs).toEqual([]);
  });

  test.each([
    ['the wrong callback', { redirect_uri: 'https://elsewhere.example/' }, 'login', 'f'],
    ['no session', { prompt: 'none' }, 'silent', 'fsa'],
    ['an unknown response type', { response_type: 'nothing' }, 'login', 'f'],
  ])('is listed and logged: of a request with %s', async (_, parameters, kind, type) => {
    const tenant = await startTenant();
    const { url } = await tenant
      .authorize(parameters)
      .then((arrival) => ('page' in arrival ? arrival.page : arrival));
    expect(String(url)).not.toContain('code=');
    expect(endingsOf(tenant)).toMatchObject({
      listed: [{ kind, outcome: 'failed', application }],
      logged: [type],
    });
  });

  test('keeps what the application asked for, and nothing that names a person', async () => {
    const tenant = await startTenant();
    await tenant.callbackOf({ prompt: 'none', state: 'state-4711', login_hint: 'ada@mail.example' });
    const [trace] = openTraces(tenant.context).all();
    expect(trace?.event).toMatchObject({ request: { query: { state: 'state-4711' } } });
    expect(JSON.stringify(trace)).not.toContain('ada@mail.example');
  });

  test('is no login that the Actions end, nor a page that asks again', async () => {
    const tenant = await startTenant();
    await tenant.signedIn();
    tenant.setActions(() => ({ decision: { kind: 'deny', reason: 'not today' } }));
    await tenant.signIn();
    expect(endingsOf(tenant).logged).toEqual(['s', 'seacft', 'f']);
    expect(endingsOf(tenant).listed.map(({ outcome }) => outcome)).toEqual(['denied', 'allowed']);
  });
});

describe('the trace of a login', () => {
  test('is there for whoever may read users, and tells what changed', async () => {
    const tenant = await startTenant();
    const actionTrace = {
      action: 'example-action',
      handler: 'onExecutePostLogin' as const,
      milliseconds: 3,
      calls: [{ method: 'api.user.setAppMetadata', arguments: ['didit', true] }],
      logs: ['hello'],
      requests: [],
      notes: [],
    };
    tenant.setActions(() => ({
      appMetadata: { didit: true },
      idTokenClaims: { 'https://example.com/verified': true },
      trace: [actionTrace],
    }));
    const { loginId } = await tenant.signedIn();
    const path = `${TENANT_URL}/local-tenant/logins/${existing(loginId)}`;
    expect((await tenant.fetch(path)).status).toBe(401);
    const weak = await issueManagementToken(tenant.context, { clientId: 'x', scope: ['read:clients'] });
    expect((await tenant.fetch(path, { headers: { authorization: `Bearer ${weak}` } })).status).toBe(401);
    const token = await issueManagementToken(tenant.context, { clientId: 'x', scope: ['read:users'] });
    const answer = await tenant.fetch(path, { headers: { authorization: `Bearer ${token}` } });
    expect(await answer.json()).toEqual({
      id: loginId,
      at: new Date(NOW).toISOString(),
      client_id: APPLICATION.clientId,
      connection: 'didit',
      user_id: ADULT,
      protocol: 'oidc-basic-profile',
      tag: null,
      event: expect.objectContaining({
        user: expect.objectContaining({ user_id: ADULT }) as unknown,
      }) as unknown,
      decision: { kind: 'allow' },
      user: {
        root: expect.objectContaining({ didit_profile: { verified: true } }) as unknown,
        identities: [expect.objectContaining({ connection: 'didit' }) as unknown],
      },
      actions: [actionTrace],
      metadata_before: { app_metadata: {}, user_metadata: {} },
      metadata_after: { app_metadata: { didit: true }, user_metadata: {} },
      id_token_claims: { 'https://example.com/verified': true },
      access_token_claims: {},
      tokens: {
        id_token: {
          header: expect.objectContaining({ alg: 'RS256' }) as unknown,
          payload: expect.objectContaining({ sub: ADULT }) as unknown,
        },
        access_token: null,
      },
    });
  });

  test('only the newest are kept, newest first, and as many as somebody has said', async () => {
    const store = openStore(undefined);
    openTraces({ store }).keepAtMost(5);
    const tenant = await startTenant({ store });
    const browser = createBrowser(tenant.fetch);
    await tenant.signedIn({ browser });
    let last = '';
    for (let count = 0; count < 8; count += 1) {
      const arrival = await tenant.authorize({}, browser);
      last = arrival.kind === 'stopped' ? (arrival.headers.get('x-local-tenant-login') ?? '') : '';
    }
    const token = await issueManagementToken(tenant.context, { clientId: 'x', scope: ['read:users'] });
    const answer = await tenant.fetch(`${TENANT_URL}/local-tenant/logins`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const traces: unknown = await answer.json();
    expect(traces).toHaveLength(5);
    expect(traces).toHaveProperty('0.id', last);
  });
});

describe('what is kept of logins', () => {
  const traceNamed = (id: string): LoginTrace => ({
    id,
    at: new Date(NOW).toISOString(),
    client_id: APPLICATION.clientId,
    connection: 'didit',
    user_id: ADULT,
    protocol: 'oidc-basic-profile',
    tag: null,
    decision: { kind: 'allow' },
    event: {},
    user: { root: {}, identities: [] },
    actions: [],
    metadata_before: { app_metadata: {}, user_metadata: {} },
    metadata_after: { app_metadata: {}, user_metadata: {} },
    id_token_claims: {},
    access_token_claims: {},
  });
  const idsOf = (traces: Traces): readonly string[] => traces.summaries().map(({ id }) => id);

  test('is the newest, and what is pinned, in any order of events, and the same after a restart', () => {
    const step = fc.oneof(
      fc.record({ record: fc.integer({ min: 0, max: 9 }) }),
      fc.record({ pin: fc.integer({ min: 0, max: 9 }), pinned: fc.boolean() }),
      fc.record({ limit: fc.integer({ min: 1, max: 4 }) }),
      fc.constant({ clear: true }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const store = openStore(undefined);
        const traces = openTraces({ store });
        // What should be there, oldest first, by a list that is walked anew each time.
        let model: { id: string; pinned: boolean }[] = [];
        let limit = traces.limit;
        const makeRoom = (): void => {
          while (model.length > limit && model.some(({ pinned }) => !pinned))
            model.splice(
              model.findIndex(({ pinned }) => !pinned),
              1,
            );
        };
        for (const [index, each] of steps.entries()) {
          if ('record' in each) {
            traces.record(traceNamed(`${index}`));
            model.push({ id: `${index}`, pinned: false });
          } else if ('pin' in each) {
            const chosen = model[each.pin];
            if (chosen !== undefined) {
              traces.pin(chosen.id, each.pinned);
              chosen.pinned = each.pinned;
            }
          } else if ('limit' in each) {
            traces.keepAtMost(each.limit);
            limit = each.limit;
          } else {
            traces.clear();
            model = model.filter(({ pinned }) => pinned);
          }
          makeRoom();
          if ('record' in each || 'limit' in each || 'clear' in each)
            expect(idsOf(traces)).toEqual(model.map(({ id }) => id).reverse());
        }
        expect(idsOf(openTraces({ store }))).toEqual(idsOf(traces));
        expect(traces.all().map(({ id }) => id)).toEqual(idsOf(traces));
      }),
    );
  });

  test('is told of when it is kept, and not when its transaction is rolled back', () => {
    const store = openStore(undefined);
    const traces = openTraces({ store });
    const told: string[] = [];
    const unsubscribe = traces.subscribe(({ id }) => told.push(id));
    store.transaction(() => {
      traces.record(traceNamed('kept'));
      expect(told).toEqual([]);
    });
    expect(() =>
      store.transaction(() => {
        traces.record(traceNamed('lost'));
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(told).toEqual(['kept']);
    expect(idsOf(traces)).toEqual(['kept']);
    unsubscribe();
    traces.record(traceNamed('quiet'));
    expect(told).toEqual(['kept']);
  });

  test('of tokens is what they say, without the signature', () => {
    const traces = openTraces({ store: openStore(undefined) });
    traces.record(traceNamed('one'));
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    traces.keepToken('one', 'id_token', `${part({ alg: 'RS256' })}.${part({ sub: 'x' })}.signature`);
    traces.keepToken('one', 'access_token', 'opaque');
    traces.keepToken('never', 'id_token', 'a.b.c');
    expect(traces.find('one')?.tokens).toEqual({
      id_token: { header: { alg: 'RS256' }, payload: { sub: 'x' } },
      access_token: null,
    });
    expect(JSON.stringify(traces.all())).not.toContain('signature');
  });
});
