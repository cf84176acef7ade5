import { UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import {
  isSecretOption,
  isSecretSetting,
  looksLikeCredential,
} from '../../scripts/secrets/secret-options.ts';
import { readableOptions } from '../../scripts/records/snapshot.ts';

const JWT = new UnsecuredJWT({ sub: 'somebody' }).encode();
const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n';
const BASIC = `Basic ${Buffer.from('name:password').toString('base64')}`;

describe('a text', () => {
  test.each([
    'Bearer abc.def~1',
    ' bearer abc',
    BASIC,
    PEM,
    '-----BEGIN PRIVATE KEY-----\nMII',
    JWT,
    `${JWT}c2ln`,
  ])('is a credential (%j)', (text) => {
    expect(looksLikeCredential(text)).toBe(true);
  });

  test.each([
    'Basic authentication is used',
    'Basic information',
    'Bearer of good news to all',
    'https://auth.didit.me',
    `https://evil.example.com/${JWT}`,
    `https://evil.example.com/#${PEM}`,
    `send("Bearer abc.def")`,
    '-----BEGIN PUBLIC KEY-----\nMIIB',
    'eyJ is how a JWT begins',
    'openid user_id names',
    '',
  ])('is none, though it may hold something like one (%j)', (text) => {
    expect(looksLikeCredential(text)).toBe(false);
  });
});

describe('an option of a connection', () => {
  test.each([
    'client_secret',
    'authorizationHeader',
    'authorization',
    'customHeaders',
    'authParams',
    'jwks',
    'accessToken',
    'refresh_token',
    'signingKey',
    'api_key',
    'basicAuth',
    'cookie',
    'client_pem',
  ])('is secret by its name: %s', (name) => {
    expect(isSecretOption(name, 'text')).toBe(true);
  });

  test.each([
    'client_id',
    'authorizationURL',
    'authorization_endpoint',
    'tokenURL',
    'token_endpoint',
    'token_endpoint_auth_method',
    'jwks_uri',
    'publicKey',
    'pkce_enabled',
    'icon_url',
    'upstream_params',
    'authParamsMap',
    'fieldsMap',
  ])('is not: %s', (name) => {
    expect(isSecretOption(name, 'text')).toBe(false);
  });

  test.each([
    ['Bearer abc'],
    [[BASIC]],
    [{ deep: { odd: [PEM] } }],
    [{ deep: { password: 'x' } }],
    [{ headers: { a: 'b' } }],
  ])('is secret for what is in it: %j', (value) => {
    expect(isSecretOption('odd', value)).toBe(true);
    expect(readableOptions({ odd: value, tokenURL: 'https://apx.didit.me' })).toEqual({
      tokenURL: 'https://apx.didit.me',
    });
  });

  test.each(['scope', 'scripts'])('is never hidden when a reviewer must see it: %s', (name) => {
    expect(isSecretOption(name, { fetchUserProfile: PEM, token: 'x' })).toBe(false);
    expect(isSecretOption(name, 'Bearer abc')).toBe(false);
  });

  test('may be secret where a setting of an application is not', () => {
    expect(isSecretSetting('refresh_token', { rotation_type: 'rotating' })).toBe(false);
    expect(isSecretSetting('their_token', 'text')).toBe(true);
  });
});
