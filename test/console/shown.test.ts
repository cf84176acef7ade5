import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../scripts/base/json-values.ts';
import type { LoginTrace } from '../../scripts/local-tenant/index.ts';
import { actionOf, eventOf, MANAGEMENT, openConsole, subjectOf, traceOf } from './console-under-test.ts';

const IMPORTED = {
  user_id: 'auth0|ada-4711',
  email: 'ada.lovelace@mail.example',
  name: 'Ada Lovelace',
  nickname: 'lovelace',
};

describe('a user that somebody imported', () => {
  const identities = [{ provider: 'auth0', connection: 'Users', user_id: 'ada-4711', isSocial: false }];
  const trace = () =>
    traceOf('adult', {
      user_id: IMPORTED.user_id,
      event: eventOf(IMPORTED.user_id, identities, {
        ...IMPORTED,
        app_metadata: { iban: 'DE02120300000000202051' },
      }),
      metadata_after: {
        app_metadata: { iban: 'DE02120300000000202051', birthdate: '1815-12-10' },
        user_metadata: {},
      },
      id_token_claims: { birthdate: '1815-12-10' },
      tokens: {
        id_token: {
          header: { alg: 'RS256' },
          payload: { sub: IMPORTED.user_id, email: IMPORTED.email, birthdate: '1815-12-10' },
        },
        access_token: null,
      },
      actions: [
        actionOf('other', {
          calls: [{ method: 'api.idToken.setCustomClaim', arguments: ['birthdate', '1815-12-10'] }],
          logs: [`hello ${IMPORTED.name} <${IMPORTED.email}>`],
          requests: [{ method: 'GET', url: `https://crm.example/${IMPORTED.email}`, status: 200 }],
        }),
      ],
    });

  test('is masked on every page and in every download, until somebody asks for the personal data', async () => {
    const console = await openConsole();
    const login = trace();
    console.traces.record(login);
    const personal = [...Object.values(IMPORTED), 'DE02120300000000202051', '1815-12-10', 'ada-4711'];
    const path = `/console/logins/${login.id}`;
    for (const [address, accept] of [
      ['/console', 'text/html'],
      ['/console', 'application/json'],
      [path, 'text/html'],
      [path, 'application/json'],
      ['/console/logins.jsonl', '*/*'],
    ] as const) {
      const text = await (await console.see(address, { headers: { accept } })).text();
      for (const value of personal) expect(text, `${address} ${accept}`).not.toContain(value);
      expect(text).toContain('auth0|•••');
    }
    const asked = await (await console.see(`${path}?personal=show`)).text();
    for (const value of personal) expect(asked).toContain(value);
  });

  const profileData = { email: 'ada.private@home.example', nickname: 'countess' };
  const linked = [
    ...identities,
    { provider: 'oauth2', connection: 'crm', user_id: 'crm|1', isSocial: true, profileData },
  ];
  const withEvent = (event: JsonObject): LoginTrace => ({
    ...trace(),
    event: { ...eventOf(IMPORTED.user_id, linked, IMPORTED), ...event },
    user: {
      root: { ...IMPORTED, badge: 'BADGE-99812', crm: { iban: 'ES9121000418450200051332' } },
      identities: linked,
    },
  });
  const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const logged = (...logs: readonly string[]): Partial<LoginTrace> => ({
    actions: [actionOf('other', { logs })],
  });

  test.each<readonly [string, Partial<LoginTrace>, readonly string[]]>([
    [
      'the reason of a denial',
      { decision: { kind: 'deny', reason: 'not_now: Ada Lovelace' } },
      ['Ada Lovelace'],
    ],
    ['an error', { decision: { kind: 'error', message: 'no ada.lovelace@mail.example' } }, ['ada.lovelace@']],
    [
      'the tag of a denied login',
      { decision: { kind: 'deny', reason: 'no' }, tag: 'of-ada-4711' },
      ['ada-4711'],
    ],
    ['an attribute that no event shows', logged('badge BADGE-99812'), ['BADGE-99812']],
    ['a part of such an attribute', logged('from ES9121000418450200051332'), ['ES9121']],
    ['a linked identity', logged('ada.private@home.example', 'dear countess'), ['ada.private', 'countess']],
    ['an address', logged('https://crm.example/?m=ada.lovelace%40mail.example'), ['mail.example']],
    ['other letters', logged('Ada.Lovelace@MAIL.example'), ['Ada.Lovelace']],
    ['JSON of ASCII', logged('"ada.lovelace\\u0040mail.example"'), ['mail.example']],
    [
      'a hint',
      { event: withEvent({ request: { query: { login_hint: 'a.l@old.example' } } }).event },
      ['a.l@old'],
    ],
    [
      'a token of hers',
      {
        event: withEvent({ request: { query: { t: `${encoded({ alg: 'none' })}.${encoded(IMPORTED)}.` } } })
          .event,
      },
      [encoded(IMPORTED).slice(0, 40)],
    ],
  ])('is masked in %s, on every page', async (_, changes, personal) => {
    const { see, traces } = await openConsole();
    const login = { ...withEvent({}), ...changes };
    traces.record(login);
    const path = `/console/logins/${login.id}`;
    for (const address of ['/console', path, '/console/logins.jsonl'])
      for (const accept of ['text/html', 'application/json']) {
        const text = await (await see(address, { headers: { accept } })).text();
        for (const value of personal) expect(text, `${address} ${accept}`).not.toContain(value);
      }
    const asked = await (
      await see(`${path}?personal=show`, { headers: { accept: 'application/json' } })
    ).text();
    for (const value of personal) expect(asked.replaceAll('\\\\u0040', '\\u0040')).toContain(value);
  });

  test('is masked where a login is run again', { tags: ['long'] }, async () => {
    const { see, traces } = await openConsole();
    const login = { ...withEvent({}), decision: { kind: 'deny', reason: 'not_now: Ada Lovelace' } } as const;
    traces.record(login);
    const path = `/console/logins/${login.id}/again`;
    const text = await (await see(path, { headers: { accept: 'application/json' } })).text();
    expect(text).toContain('not_now: •••');
    expect(text).not.toContain('Ada Lovelace');
  });

  test('is masked in the sentence with which an organization refuses somebody whom it does not know', async () => {
    const { see, json, traces } = await openConsole();
    const refused = (id: string) =>
      traceOf('adult', {
        user_id: '',
        event: { client: { name: 'Shop' } },
        user: { root: {}, identities: [] },
        decision: {
          kind: 'refused',
          code: 'access_denied',
          message: `user ${id} is not part of the org_1 organization`,
        },
      });
    const [imported, persona] = [refused('auth0|ada-4711'), refused(`oauth2|didit|${subjectOf('adult')}`)];
    for (const login of [imported, persona]) traces.record(login);
    for (const address of ['/console', `/console/logins/${imported.id}`, '/console/logins.jsonl'])
      expect(await (await see(address)).text(), address).not.toContain('ada-4711');
    expect(await json(`/console/logins/${persona.id}`)).toMatchObject({
      masked: false,
      login: { reason: persona.decision.kind === 'refused' ? persona.decision.message : '' },
    });
  });

  test('is shown as it is where it is one of the personas', async () => {
    const { json, traces } = await openConsole();
    const login = traceOf('minor', {
      metadata_after: { app_metadata: { name: 'Mia Young' }, user_metadata: {} },
    });
    traces.record(login);
    expect(await json(`/console/logins/${login.id}`)).toMatchObject({
      masked: false,
      metadata: [{ after: 'Mia Young' }],
      login: { person: 'minor' },
    });
    expect(subjectOf('minor')).not.toBe('');
  });
});

