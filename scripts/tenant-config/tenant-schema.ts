import { CLIENT_PROPERTIES } from '../auth0/client-schema.ts';

/**
 * The JSON Schema of `tenant.yaml`: the resource kinds that this project deploys, in auth0-deploy-cli's YAML form, with
 * the property names and types of the Management API. Unknown keys are errors: a misspelt `pkce_enable` would otherwise
 * be sent, ignored by the tenant, and leave PKCE off.
 * @see https://auth0.com/docs/api/management/v2
 */
const text = { type: 'string', minLength: 1 } as const;
const textList = { type: 'array', items: text } as const;
const flag = { type: 'boolean' } as const;
const anyObject = { type: 'object' } as const;
const anyObjectOrNull = { type: ['object', 'null'] } as const;

/** Metadata of connections, clients and organizations: values are strings of at most 255 characters. */
const metadata = (maxProperties: number) =>
  ({
    type: 'object',
    maxProperties,
    propertyNames: { type: 'string', maxLength: 255 },
    additionalProperties: { type: 'string', maxLength: 255 },
  }) as const;

const exactObject = <Properties extends object, Required extends readonly (keyof Properties & string)[]>(
  properties: Properties,
  required: Required,
) => ({ type: 'object', properties, required, additionalProperties: false }) as const;

const connection = exactObject(
  {
    name: { type: 'string', pattern: '^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,126}[a-zA-Z0-9])?$' },
    strategy: { const: 'oauth2' },
    display_name: { type: 'string', maxLength: 128 },
    is_domain_connection: flag,
    show_as_button: flag,
    enabled_clients: { type: 'array', items: text, minItems: 1, uniqueItems: true },
    realms: textList,
    metadata: metadata(10),
    authentication: exactObject({ active: flag }, ['active']),
    connected_accounts: exactObject({ active: flag }, ['active']),
    options: exactObject(
      {
        client_id: text,
        client_secret: text,
        authorizationURL: { type: 'string', pattern: '^https://' },
        tokenURL: { type: 'string', pattern: '^https://' },
        scope: {
          anyOf: [
            { type: 'string', maxLength: 4096 },
            { type: 'array', items: text, maxItems: 20 },
          ],
        },
        pkce_enabled: flag,
        set_user_root_attributes: { enum: ['on_each_login', 'on_first_login', 'never_on_login'] },
        scripts: exactObject({ fetchUserProfile: text, getLogoutUrl: text }, ['fetchUserProfile']),
        icon_url: { type: 'string', pattern: '^https://', maxLength: 255 },
        upstream_params: anyObjectOrNull,
        authParams: anyObject,
        authParamsMap: anyObject,
        customHeaders: anyObject,
        fieldsMap: anyObject,
        logoutUrl: { type: 'string', pattern: '^https://' },
        non_persistent_attrs: textList,
        useOauthSpecScope: flag,
      },
      ['client_id', 'client_secret', 'authorizationURL', 'tokenURL', 'scope', 'pkce_enabled', 'scripts'],
    ),
  },
  ['name', 'strategy', 'options'],
);

const action = exactObject(
  {
    name: { type: 'string', minLength: 1, maxLength: 255 },
    // Never sent: the name that the tenant may still have for it.
    formerly: { type: 'string', minLength: 1 },
    code: text,
    runtime: { enum: ['node22'] },
    deployed: { const: true },
    dependencies: {
      type: 'array',
      maxItems: 10,
      items: exactObject(
        { name: text, version: text, registry_url: { type: 'string', pattern: '^https://[^\\s?#@]+$' } },
        ['name', 'version'],
      ),
    },
    supported_triggers: {
      type: 'array',
      minItems: 1,
      items: exactObject({ id: { const: 'post-login' }, version: { const: 'v3' } }, ['id', 'version']),
    },
    secrets: {
      type: 'array',
      maxItems: 30,
      items: exactObject(
        {
          name: { type: 'string', minLength: 1, maxLength: 128 },
          value: { type: 'string', minLength: 1, maxLength: 4096 },
        },
        ['name', 'value'],
      ),
    },
  },
  ['name', 'code', 'runtime', 'deployed', 'supported_triggers'],
);

/** Whatever the Management API takes of an application; what is needed here besides. */
const client = exactObject(
  {
    ...CLIENT_PROPERTIES,
    name: { type: 'string', minLength: 1, pattern: '^[^<>]+$' },
    formerly: { type: 'string', minLength: 1 },
    jwt_configuration: {
      type: 'object',
      properties: {
        alg: { enum: ['HS256', 'RS256', 'RS512', 'PS256'] },
        lifetime_in_seconds: { type: 'integer' },
        scopes: anyObject,
        // auth0-deploy-cli never sends it to an application that is there: such a deploy would fail when it is read back.
        secret_encoded: { const: false },
      },
      additionalProperties: false,
      // The service fills in what is not named: of an empty one, nothing would ever be as it was sent.
      minProperties: 1,
    },
    app_type: { enum: ['native', 'spa', 'regular_web', 'non_interactive'] },
    client_metadata: metadata(10),
  },
  // Auth0 has applications without a type: those that were made before there were types, or by a tool that named none.
  ['name'],
);

