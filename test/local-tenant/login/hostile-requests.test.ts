import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyCharacter } from '../../any-text.ts';
import { APPLICATION, startTenant, TENANT_URL } from './tenant-under-test.ts';

const NAMES = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'audience',
  'prompt',
  'max_age',
  'connection',
  'organization',
  'code',
  'error',
  'code_challenge',
  'code_challenge_method',
  'returnTo',
  'id_token_hint',
  'logout_hint',
  'request',
  'request_uri',
  'client_assertion',
  'client_assertion_type',
  'post_logout_redirect_uri',
  'grant_type',
  'client_secret',
  'refresh_token',
  'code_verifier',
  'persona',
  'decision',
  'fault',
  'expires',
  'signature',
];

const value = fc.oneof(
  fc.string({ unit: anyCharacter }).filter((text) => text.isWellFormed()),
  fc.constantFrom(
    APPLICATION.clientId,
    APPLICATION.clientSecret,
    APPLICATION.callback,
    `${TENANT_URL}/login/callback`,
    'didit-client',
    'code',
    'openid',
    'none',
    'authorization_code',
    'refresh_token',
    'client_credentials',
    '__proto__',
    '-1',
  ),
);
const parameters = fc.dictionary(fc.constantFrom(...NAMES), value);

const GET_PATHS = [
  '/authorize',
  '/login/callback',
  '/continue',
  '/v2/logout',
  '/oidc/logout',
  '/userinfo',
  '/local-tenant/logins/x',
  '/didit-stand-in',
  '/didit-stand-in/auth/v2/authorize',
  '/didit-stand-in/auth/v2/users/retrieve',
  '/didit-stand-in/pictures/adult',
];
const POST_PATHS = [
  '/oauth/token',
  '/oauth/par',
  '/oauth/revoke',
  '/authorize',
  '/oidc/logout',
  '/continue',
  '/didit-stand-in/answer',
  '/didit-stand-in/auth/v2/token',
];

test('whatever a request holds, the tenant answers it, redirects to nobody’s page but the known ones, and runs nothing', async () => {
  const tenant = await startTenant();
  const known = [TENANT_URL, new URL(APPLICATION.callback).origin];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...GET_PATHS),
      fc.constantFrom(...POST_PATHS),
      parameters,
      fc.string(),
      async (getPath, postPath, query, header) => {
        const form = new URLSearchParams(query).toString();
        const headers = { authorization: header.replaceAll(/[^\x20-\x7e]/g, '') };
        for (const response of [
          await tenant.app.request(`${TENANT_URL}${getPath}?${form}`, { headers }),
          await tenant.app.request(`${TENANT_URL}${postPath}`, {
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
            body: form,
          }),
          await tenant.app.request(`${TENANT_URL}${postPath}`, {
            method: 'POST',
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify(query),
          }),
          await tenant.app.request(`${TENANT_URL}${postPath}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: header,
          }),
          await tenant.app.request(`${TENANT_URL}${postPath}`, {
            method: 'POST',
            headers: { 'content-type': 'multipart/form-data; boundary=x' },
            body: header,
          }),
        ]) {
          expect(response.status).toBeLessThan(500);
          const location = response.headers.get('location');
          if (location !== null) expect(known).toContain(new URL(location).origin);
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(tenant.runs).toEqual([]);
  expect(tenant.collections.users.all()).toEqual([]);
});
