import { describe, expect, test } from 'vitest';
import { API, APPLICATION, startTenant, TENANT_URL } from './tenant-under-test.ts';

describe('a whole login through openid-client', () => {
  test('ends with the standard and custom claims in a validated ID token', async () => {
    const tenant = await startTenant();
    tenant.setActions(() => ({ idTokenClaims: { 'https://example.com/verified': true } }));
    const result = await tenant.signedIn();
    expect(result.idTokenClaims).toMatchObject({
      iss: `${TENANT_URL}/`,
      aud: APPLICATION.clientId,
      sub: 'oauth2|didit|6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01',
      name: 'John Doe',
      email: 'alejandro.rosas@example.com',
      email_verified: true,
      'https://example.com/verified': true,
    });
    expect(result.accessTokenClaims).toBeUndefined();
    expect(result.refreshToken).toBeUndefined();
  });

  test('gives a JWT access token for an API, with its own custom claims', async () => {
    const tenant = await startTenant();
    tenant.setActions(() => ({ accessTokenClaims: { 'https://example.com/adult': true } }));
    const result = await tenant.signedIn({ audience: API, scope: 'openid read:things delete:things' });
    expect(result.accessTokenClaims).toMatchObject({
      aud: [API, `${TENANT_URL}/userinfo`],
      azp: APPLICATION.clientId,
      scope: 'openid read:things',
      'https://example.com/adult': true,
    });
  });
});
