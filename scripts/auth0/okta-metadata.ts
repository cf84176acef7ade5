import type { JsonObject } from '../base/json-values.ts';

const CLIENT_SECRETS = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'];
const CLIENT_AUTHENTICATION = [...CLIENT_SECRETS, 'private_key_jwt', 'none'];
const RSA_AND_EC = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];

/** What every organization of Okta says it can do. The service asks it; the answer is the same everywhere. */
export const OKTA_METADATA: JsonObject = {
  response_types_supported: [
    ...['code', 'id_token', 'code id_token', 'code token', 'id_token token', 'code id_token token'],
  ],
  response_modes_supported: ['query', 'fragment', 'form_post', 'okta_post_message'],
  grant_types_supported: [
    ...['authorization_code', 'implicit', 'refresh_token', 'password'],
    ...['urn:ietf:params:oauth:grant-type:device_code', 'urn:openid:params:grant-type:ciba'],
    ...['urn:okta:params:oauth:grant-type:otp', 'http://auth0.com/oauth/grant-type/mfa-otp'],
    ...['urn:okta:params:oauth:grant-type:oob', 'http://auth0.com/oauth/grant-type/mfa-oob'],
  ],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  id_token_encryption_alg_values_supported: ['RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'],
  id_token_encryption_enc_values_supported: ['A256GCM'],
  scopes_supported: ['openid', 'email', 'profile', 'address', 'phone', 'offline_access', 'groups'],
  token_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
  claims_supported: [
    ...[
      'iss',
      'ver',
      'sub',
      'aud',
      'iat',
      'exp',
      'jti',
      'auth_time',
      'amr',
      'idp',
      'nonce',
      'name',
      'nickname',
    ],
    ...[
      'preferred_username',
      'given_name',
      'middle_name',
      'family_name',
      'email',
      'email_verified',
      'profile',
    ],
    ...['zoneinfo', 'locale', 'address', 'phone_number', 'picture', 'website', 'gender', 'birthdate'],
    ...['updated_at', 'at_hash', 'c_hash'],
  ],
  code_challenge_methods_supported: ['S256'],
  introspection_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
  revocation_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION,
  request_object_signing_alg_values_supported: ['HS256', 'HS384', 'HS512', ...RSA_AND_EC],
  backchannel_token_delivery_modes_supported: ['poll'],
  backchannel_authentication_request_signing_alg_values_supported: ['HS256', 'HS384', 'HS512', ...RSA_AND_EC],
  dpop_signing_alg_values_supported: RSA_AND_EC,
};
