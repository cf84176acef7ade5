import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { collectionsOf } from '../../../scripts/local-tenant/store/collections.ts';
import { isJsonObject } from '../../../scripts/base/json-values.ts';
import { textIn } from '../login/tenant-under-test.ts';
import { sha256 } from '../../../scripts/local-tenant/secrets.ts';
import { anyString } from '../../matchers.ts';
import {
  app,
  context,
  openStandIn,
  CALLBACK,
  NOW,
  VERIFIER,
  SUBJECT,
  basic,
  CREDENTIALS,
  exchange,
  userInfo,
  answer,
  token,
} from './stand-in-under-test.ts';

beforeEach(openStandIn);

describe('the token endpoint', () => {
  test('gives what Didit documents, and a signed ID token with the nonce', async () => {
    const { status, body } = await exchange('adult', { nonce: 'example-nonce' });
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: anyString,
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'openid names email',
      id_token: anyString,
    });
    expect(decodeJwt(textIn(body, 'id_token'))).toEqual({
      iss: 'https://auth.didit.me/',
      sub: SUBJECT,
      aud: 'didit-client',
      nonce: 'example-nonce',
      iat: NOW / 1000,
      exp: NOW / 1000 + 3600,
    });
  });

  test('signs with the key that the key set shows, as oddly as Didit’s sample shows it', async () => {
    const { body } = await exchange('adult');
    const keySet: unknown = await (await app.request('/didit-stand-in/auth/config/jwks')).json();
    const key = isJsonObject(keySet) && Array.isArray(keySet['keys']) ? keySet['keys'][0] : undefined;
    expect(key).toEqual({
      kty: 'EC',
      crv: 'secp256r1',
      x: anyString,
      y: anyString,
      use: 'sig',
      alg: 'ES256',
    });
    if (!isJsonObject(key)) throw new Error('expected a key');
    const completed = await importJWK(
      { kty: 'EC', crv: 'P-256', x: textIn(key, 'x'), y: textIn(key, 'y') },
      'ES256',
    );
    await jwtVerify(textIn(body, 'id_token'), completed, { currentDate: new Date(NOW) });
    expect(decodeProtectedHeader(textIn(body, 'id_token'))).not.toHaveProperty('kid');
  });

  test.each([
    ['no credentials', ''],
    ['a wrong secret', basic('didit-client', 'wrong')],
    ['an unknown client', basic('nobody', 'didit secret:+')],
    ['another scheme', 'Bearer x'],
  ])('refuses %s with 401, and the code stays good', async (_, authorization) => {
    const code = (await answer({ persona: 'adult' })).get('code') ?? '';
    const fields = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
    expect(await token(fields, authorization)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect(await token(fields)).toMatchObject({ status: 200 });
  });

  test('refuses a code, or a refresh token, of another client', async () => {
    const { connections } = collectionsOf(context.store);
    const connection = connections.get('con_1');
    if (connection === undefined) throw new Error('expected the connection');
    connections.put('con_2', {
      ...connection,
      id: 'con_2',
      options: { ...connection.options, client_id: 'second', client_secret: 'second-secret' },
    });
    const second = basic('second', 'second-secret');
    const code = (await answer({ persona: 'adult' })).get('code') ?? '';
    expect(
      await token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK }, second),
    ).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const { body } = await exchange('adult', { scope: 'openid offline' });
    expect(
      await token({ grant_type: 'refresh_token', refresh_token: textIn(body, 'refresh_token') }, second),
    ).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test('takes no credentials from the body: Didit documents Basic', async () => {
    const code = (await answer({ persona: 'adult' })).get('code') ?? '';
    const fields = {
      grant_type: 'authorization_code',
      code,
      client_id: 'didit-client',
      client_secret: 'didit secret:+',
    };
    expect(await token(fields, '')).toMatchObject({ status: 401 });
  });

  test.each([
    ['a used code', {}, {}, true],
    ['another redirect_uri', {}, { redirect_uri: 'https://evil.example.com/' }, false],
    [
      'no verifier for a challenge',
      { code_challenge: sha256(VERIFIER), code_challenge_method: 'S256' },
      {},
      false,
    ],
    [
      'a wrong verifier',
      { code_challenge: sha256(VERIFIER), code_challenge_method: 'S256' },
      { code_verifier: 'x' },
      false,
    ],
  ])('refuses %s', async (_, changes, fields, useTwice) => {
    const code = (await answer({ persona: 'adult' }, changes)).get('code') ?? '';
    const request = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...fields };
    if (useTwice) await token(request);
    expect(await token(request)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test.each(['S256', 'plain'])('verifies PKCE by %s', async (method) => {
    const challenge = method === 'S256' ? sha256(VERIFIER) : VERIFIER;
    const code = (
      await answer({ persona: 'adult' }, { code_challenge: challenge, code_challenge_method: method })
    ).get('code');
    expect(
      await token({
        grant_type: 'authorization_code',
        code: code ?? '',
        redirect_uri: CALLBACK,
        code_verifier: VERIFIER,
      }),
    ).toMatchObject({ status: 200 });
  });

  test('refuses an old code', async () => {
    const code = (await answer({ persona: 'adult' })).get('code') ?? '';
    vi.setSystemTime(NOW + 300_000);
    expect(await token({ grant_type: 'authorization_code', code, redirect_uri: CALLBACK })).toMatchObject({
      body: { error: 'invalid_grant' },
    });
  });

  test('gives a refresh token for `offline` only; it works once and gives the next', async () => {
    expect((await exchange('adult')).body).not.toHaveProperty('refresh_token');
    const { body } = await exchange('adult', { scope: 'openid names offline' });
    const request = { grant_type: 'refresh_token', refresh_token: textIn(body, 'refresh_token') };
    const refreshed = await token(request);
    expect(refreshed).toMatchObject({ status: 200, body: { refresh_token: anyString } });
    expect(await (await userInfo(refreshed.body['access_token'])).json()).toMatchObject({ sub: SUBJECT });
    expect(await token(request)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  test.each([
    [{}, 'invalid_request'],
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ grant_type: 'refresh_token', refresh_token: 'unknown' }, 'invalid_grant'],
  ])('answers %o with an error of RFC 6749', async (fields, error) => {
    expect(await token(fields)).toMatchObject({ status: 400, body: { error } });
  });

  test('takes no JSON body', async () => {
    const response = await app.request('/didit-stand-in/auth/v2/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: CREDENTIALS },
      body: JSON.stringify({ grant_type: 'client_credentials' }),
    });
    expect(response.status).toBe(400);
  });
});
