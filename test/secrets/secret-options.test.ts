import { UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { looksLikeCredential } from '../../scripts/secrets/secret-options.ts';
import { readableOptions } from '../../scripts/records/snapshot.ts';
import { withoutSecretParts } from '../../scripts/tenant-model/secret-paths.ts';

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
    ...['client_secret', 'authorizationHeader', 'authorization', 'authParams', 'jwks', 'accessToken'],
    ...['refresh_token', 'signingKey', 'api_key', 'basicAuth', 'cookie', 'client_pem', 'unknown'],
  ])('is in no record by its name, or since nobody knows it: %s', (name) => {
    expect(readableOptions({ [name]: 'text', client_id: 'id' })).toEqual({ client_id: 'id' });
  });

  test.each<[string, unknown]>([
    ['customHeaders', { 'X-Trace': 'constant' }],
    ['upstream_params', { tenant: { value: 'text' } }],
    ['tokenURL', 'https://name:password@a.example/token'],
    ['icon_url', 'https://a.example/icon.png?token=text'],
    ['logoutUrl', 'https://a.example/?x=text'],
    ['odd', BASIC],
    ['odd', { deep: [{ deeper: PEM }] }],
    ['non_persistent_attrs', [`Bearer ${JWT}`]],
  ])('is in no record for what is in it: %s', (name, value) => {
    expect(readableOptions({ [name]: value })).not.toHaveProperty([name]);
  });

  test.each<[string, unknown]>([
    ['client_id', 'text'],
    ['authorizationURL', 'https://a.example/authorize'],
    ['pkce_enabled', true],
    ['scope', 'Bearer abc'],
    ['scripts', { fetchUserProfile: PEM }],
    ['upstream_params', { screen: { alias: 'screen_hint' }, prompt: { value: 'login' } }],
    ['fieldsMap', { given: 'name' }],
  ])('is in records: %s', (name, value) => {
    expect(readableOptions({ [name]: value })).toEqual({ [name]: value });
  });
});

test('settings of an application are in records without the secrets among them', () => {
  const settings = {
    refresh_token: { rotation_type: 'rotating' },
    callbacks: ['https://a.example/?tenant=1'],
    logo_uri: 'https://a.example/logo.png?api_key=text',
    addons: { partner: { shared_secret: 'text' } },
    client_metadata: { didit_policy: 'require=verified', api_secret: 'text', note: `Bearer ${JWT}` },
    description: 'Bearer of good news',
  };
  expect(withoutSecretParts('application', settings)).toEqual({
    refresh_token: { rotation_type: 'rotating' },
    callbacks: ['https://a.example/?tenant=1'],
    client_metadata: { didit_policy: 'require=verified' },
    description: 'Bearer of good news',
  });
});
