import { asObject, stringIn } from '../base/json-values.ts';
import type { JsonObject } from '../base/json-values.ts';

/** APIs that the service itself makes, by what it calls them; `undefined` for anybody's. */
const SYSTEM_APIS: readonly { readonly identifier: RegExp; readonly fields: JsonObject }[] = [
  {
    identifier: /^urn:auth0:express-configure$/,
    fields: {
      name: 'Okta OIN Express Configuration API',
      scopes: [
        { value: 'express_configure:sso', description: 'Ability to create SSO configurations' },
        { value: 'express_configure:scim', description: 'Ability to create scim configurations' },
      ],
      token_lifetime: 300,
      enforce_policies: true,
      subject_type_authorization: { user: { policy: 'allow_all' }, client: { policy: 'deny_all' } },
    },
  },
  {
    identifier: /^https:\/\/[^/]+\/me\/$/,
    fields: {
      name: 'Auth0 My Account API',
      scopes: ['create', 'read', 'delete'].map((verb) => ({
        value: `${verb}:me:connected_accounts`,
        description: `${verb.charAt(0).toUpperCase()}${verb.slice(1)} Connected Accounts`,
      })),
      allow_offline_access: true,
      token_lifetime: 600,
      token_lifetime_for_web: 600,
      skip_consent_for_verifiable_first_party_clients: true,
      proof_of_possession: { mechanism: 'dpop', required: false },
      subject_type_authorization: {
        user: { policy: 'require_client_grant' },
        client: { policy: 'deny_all' },
      },
    },
  },
];

/** Seconds; Auth0's defaults. */
const LIFETIME_SECONDS = 86_400;
const WEB_LIFETIME_SECONDS = 7_200;

/** A new API: what was asked for, over what the service starts with; what the service makes itself is as it makes it. */
export function newResourceServer(body: JsonObject): JsonObject {
  const identifier = stringIn(body, 'identifier') ?? '';
  const system = SYSTEM_APIS.find((one) => one.identifier.test(identifier))?.fields;
  return {
    allow_offline_access: false,
    skip_consent_for_verifiable_first_party_clients: false,
    allow_online_access: false,
    allow_online_access_with_ephemeral_sessions: false,
    token_lifetime: LIFETIME_SECONDS,
    token_lifetime_for_web: WEB_LIFETIME_SECONDS,
    signing_alg: 'RS256',
    ...body,
    subject_type_authorization: {
      client: { policy: 'require_client_grant' },
      user: { policy: 'allow_all' },
      ...asObject(body['subject_type_authorization']),
    },
    ...(system === undefined ? {} : { ...system, is_system: true }),
  };
}