const clientGrant = exactObject(
  {
    client_id: text,
    audience: text,
    scope: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 280 }, uniqueItems: true },
    // A file lists the scopes of a grant: one that has all of them, whatever there are some day, says nothing by its list.
    allow_all_scopes: { const: false },
    allow_any_organization: flag,
    organization_usage: { enum: ['deny', 'allow', 'require'] },
    authorization_details_types: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 255 } },
    subject_type: { enum: ['client', 'user', 'anonymous_user'] },
  },
  ['client_id', 'audience', 'scope'],
);

const policy = <Values extends readonly string[]>(...values: Values) =>
  exactObject({ policy: { enum: values } }, ['policy']);

const lifetime = { type: 'integer', minimum: 0, maximum: 2_592_000 } as const;

/**
 * Whatever the Management API takes of an API but for its signing secret, and no `null`: what is left out stays as it is.
 * @see https://auth0.com/docs/api/management/v2/resource-servers/patch-resource-servers-by-id
 */
const resourceServer = exactObject(
  {
    name: { type: 'string', maxLength: 200, pattern: '^[^<>]+$' },
    identifier: { type: 'string', minLength: 1, maxLength: 600 },
    signing_alg: { enum: ['RS256', 'RS512', 'PS256', 'HS256'] },
    scopes: {
      type: 'array',
      items: exactObject({ value: text, description: { type: 'string' } }, ['value']),
    },
    token_lifetime: lifetime,
    token_lifetime_for_web: lifetime,
    token_lifetime_for_anonymous_access_tokens: lifetime,
    token_dialect: {
      enum: ['access_token', 'access_token_authz', 'rfc9068_profile', 'rfc9068_profile_authz'],
    },
    allow_offline_access: flag,
    allow_online_access: flag,
    allow_online_access_with_ephemeral_sessions: flag,
    enforce_policies: flag,
    skip_consent_for_verifiable_first_party_clients: flag,
    subject_type_authorization: exactObject(
      {
        user: policy('allow_all', 'deny_all', 'require_client_grant'),
        client: policy('deny_all', 'require_client_grant'),
        anonymous_user: policy('deny_all', 'require_client_grant'),
      },
      // What the service makes of one that is not named is not known.
      ['user', 'client'],
    ),
    authorization_policy: exactObject({ policy_id: text }, ['policy_id']),
    authorization_details: { type: 'array', items: anyObject },
    consent_policy: { const: 'transactional-authorization-with-mfa' },
    proof_of_possession: exactObject(
      {
        mechanism: { enum: ['mtls', 'dpop'] },
        required: flag,
        required_for: { enum: ['public_clients', 'all_clients'] },
      },
      ['mechanism', 'required'],
    ),
    token_encryption: exactObject(
      {
        format: { const: 'compact-nested-jwe' },
        encryption_key: exactObject(
          {
            name: text,
            alg: { enum: ['RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'] },
            kid: text,
            pem: text,
          },
          ['alg', 'pem'],
        ),
      },
      ['format', 'encryption_key'],
    ),
  },
  ['name', 'identifier'],
);

const quota = { type: 'integer', minimum: 1, maximum: 2_147_483_647 } as const;

/**
 * What auth0-deploy-cli sends of an organization and this project can read back and put back. Members, invitations, grants and domains
 * are the tenant's.
 * @see https://auth0.com/docs/api/management/v2/organizations/patch-organizations-by-id
 */
const organization = exactObject(
  {
    name: { type: 'string', minLength: 1, maxLength: 50, pattern: '^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$' },
    display_name: { type: 'string', minLength: 1, maxLength: 255 },
    branding: exactObject(
      {
        logo_url: { type: 'string', pattern: '^https://' },
        colors: exactObject({ primary: text, page_background: text }, ['primary', 'page_background']),
      },
      [],
    ),
    metadata: metadata(25),
    third_party_client_access: { enum: ['allow', 'block'] },
    is_app_entitlement_active: flag,
    token_quota: exactObject(
      { client_credentials: exactObject({ enforce: flag, per_day: quota, per_hour: quota }, []) },
      ['client_credentials'],
    ),
    connections: {
      type: 'array',
      items: exactObject(
        {
          name: text,
          assign_membership_on_login: flag,
          show_as_button: flag,
          is_signup_enabled: flag,
          is_enabled: flag,
        },
        ['name'],
      ),
    },
  },
  ['name'],
);

const binding = exactObject({ action_name: text, display_name: text }, ['action_name']);

export const TENANT_SCHEMA = exactObject(
  {
    // For editors; no command reads it.
    $schema: text,
    connections: { type: 'array', items: connection, minItems: 1 },
    actions: { type: 'array', items: action },
    triggers: exactObject({ 'post-login': { type: 'array', items: binding, maxItems: 20 } }, ['post-login']),
    clients: { type: 'array', items: client },
    clientGrants: { type: 'array', items: clientGrant },
    resourceServers: { type: 'array', items: resourceServer },
    organizations: { type: 'array', items: organization },
    // Names of Actions of other teams that may run at logins. Never sent: `plan` and `drift` tell of any other.
    otherActions: textList,
    // Never sent: which names placeholders may have, and whether their values are secret.
    variables: {
      type: 'object',
      propertyNames: { type: 'string', pattern: '^\\w+$' },
      additionalProperties: { enum: ['public', 'secret'] },
    },
  },
  ['connections', 'actions', 'triggers', 'clients', 'clientGrants'],
);
