import type { TenantContext } from '../context.ts';
import { issuerOf } from '../context.ts';
import { collectionsOf, tenantSettingsOf } from '../store/collections.ts';
import type { JsonObject } from '../../base/json-values.ts';

/**
 * `/.well-known/openid-configuration`: what the local tenant really does, under Auth0's names and paths.
 *
 * @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export const openidConfiguration = (context: TenantContext): JsonObject => {
  const url = context.url();
  const settings = tenantSettingsOf(collectionsOf(context.store));
  return {
    issuer: issuerOf(context),
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/oauth/token`,
    userinfo_endpoint: `${url}/userinfo`,
    jwks_uri: `${url}/.well-known/jwks.json`,
    end_session_endpoint: `${url}/oidc/logout`,
    revocation_endpoint: `${url}/oauth/revoke`,
    ...(settings['pushed_authorization_requests_supported'] === true
      ? { pushed_authorization_request_endpoint: `${url}/oauth/par` }
      : {}),
    scopes_supported: ['openid', 'profile', 'offline_access', 'email', 'address', 'phone'],
    response_types_supported: [
      'code',
      'token',
      'id_token',
      'code token',
      'code id_token',
      'token id_token',
      'code token id_token',
    ],
    response_modes_supported: ['query', 'fragment', 'form_post', 'web_message'],
    grant_types_supported: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['HS256', 'RS256'],
    token_endpoint_auth_methods_supported: [
      ...['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    ],
    claims_supported: [
      'aud',
      'auth_time',
      'email',
      'email_verified',
      'exp',
      'family_name',
      'given_name',
      'iat',
      'iss',
      'name',
      'nickname',
      'phone_number',
      'picture',
      'sub',
    ],
    request_uri_parameter_supported: false,
    request_parameter_supported: false,
  };
};
