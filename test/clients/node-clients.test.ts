import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AuthenticationClient, ManagementClient as ManagementClient6 } from 'auth0';
import { ManagementClient as ManagementClient7 } from 'auth0-7';
import express from 'express';
import type { Express } from 'express';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import jwt from 'jsonwebtoken';
import jwksRsa from 'jwks-rsa';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseJsonObject, stringIn, textOf } from '../../scripts/base/json-values.ts';
import type { JsonObject } from '../../scripts/base/json-values.ts';
import { createBrowser } from '../../scripts/login/local/browser.ts';
import { API, EMAIL, logIn, startClientTenant } from './client-tenant.ts';
import type { ClientTenant } from './client-tenant.ts';
import { passportApplication } from './passport-quickstart.js';

let tenant: ClientTenant;
const servers: Server[] = [];

beforeAll(async () => {
  tenant = await startClientTenant();
});
afterAll(async () => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await tenant.close();
});

/** Serves an application; its origin. */
async function serve(app: Express): Promise<string> {
  const server = await new Promise<Server>((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => {
      resolve(listening);
    });
  });
  servers.push(server);
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

/** An access token for the API, as a machine gets it. */
async function machineToken(scope: string): Promise<string> {
  const management = new ManagementClient7({ domain: tenant.domain, ...tenant.management });
  const { client_id: clientId = '', client_secret: clientSecret = '' } = await management.clients.create({
    name: `Machine ${scope}`,
    app_type: 'non_interactive',
    grant_types: ['client_credentials'],
  });
  await management.clientGrants.create({
    client_id: clientId,
    audience: API,
    scope: [scope].filter(Boolean),
  });
  const response = await fetch(`${tenant.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience: API,
    }),
  });
  return stringIn(parseJsonObject(await response.text()) ?? {}, 'access_token') ?? '';
}

describe("Auth0's ManagementClient", () => {
  test('of version 6 creates, lists page by page, changes and deletes', async () => {
    const { domain, management } = tenant;
    const client = new ManagementClient6({ domain, ...management });
    const { client_id: id = '' } = await client.clients.create({ name: 'Made by version 6' });
    await client.clients.update(id, { description: 'changed' });
    const names: (string | undefined)[] = [];
    for await (const { name } of await client.clients.list({ per_page: 1 })) names.push(name);
    expect(names).toContain('Made by version 6');
    expect(await client.clients.get(id)).toMatchObject({ description: 'changed' });
    await client.clients.delete(id);
    await expect(client.clients.get(id)).rejects.toMatchObject({ statusCode: 404 });
  });

  test('of version 7 does the same, and merges the metadata of a user', async () => {
    const { domain, management } = tenant;
    const client = new ManagementClient7({ domain, ...management });
    const { client_id: id = '' } = await client.clients.create({ name: 'Made by version 7' });
    await client.clients.update(id, { description: 'changed' });
    const names: (string | undefined)[] = [];
    for await (const { name } of await client.clients.list({ per_page: 1 })) names.push(name);
    expect(names).toContain('Made by version 7');
    await client.clients.delete(id);
    await expect(client.clients.get(id)).rejects.toMatchObject({ statusCode: 404 });
    await client.users.update('auth0|ada', { app_metadata: { a: 1 } });
    await client.users.update('auth0|ada', { app_metadata: { b: 2 } });
    const { app_metadata: metadata } = await client.users.get('auth0|ada');
    expect(metadata).toEqual({ a: 1, b: 2 });
    expect(await client.users.listUsersByEmail({ email: EMAIL })).toHaveLength(1);
  });
});

describe('an application that authenticates by a key', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  /** Makes one; its id. */
  async function keyApplication(
    alg: 'RS256' | 'PS256' = 'RS256',
    grantTypes: string[] = ['client_credentials'],
  ): Promise<string> {
    const management = new ManagementClient7({ domain: tenant.domain, ...tenant.management });
    const credential = { credential_type: 'public_key' as const, pem, alg };
    const { client_id: clientId = '' } = await management.clients.create({
      name: `With a key, ${alg}, ${grantTypes.join(' ')}`,
      app_type: 'regular_web',
      callbacks: [CALLBACK],
      grant_types: grantTypes,
      jwt_configuration: { alg: 'RS256' },
      client_authentication_methods: { private_key_jwt: { credentials: [credential] } },
    });
    await management.clientGrants.create({ client_id: clientId, audience: API, scope: [] });
    return clientId;
  }

  const CALLBACK = 'https://app.example.com/callback';
  const grant = async (form: Record<string, string>): Promise<[number, unknown]> => {
    const response = await fetch(`${tenant.url}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', audience: API, ...form }),
    });
    return [response.status, parseJsonObject(await response.text())?.['error']];
  };

  test('gets tokens with Auth0’s AuthenticationClient', async () => {
    const authentication = new AuthenticationClient({
      domain: tenant.domain,
      clientId: await keyApplication(),
      clientAssertionSigningKey: privatePem,
    });
    const { data } = await authentication.oauth.clientCredentialsGrant({ audience: API });
    expect(decodeJwt(data.access_token)).toMatchObject({ aud: API, gty: 'client-credentials' });
  });

  test('pushes what it asks for, signs in, renews and revokes with openid-client, once for each push', async () => {
    const { management, domain, url } = tenant;
    const api = new ManagementClient7({ domain, ...management });
    const clientId = await keyApplication('PS256', ['authorization_code', 'refresh_token']);
    const [connection] = (await api.connections.list()).data;
    await api.connections.clients.update(connection?.id ?? '', [{ client_id: clientId, status: true }]);
    const der = privateKey.export({ type: 'pkcs8', format: 'der' });
    const key = await crypto.subtle.importKey('pkcs8', der, { name: 'RSA-PSS', hash: 'SHA-256' }, false, [
      'sign',
    ]);
    const discover = (): Promise<openid.Configuration> =>
      openid.discovery(new URL(url), clientId, undefined, openid.PrivateKeyJwt(key));
    expect((await discover()).serverMetadata().pushed_authorization_request_endpoint).toBeUndefined();
    await api.tenants.settings.update({ pushed_authorization_requests_supported: true });
    const config = await discover();
    const verifier = openid.randomPKCECodeVerifier();
    const address = await openid.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: CALLBACK,
      scope: 'openid offline_access',
      state: 'example-state',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    expect([...address.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    const browser = createBrowser();
    const arrival = await logIn(address.href, browser, (to) => to.href.startsWith(CALLBACK));
    if (arrival.kind !== 'stopped') throw new Error('expected the callback');
    const tokens = await openid.authorizationCodeGrant(config, arrival.url, {
      pkceCodeVerifier: verifier,
      expectedState: 'example-state',
    });
    expect(tokens.claims()).toMatchObject({ sub: 'auth0|ada', aud: clientId });
    const { refresh_token: refreshToken = '' } = tokens;
    await openid.refreshTokenGrant(config, refreshToken);
    await openid.tokenRevocation(config, refreshToken);
    await expect(openid.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect(await browser.open(address)).toMatchObject({ page: { status: 400 } });
  });

  test('is refused with an assertion that is not its own, old, too long-lived, for another tenant or used before', async () => {
    const clientId = await keyApplication();
    const assert = async (
      claims: Readonly<Record<string, unknown>> = {},
      by: KeyObject = privateKey,
    ): Promise<[number, unknown]> => {
      const now = Math.floor(Date.now() / 1000);
      const usual = { iss: clientId, sub: clientId, aud: `${tenant.url}/`, iat: now, exp: now + 60 };
      return await grant({
        client_id: clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await new SignJWT({ ...usual, jti: randomUUID(), ...claims })
          .setProtectedHeader({ alg: 'RS256' })
          .sign(by),
      });
    };
    const past = Math.floor(Date.now() / 1000) - 3600;
    const refused = [401, 'invalid_client'];
    expect(await assert()).toEqual([200, undefined]);
    expect(await assert({}, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)).toEqual(refused);
    for (const claims of [
      { iss: 'another' },
      { sub: 'another' },
      { aud: 'https://another.example.com/' },
      { exp: past + 60, iat: past },
      { exp: past + 7200 },
      { jti: undefined },
      { exp: undefined },
    ])
      expect(await assert(claims), JSON.stringify(claims)).toEqual(refused);
    expect(await assert({ jti: 'once' })).toEqual([200, undefined]);
    expect(await assert({ jti: 'once' })).toEqual(refused);
  });

  test('is refused with a secret, with two ways at once, and once its credential is gone', async () => {
    const clientId = await keyApplication();
    const management = new ManagementClient7({ domain: tenant.domain, ...tenant.management });
    expect(await grant({ client_id: clientId, client_secret: 'x' })).toEqual([401, 'access_denied']);
    expect(await grant({ client_id: clientId })).toEqual([401, 'access_denied']);
    expect(await grant({ client_id: clientId, client_secret: 'x', client_assertion: 'a.b.c' })).toEqual([
      400,
      'invalid_request',
    ]);
    expect(await grant({ client_assertion: 'a.b.c' })).toEqual([400, 'invalid_request']);
    const credentials = await management.clients.credentials.list(clientId);
    expect(JSON.stringify(credentials)).not.toContain('BEGIN');
    for (const { id = '' } of credentials) await management.clients.credentials.delete(clientId, id);
    const authentication = new AuthenticationClient({
      domain: tenant.domain,
      clientId,
      clientAssertionSigningKey: privatePem,
    });
    await expect(authentication.oauth.clientCredentialsGrant({ audience: API })).rejects.toMatchObject({
      error: 'invalid_client',
    });
  });
});

describe('a pushed request', () => {
  const push = async (form: Record<string, string>): Promise<[number, JsonObject]> => {
    const { clientId, clientSecret } = tenant.application;
    const response = await fetch(`${tenant.url}/oauth/par`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, ...form }),
    });
    return [response.status, parseJsonObject(await response.text()) ?? {}];
  };
  const CALLBACK = 'https://app.example.com/callback';
  const request = { response_type: 'code', scope: 'openid', redirect_uri: CALLBACK };

  beforeAll(() => {
    tenant.configure({ callbacks: [CALLBACK] });
  });

  test('is answered as recorded, and good for its own application alone', async () => {
    const [status, { request_uri: uri, expires_in: seconds }] = await push(request);
    expect([status, seconds]).toEqual([201, 30]);
    expect(uri).toMatch(/^urn:ietf:params:oauth:request_uri:\w{43}$/);
    const query = new URLSearchParams({ client_id: tenant.management.clientId, request_uri: textOf(uri) });
    expect((await fetch(`${tenant.url}/authorize?${query.toString()}`)).status).toBe(400);
  });

  test.each([
    [{ client_secret: 'wrong' }, 401, 'access_denied'],
    [{ redirect_uri: 'https://evil.example.com/' }, 400, 'unauthorized_client'],
    [{ response_type: 'saml' }, 400, 'unsupported_response_type'],
    [{ audience: 'https://unknown.example.com/' }, 400, 'access_denied'],
    [{ request_uri: 'urn:x' }, 400, 'request_uri_not_supported'],
  ])('with %o is refused at once', async (changes, status, error) => {
    expect(await push({ ...request, ...changes })).toMatchObject([status, { error }]);
  });
});

