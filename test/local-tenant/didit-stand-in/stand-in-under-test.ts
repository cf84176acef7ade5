import { vi } from 'vitest';
import { Hono } from 'hono';
import { collectionsOf } from '../../../scripts/local-tenant/store/collections.ts';
import type { TenantContext } from '../../../scripts/local-tenant/context.ts';
import { createDiditStandIn } from '../../../scripts/local-tenant/didit-stand-in/app.ts';
import { isJsonObject } from '../../../scripts/base/json-values.ts';
import type { JsonObject } from '../../../scripts/base/json-values.ts';
import { openSigningKeys } from '../../../scripts/local-tenant/signing-keys.ts';
import { openStore } from '../../../scripts/local-tenant/store/store.ts';

export const TENANT_URL = 'https://localhost:4433';
export const CALLBACK = `${TENANT_URL}/login/callback`;
export const NOW = Date.UTC(2026, 10, 23, 12);
export const VERIFIER = 'a-code-verifier-of-at-least-forty-three-characters';
export const SUBJECT = '6f1d1c3e-2f0b-4b6c-9a53-0c6f3c1d7a01';
export const REQUEST = {
  response_type: 'code',
  client_id: 'didit-client',
  redirect_uri: CALLBACK,
  scope: 'openid names email',
  state: 'example-state',
};

const keys = await openSigningKeys(openStore(undefined));
export let context: TenantContext;
export let app: Pick<Hono, 'request'>;

/** A new stand-in, for each test: `beforeEach(openStandIn)`. */
export function openStandIn(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  const store = openStore(undefined);
  context = { store, keys, url: () => TENANT_URL, domain: () => 'localhost:4433', now: Date.now };
  collectionsOf(store).connections.put('con_1', {
    id: 'con_1',
    name: 'didit',
    strategy: 'oauth2',
    options: {
      client_id: 'didit-client',
      client_secret: 'didit secret:+',
      authorizationURL: 'https://auth.didit.me',
      tokenURL: 'https://apx.didit.me/auth/v2/token',
    },
    enabled_clients: [],
    metadata: {},
    settings: {},
  });
  app = new Hono().route('/didit-stand-in', createDiditStandIn(context, { slowMilliseconds: 30 }));
}

export const ask = (changes: Readonly<Record<string, string>> = {}, path = ''): Promise<Response> =>
  Promise.resolve(
    app.request(`/didit-stand-in${path}?${new URLSearchParams({ ...REQUEST, ...changes }).toString()}`),
  );

export const form = (fields: Readonly<Record<string, string>>): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
});

export async function answer(
  fields: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string>> = {},
): Promise<URLSearchParams> {
  const response = await app.request('/didit-stand-in/answer', form({ ...REQUEST, ...changes, ...fields }));
  return new URL(response.headers.get('location') ?? '').searchParams;
}

export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
export const CREDENTIALS = basic('didit-client', 'didit secret:+');

export async function token(
  fields: Readonly<Record<string, string>>,
  authorization: string | undefined = CREDENTIALS,
): Promise<{ status: number; body: JsonObject }> {
  const request = form(fields);
  const response = await app.request('/didit-stand-in/auth/v2/token', {
    ...request,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization === '' ? {} : { authorization }),
    },
  });
  const body: unknown = await response.json();
  return { status: response.status, body: isJsonObject(body) ? body : {} };
}

export const exchange = async (
  persona: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: JsonObject }> =>
  token({
    grant_type: 'authorization_code',
    code: (await answer({ persona }, changes)).get('code') ?? '',
    redirect_uri: CALLBACK,
  });

export const userInfo = async (accessToken: unknown, slash = ''): Promise<Response> =>
  app.request(`/didit-stand-in/auth/v2/users/retrieve${slash}`, {
    headers: { authorization: `Bearer ${String(accessToken)}` },
  });

export const sharedWith = async (persona: string, scope: string): Promise<unknown> =>
  (await userInfo((await exchange(persona, { scope })).body['access_token'])).json();