describe('secrets', () => {
  test('of Actions, applications and connections, and signatures, are on no page, however they are written', async () => {
    const { see, traces, collections } = await openConsole();
    const [ofAction, ofClient, ofConnection] = [
      'action-secret-4711',
      'client "secret" 0815',
      'connection-secret-42',
    ];
    const at = '2026-01-01T00:00:00.000Z';
    const version = {
      code: '',
      runtime: 'node22',
      dependencies: [],
      secrets: [{ name: 'KEY', value: ofAction, updated_at: at }],
    };
    collections.actions.put('a', {
      id: 'a',
      name: 'a',
      supported_triggers: [],
      draft: { ...version, secrets: [] },
      built_at: 0,
      deployed_version_id: 'v2',
      created_at: at,
      updated_at: at,
    });
    // An earlier version: its secret may stand in an earlier login.
    collections.actionVersions.put('v1', { ...version, id: 'v1', action_id: 'a', number: 1, created_at: at });
    collections.clients.put('c', { client_id: 'c', client_secret: ofClient, name: 'c', settings: {} });
    collections.connections.put('n', {
      id: 'n',
      name: 'n',
      strategy: 'oauth2',
      options: { client_secret: ofConnection },
      enabled_clients: [],
      metadata: {},
      settings: {},
    });
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';
    const secrets = [ofAction, ofClient, ofConnection, MANAGEMENT.clientSecret];
    const handover = `${'s'.repeat(43)}{"source":"event"}`;
    const trace = traceOf('adult', {
      tag: ofAction,
      decision: { kind: 'deny', reason: `because ${ofConnection}` },
      id_token_claims: { [`https://x.example/${ofAction}`]: ofClient },
      actions: [
        actionOf('x', {
          logs: [
            ...secrets,
            Buffer.from(ofAction).toString('base64'),
            encodeURIComponent(ofClient),
            `token ${jwt}`,
          ],
          calls: [{ method: 'api.transaction.setMetadata', arguments: ['didit_login', handover] }],
          error: ofAction,
        }),
      ],
    });
    traces.record(trace);
    const hidden = [
      ...secrets,
      JSON.stringify(ofClient).slice(1, -1),
      Buffer.from(ofAction).toString('base64'),
      'c2lnbmF0dXJlLW9mLXRoZS10b2tlbg',
      's'.repeat(43),
    ];
    for (const path of ['/console', `/console/logins/${trace.id}`, '/console/logins.jsonl'])
      for (const accept of ['text/html', 'application/json']) {
        const text = (await (await see(path, { headers: { accept } })).text()).replaceAll('&quot;', '"');
        for (const value of hidden) expect(text, `${path} ${accept}`).not.toContain(value);
      }
  });

  const at = '2026-01-01T00:00:00.000Z';
  const LONG = 'k3y/+='.repeat(60);
  const DIGITS = '8274619350172';
  const SIGNATURE = 'c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';
  const JWT = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.${SIGNATURE}`;
  const HANDOVER = `${'s'.repeat(43)}{"source":"event"}`;

  test.each<readonly [string, Partial<LoginTrace['actions'][number]>, string]>([
    ['a header of a connection', { logs: ['with header-secret-0001'] }, 'header-secret-0001'],
    ['metadata of an application', { logs: ['with metadata-key-0001'] }, 'metadata-key-0001'],
    ['an API', { error: 'with signing-secret-0001' }, 'signing-secret-0001'],
    [
      'an Action, of digits, as a number',
      {
        calls: [{ method: 'api.idToken.setCustomClaim', arguments: ['https://x.example/n', Number(DIGITS)] }],
      },
      DIGITS,
    ],
    [
      'an Action, longer than what is kept of a log',
      { logs: ['key ', LONG.slice(0, 252)] },
      LONG.slice(0, 12),
    ],
    [
      'an Action, cut in JSON',
      { logs: [`${'-'.repeat(220)}{"KEY":"${LONG}`.slice(0, 256)] },
      LONG.slice(0, 12),
    ],
    [
      'an Action, cut in an address',
      { logs: [`${'-'.repeat(217)}${encodeURIComponent(LONG)}`.slice(0, 256)] },
      'k3y%2F',
    ],
    [
      'a token, in JSON behind the end of a line',
      { logs: [JSON.stringify({ said: `token:\n${JWT}` })] },
      SIGNATURE,
    ],
    ['a token, in an address', { logs: [encodeURIComponent(`https://a.example/?token=${JWT}`)] }, SIGNATURE],
    ['a token, in code of ASCII', { logs: [`token\\x3d${JWT}`, `token\\u003d${JWT}`] }, SIGNATURE],
    ['a hand-over, in JSON', { logs: [JSON.stringify({ didit_login: HANDOVER })] }, 's'.repeat(43)],
    ['a hand-over, in an address', { logs: [`?m=${encodeURIComponent(HANDOVER)}`] }, 's'.repeat(43)],
  ])('of %s, are on no page', async (_, action, secret) => {
    const { see, traces, collections } = await openConsole();
    const version = {
      code: '',
      runtime: 'node22',
      dependencies: [],
      secrets: [LONG, DIGITS].map((value, index) => ({ name: `KEY_${index}`, value, updated_at: at })),
    };
    collections.actionVersions.put('v1', { ...version, id: 'v1', action_id: 'a', number: 1, created_at: at });
    collections.clients.put('c', {
      client_id: 'c',
      client_secret: 'client-secret-0001',
      name: 'c',
      settings: {
        client_metadata: { partner_key: 'metadata-key-0001' },
        refresh_token: { rotation_type: 'rotating' },
      },
    });
    collections.connections.put('n', {
      id: 'n',
      name: 'n',
      strategy: 'oauth2',
      options: { customHeaders: { 'X-Partner': 'header-secret-0001' } },
      enabled_clients: [],
      metadata: {},
      settings: {},
    });
    collections
      .things('/resource-servers')
      .put('r', { identifier: 'r', signing_secret: 'signing-secret-0001' });
    const trace = traceOf('adult', {
      actions: [actionOf('x', action), actionOf('y', { logs: ['rotating'] })],
    });
    traces.record(trace);
    for (const path of [`/console/logins/${trace.id}`, '/console/logins.jsonl'])
      for (const accept of ['text/html', 'application/json']) {
        const text = await (await see(path, { headers: { accept } })).text();
        expect(text, `${path} ${accept}`).not.toContain(secret);
        expect(text).toContain('rotating');
      }
  });
});
