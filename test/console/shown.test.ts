import { describe, expect, test } from 'vitest';
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
});
