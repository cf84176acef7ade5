import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { issuerOf, managementAudienceOf } from '../../scripts/local-tenant/context.ts';
import { ensureDeployClient } from '../../scripts/local-tenant/bootstrap.ts';
import { apiUnderTest } from './management-api/api-under-test.ts';
import type { ApiUnderTest } from './management-api/api-under-test.ts';
import { startTenant } from './login/tenant-under-test.ts';

describe('the Management API', () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await apiUnderTest();
  });
  afterEach(() => {
    api.close();
  });

  const OWN = { azp: 'app', sub: 'app@clients', gty: 'client-credentials', scope: 'read:clients' };
  const status = async (claims: Readonly<Record<string, unknown>>, audience?: string[]): Promise<number> => {
    const { keys, now } = api.tenant;
    const time = Math.floor(now() / 1000);
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: keys.kid })
      .setIssuer(issuerOf(api.tenant))
      .setAudience(audience ?? managementAudienceOf(api.tenant))
      .setIssuedAt(time)
      .setExpirationTime(time + 60)
      .sign(keys.privateKey);
    const headers = { authorization: `Bearer ${token}` };
    return (await api.request('/clients', { headers })).status;
  };

  test('takes a token that an application got for itself', async () => {
    expect(await status(OWN)).toBe(200);
  });

  test.each([
    ['of a person', { ...OWN, gty: undefined, sub: 'oauth2|didit|1' }],
    ['of a person, with a grant type that an Action has forged', { ...OWN, sub: 'oauth2|didit|1' }],
    ['of another grant', { ...OWN, gty: 'password' }],
    ['of an application that speaks for another one', { ...OWN, sub: 'other@clients' }],
  ])('refuses one %s, whatever its scopes', async (_, claims) => {
    expect(await status(claims)).toBe(401);
  });

  test('refuses one that is good for something else too', async () => {
    const audience = managementAudienceOf(api.tenant);
    expect(await status(OWN, [audience, `${api.tenant.url()}/userinfo`])).toBe(401);
  });
});

test('a login that asks for the Management API and its scopes gets neither scope nor access', async () => {
  const tenant = await startTenant();
  ensureDeployClient(tenant.context, { clientId: 'deploy', clientSecret: 'secret' });
  const audience = managementAudienceOf(tenant.context);
  const { accessTokenClaims } = await tenant.signedIn({ audience, scope: 'openid read:clients' });
  expect(accessTokenClaims?.['scope']).toBe('openid');
  expect(accessTokenClaims).not.toHaveProperty('gty');
});
