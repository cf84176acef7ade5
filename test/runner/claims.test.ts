import { describe, expect, test } from 'vitest';
import type { PostLoginOutcome } from '../../scripts/runner/contract.ts';
import type { JsonObject } from '../../scripts/base/json-values.ts';
import { EVENT, eventWith, failureOf, runBody, runtimeForTests } from './run-actions.ts';

const runtime = runtimeForTests();

/** Auth0's list, as its documentation has it. */
const RESTRICTED = `
  acr act active amr at_hash ath attest aud auth_time authorization_details azp c_hash client_id cnf cty dest
  entitlements events exp groups gty htm htu iat internalService iss jcard jku jti jwe jwk kid may_act mky nbf nonce object_id
  org_id org_name orig origid permissions roles rph s_hash sid sip_from_tag sub sub_jwk toe txn typ uuid vot vtm x5t#S256
  https://example.auth0.com/a https://auth0.com/a http://webtask.io/a https://a.webtask.run/b urn:auth0:a
`
  .trim()
  .split(/\s+/);

const KEPT = `
  address birthdate email email_verified family_name gender given_name locale middle_name name nickname phone_number
  phone_number_verified picture preferred_username profile updated_at website zoneinfo
  https://example.com/didit/verified http://notauth0.com/a https://auth0.com.example.com/a plain urn:example:a
`
  .trim()
  .split(/\s+/);

const CLAIMS_OF = { idToken: 'idTokenClaims', accessToken: 'accessTokenClaims' } as const;

const setAll = (token: string, names: readonly string[]): string =>
  `for (const name of ${JSON.stringify(names)}) api.${token}.setCustomClaim(name, name);`;

describe.each(['idToken', 'accessToken'] as const)('api.%s.setCustomClaim', (token) => {
  const claims = (outcome: PostLoginOutcome): JsonObject => outcome[CLAIMS_OF[token]];
  const claim = (value: string): string => `api.${token}.setCustomClaim('https://example.com/a', ${value});`;

  test('drops restricted names and reserved namespaces, and says so in the trace alone', async () => {
    const { outcome, trace } = await runBody(runtime, setAll(token, RESTRICTED));
    expect(outcome.decision).toEqual({ kind: 'allow' });
    expect(claims(outcome)).toEqual({});
    for (const name of RESTRICTED) {
      expect(
        trace.notes.filter((note) => note.includes(`"${name}"`)),
        name,
      ).toHaveLength(1);
    }
  });

  test('keeps every other name', async () => {
    const { outcome, trace } = await runBody(runtime, setAll(token, KEPT));
    expect(claims(outcome)).toEqual(Object.fromEntries(KEPT.map((name) => [name, name])));
    expect(trace.notes).toEqual([]);
  });

  test('throws for "scope" alone', async () => {
    const { outcome } = await runBody(runtime, `api.${token}.setCustomClaim('scope', 'a')`);
    expect(failureOf(outcome)).toMatch(/"scope" cannot be set/);
  });

  test('takes values as JSON has them, as they are at the call', async () => {
    const { outcome } = await runBody(
      runtime,
      `const value = { date: new Date(0), list: [undefined, null], gone: undefined };
       ${claim('value')}
       value.date = 'changed';`,
    );
    expect(claims(outcome)).toEqual({
      'https://example.com/a': { date: '1970-01-01T00:00:00.000Z', list: [null, null] },
    });
  });

  test('leaves out what JSON has no value for', async () => {
    const { outcome, trace } = await runBody(runtime, `${claim('1')} ${claim('undefined')}`);
    expect(claims(outcome)).toEqual({});
    expect(trace.notes).toHaveLength(1);
  });

  test('fails the login for more than 100 kB of claims', async () => {
    const overhead = JSON.stringify({ 'https://example.com/a': '' }).length;
    const most = await runBody(runtime, claim(`'x'.repeat(${100_000 - overhead})`));
    expect(most.outcome.decision).toEqual({ kind: 'allow' });
    const more = await runBody(runtime, claim(`'x'.repeat(${100_001 - overhead})`));
    expect(failureOf(more.outcome)).toBe('The custom claims have 100001 bytes; at most 100000 are allowed.');
  });
});

describe('an access token', () => {
  const body = `api.accessToken.setCustomClaim('https://example.com/a', 1); api.idToken.setCustomClaim('https://example.com/a', 2);`;

  test('that is opaque shows no claims', async () => {
    const event = Object.fromEntries(Object.entries(EVENT).filter(([part]) => part !== 'resource_server'));
    const { outcome, trace } = await runBody(runtime, body, { event });
    expect(outcome).toMatchObject({ accessTokenClaims: {}, idTokenClaims: { 'https://example.com/a': 2 } });
    expect(trace.notes).toHaveLength(1);
  });

  test('for the Management API gets no claims', async () => {
    const event = eventWith('resource_server', { identifier: 'https://tenant.example.com/api/v2/' });
    const { outcome, trace } = await runBody(runtime, body, { event });
    expect(outcome.accessTokenClaims).toEqual({});
    expect(trace.notes).toHaveLength(1);
  });
});

describe('scopes', () => {
  test('are added and removed, the last call for each counting', async () => {
    const { outcome } = await runBody(
      runtime,
      `for (const scope of [' a ', 'c']) api.accessToken.addScope(scope);
       api.accessToken.addScope('b');
       for (const scope of ['b', 'c']) api.accessToken.removeScope(scope);`,
    );
    expect(outcome).toMatchObject({ addedScopes: ['a'], removedScopes: ['c', 'b'] });
  });

  test.each([[`'a b'`], [`''`], ['1'], [`'x'.repeat(281)`]])('refuse %s', async (scope) => {
    const { outcome } = await runBody(runtime, `api.accessToken.addScope(${scope})`);
    expect(failureOf(outcome)).toContain('"scope"');
  });

  test('are 1,000 at most', async () => {
    const add = (count: number): string =>
      `for (let i = 0; i < ${count}; i += 1) api.accessToken.addScope('s' + i); api.accessToken.addScope('s0');`;
    expect((await runBody(runtime, add(1_000))).outcome.decision).toEqual({ kind: 'allow' });
    expect(failureOf((await runBody(runtime, add(1_001))).outcome)).toMatch(/maximum of 1000/);
  });
});
