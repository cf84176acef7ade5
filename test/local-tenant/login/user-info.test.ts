import { createHash, X509Certificate } from 'node:crypto';
import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { recordOf, recordsOf, textOf, textsOf } from '../../../scripts/base/json-values.ts';
import { APPLICATION, startTenant } from './tenant-under-test.ts';
import { codeForm, newCode } from './codes.ts';

const OFFLINE = { scope: 'openid email offline_access' };

describe('/userinfo takes the token', () => {
  test.each<[string, (url: string, token: string) => Request]>([
    ['in the header', (url, token) => new Request(url, { headers: { authorization: `Bearer ${token}` } })],
    ['in the query', (url, token) => new Request(`${url}?access_token=${token}`)],
    [
      'in a form',
      (url, token) =>
        new Request(url, { method: 'POST', body: new URLSearchParams({ access_token: token }) }),
    ],
  ])('%s', async (_, request) => {
    const tenant = await startTenant();
    const { body } = await tenant.token(codeForm(await newCode(tenant, OFFLINE)));
    const url = `${tenant.context.url()}/userinfo`;
    const response = await tenant.fetch(request(url, textOf(body['access_token'])));
    expect(response.status).toBe(200);
    const { sub } = decodeJwt(textOf(body['id_token']));
    expect(recordOf(await response.json())['sub']).toBe(sub);
    expect((await tenant.fetch(request(url, 'unknown'))).status).toBe(401);
  });
});

describe('/oauth/revoke', () => {
  const credentials = { client_id: APPLICATION.clientId, client_secret: APPLICATION.clientSecret };

  test.each([
    [
      'a form',
      'application/x-www-form-urlencoded',
      (body: Record<string, string>) => new URLSearchParams(body).toString(),
    ],
    ['JSON', 'application/json', (body: Record<string, string>) => JSON.stringify(body)],
  ])('ends a refresh token and those that follow it, asked by %s', async (_, type, write) => {
    const tenant = await startTenant();
    const { body } = await tenant.token(codeForm(await newCode(tenant, OFFLINE)));
    const token = textOf(body['refresh_token']);
    const refresh = () => tenant.token({ grant_type: 'refresh_token', refresh_token: token });
    const revoke = (asked: Record<string, string>) =>
      tenant.fetch(`${tenant.context.url()}/oauth/revoke`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: write(asked),
      });
    expect((await revoke({ ...credentials, client_secret: 'wrong', token })).status).toBe(401);
    expect((await revoke({ ...credentials, token: 'unknown' })).status).toBe(200);
    const second = await refresh();
    expect(second.status).toBe(200);
    const answer = await revoke({ ...credentials, token: textOf(second.body['refresh_token']) });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    const next = { grant_type: 'refresh_token', refresh_token: textOf(second.body['refresh_token']) };
    expect(await tenant.token(next)).toMatchObject({ status: 403, body: { error: 'invalid_grant' } });
  });
});

test('the key set has a certificate of the key, and its thumbprint', async () => {
  const tenant = await startTenant();
  const response = await tenant.fetch(`${tenant.context.url()}/.well-known/jwks.json`);
  const [key] = recordsOf(recordOf(await response.json())['keys']);
  const der = Buffer.from(textsOf(key?.['x5c'])[0] ?? '', 'base64');
  const certificate = new X509Certificate(der);
  expect(certificate.publicKey.export({ format: 'jwk' })).toMatchObject({ n: key?.['n'], e: key?.['e'] });
  expect(key?.['x5t']).toBe(createHash('sha1').update(der).digest('base64url'));
});

test('a login through a connection that has no secret says so, and what to do', async () => {
  const tenant = await startTenant();
  const { client_secret: _, ...options } = tenant.collections.connections.all()[0]?.options ?? {};
  tenant.updateConnection({ options });
  expect(await tenant.signIn({})).toMatchObject({
    error: 'invalid_request',
    errorDescription: 'The connection didit has no client secret: deploy it again, with its secret',
  });
});
