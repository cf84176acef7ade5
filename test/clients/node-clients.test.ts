import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManagementClient as ManagementClient6 } from 'auth0';
import { ManagementClient as ManagementClient7 } from 'auth0-7';
import express from 'express';
import type { Express } from 'express';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';
import { decodeProtectedHeader } from 'jose';
import jwt from 'jsonwebtoken';
import jwksRsa from 'jwks-rsa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseJsonObject, stringIn } from '../../scripts/base/json-values.ts';
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
