import { takenOf } from '../auth0/management-api.ts';
import type { Schema } from '../auth0/schema-words.ts';
import { without } from '../base/json-values.ts';

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

const exactObject = <Properties extends object, Required extends readonly string[]>(
  properties: Properties,
  required: Required,
) => ({ type: 'object', properties, required, additionalProperties: false }) as const;

/** Any of them, and not `null`: what a file leaves out stays as it is. */
const notNull = ({ type, enum: values, ...schema }: Schema): Schema => ({
  ...schema,
  type: Array.isArray(type) ? type.find((one) => one !== 'null') : type,
  ...(Array.isArray(values) ? { enum: values.filter((value) => value !== null) } : {}),
});

/** What the Management API takes of a new thing but for some of it, and never `null`. */
const takenAndSaid = (path: string, others: readonly string[]): Readonly<Record<string, Schema>> =>
  Object.fromEntries(
    Object.entries(without(takenOf(path), others)).map(([name, schema]) => [name, notNull(schema)]),
  );

const connection = exactObject(
  {
    ...takenAndSaid('/connections', ['cross_app_access_requesting_app', 'cross_app_access_resource_app']),
    name: { type: 'string', pattern: '^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,126}[a-zA-Z0-9])?$' },
    strategy: { const: 'oauth2' },
    enabled_clients: { type: 'array', items: text, minItems: 1, uniqueItems: true },
    realms: textList,
    // auth0-deploy-cli refuses what else the Management API takes of it; so it is with anonymous users of an API.
    connected_accounts: exactObject({ active: flag }, ['active']),
    metadata: metadata(10),
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

// Of a new application they are keys, of one that is there the ids of keys.
const credentials = { type: 'array', items: anyObject } as const;
const withCredentials = exactObject({ credentials }, ['credentials']);

/** Whatever the Management API takes of an application; what is needed here besides. */
const client = exactObject(
  {
    ...without(takenOf('/clients'), ['resource_server_identifier']),
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
    client_authentication_methods: {
      ...exactObject(
        {
          private_key_jwt: withCredentials,
          self_signed_tls_client_auth: withCredentials,
          tls_client_auth: withCredentials,
        },
        [],
      ),
      minProperties: 1,
      maxProperties: 1,
    },
    signed_request_object: exactObject({ required: flag, credentials }, []),
    // An application that is there can be told to have none.
    custom_login_page: { type: 'string' },
    custom_login_page_preview: { type: 'string' },
    form_template: { type: 'string' },
  },
  // Auth0 has applications without a type: those that were made before there were types, or by a tool that named none.
  ['name'],
);

const clientGrant = exactObject(
  {
    ...takenAndSaid('/client-grants', ['default_for']),
    client_id: text,
    scope: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 280 }, uniqueItems: true },
    // A file lists the scopes of a grant: one that has all of them, whatever there are some day, says nothing by its list.
    allow_all_scopes: { const: false },
  },
  ['client_id', 'audience', 'scope'],
);

const policy = <Values extends readonly string[]>(...values: Values) =>
  exactObject({ policy: { enum: values } }, ['policy']);

/**
 * Whatever the Management API takes of an API but for its signing secret.
 * @see https://auth0.com/docs/api/management/v2/resource-servers/patch-resource-servers-by-id
 */
const resourceServer = exactObject(
  {
    ...takenAndSaid('/resource-servers', ['signing_secret']),
    authorization_details: { type: 'array', items: anyObject },
    subject_type_authorization: exactObject(
      {
        user: policy('allow_all', 'deny_all', 'require_client_grant'),
        client: policy('deny_all', 'require_client_grant'),
      },
      // What the service makes of one that is not named is not known.
      ['user', 'client'],
    ),
  },
  ['name', 'identifier'],
);

/**
 * What auth0-deploy-cli sends of an organization and this project can read back and put back. Members, invitations, grants and
 * domains are the tenant's.
 * @see https://auth0.com/docs/api/management/v2/organizations/patch-organizations-by-id
 */
const organization = exactObject(
  {
    ...takenAndSaid('/organizations', ['enabled_connections']),
    name: { type: 'string', minLength: 1, maxLength: 50, pattern: '^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$' },
    branding: exactObject(
      {
        logo_url: { type: 'string', pattern: '^https://' },
        colors: exactObject({ primary: text, page_background: text }, ['primary', 'page_background']),
      },
      [],
    ),
    metadata: metadata(25),
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