test('express-oauth2-jwt-bearer lets an access token of the tenant in, by its scopes', async () => {
  const app = express();
  app.use(auth({ issuerBaseURL: tenant.url, audience: API }));
  app.get('/things', requiredScopes('read:things'), (request, response) => {
    response.json(request.auth?.payload);
  });
  const origin = await serve(app);
  const statusOf = async (token: string): Promise<number> =>
    (await fetch(`${origin}/things`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await statusOf(await machineToken('read:things'))).toBe(200);
  expect(await statusOf(await machineToken(''))).toBe(403);
  expect(await statusOf('not.a.token')).toBe(401);
});

test('jwks-rsa finds the key that verifies a token', async () => {
  const token = await machineToken('read:things');
  const { kid } = decodeProtectedHeader(token);
  const key = await jwksRsa({ jwksUri: `${tenant.url}/.well-known/jwks.json` }).getSigningKey(kid);
  expect(jwt.verify(token, key.getPublicKey(), { audience: API, issuer: `${tenant.url}/` })).toMatchObject({
    scope: 'read:things',
  });
});

test('passport-auth0 signs in and reads the profile', async () => {
  let origin = '';
  const app = express();
  origin = await serve(app);
  app.use(passportApplication({ domain: tenant.domain, ...tenant.application, origin: () => origin }));
  tenant.configure({ callbacks: [`${origin}/callback`] });
  const arrival = await logIn(`${origin}/login`);
  const shown = arrival.kind === 'page' ? parseJsonObject(arrival.page.html) : undefined;
  expect(shown).toMatchObject({
    scope: 'openid email profile',
    profile: { id: 'auth0|ada', displayName: 'Ada', emails: [{ value: EMAIL }] },
  });
});
