import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { randomIdentifier } from '../../identifiers.ts';
import { asObject, isJsonObject, textOf, only, without } from '../../../base/json-values.ts';
import type { Json, JsonObject } from '../../../base/json-values.ts';
import { directoryMapping, scimMapping } from '../../../auth0/scim-mapping.ts';
import { tenantName, timestamp } from '../api.ts';
import { ApiError, conflict } from '../request/errors.ts';
import type { Kind, Place } from './kind.ts';

/** Ids of a kind: `acl_` and letters. */
export const prefixed =
  (prefix: string, length = 16) =>
  (): string =>
    `${prefix}_${randomIdentifier(length)}`;

const SECRET = /(?<!site_)key|secret|pass|token$|connectionString|credentials$/i;

/** What credentials leave readable: the region, not the key. */
export const withoutSecrets = (value: Json): Json =>
  isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, inner]): [string, Json][] =>
          SECRET.test(name) && !isJsonObject(inner) ? [] : [[name, withoutSecrets(inner)]],
        ),
      )
    : value;

/** Fields that are set to nothing are taken away. */
const withoutEmpty = (_: Place, body: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? null : value,
    ]),
  );

/** What AWS calls the source of the tenant's events. */
const partnerSource = ({ api }: Place, of: string): string =>
  `aws.partner/auth0.com/${tenantName(api)}-${randomUUID()}/auth0.${of}`;

/** A domain that nobody has verified: the first one is the primary one. */
function newDomain({ api }: Place, body: JsonObject): JsonObject {
  const domain = textOf(body['domain']);
  const own = body['type'] === 'self_managed_certs';
  const id = textOf(body['custom_domain_id']).replace('_', '-').toLowerCase();
  const method = own
    ? { name: 'TXT', record: randomUUID(), domain: `_cf-custom-hostname.${domain}` }
    : { name: 'CNAME', record: `${tenantName(api)}-${id}.edge.tenants.us.auth0.com`, domain };
  return {
    primary: api.collections.things('/custom-domains').all().length === 0,
    is_default: false,
    status: 'pending_verification',
    ...(own ? {} : { tls_policy: 'recommended' }),
    ...body,
    verification: { methods: [method] },
    created_at: timestamp(api),
  };
}

const customDomains: Kind = {
  id: 'custom_domain_id',
  newId: prefixed('cd'),
  missing: ['The custom domain does not exist', 'inexistent_custom_domain'],
  unique: ['domain', 'The custom domain exists already'],
  made: newDomain,
  shown: (_, domain) => ({
    ...(domain['type'] === 'self_managed_certs' ? { custom_client_ip_header: null } : {}),
    ...domain,
  }),
};

/** How what belongs to a connection names it. */
function ofConnection({ api, ids }: Place): JsonObject {
  const { id = '', name = '', strategy = '' } = api.collections.connections.get(ids['id'] ?? '') ?? {};
  return { connection_id: id, connection_name: name, strategy };
}

function newScimConfiguration(place: Place, body: JsonObject): JsonObject {
  const connection = place.api.collections.connections.get(place.ids['id'] ?? '');
  if (connection?.settings['show_as_button'] === undefined)
    throw new ApiError(404, 'scim strategy not enabled');
  const start = { user_id_attribute: 'externalId', mapping: scimMapping() };
  return { tenant_name: tenantName(place.api), ...ofConnection(place), ...start, ...body };
}

/** What SAML calls things about people. */
const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';

/** The first letters, or none of a short word. */
const masked = (word: string): string => {
  const open = word.length > 4 ? 4 : 0;
  return `${word.slice(0, open)}${'*'.repeat(Math.max(4, word.length - open))}`;
};

/** How somebody proves who they are, as it is read later. */
function authenticationMethodAsShown(_: Place, method: JsonObject, reading: string): JsonObject {
  const { email, phone_number: number } = method;
  return {
    ...(reading === 'changed' ? {} : { confirmed: true }),
    ...method,
    ...(typeof email === 'string' ? { email: email.split('@').map(masked).join('@') } : {}),
    ...(typeof number === 'string' ? { phone_number: number.slice(-4).padStart(number.length, 'X') } : {}),
  };
}

const MONTH_MILLISECONDS = 30 * 86_400_000;

/** A link that is sent to somebody; it leads nowhere, see docs/local-tenant.md. */
const ticketTo = (page: string): Kind => ({
  namesOthers: true,
  called: ({ api }) => ({ ticket: `${api.tenant.url()}/u/${page}?ticket=${randomIdentifier(32)}#` }),
});

/** Nothing is sent to anybody. */
const TRIED: Kind = {
  called: () => ({ code: 202, message: 'Test notification successfully sent for processing' }),
};

/** What a tenant keeps of features that the local tenant does not act on, as recorded. */
export const FEATURES: Readonly<Record<string, Kind>> = {
  '/actions/executions/{id}': { missing: ['That execution does not exist.'] },
  // Nobody is ever blocked, nor is a browser remembered.
  '/anomaly/blocks/ips/{id}': { single: true, missing: ['Not Found'] },
  '/user-blocks': { single: true, initial: { blocked_for: [] } },
  '/user-blocks/{id}': { single: true, initial: { blocked_for: [] } },
  '/stats/active-users': {
    counted: ({ api }) => {
      const since = api.tenant.now() - MONTH_MILLISECONDS;
      return api.collections.users.all().filter(({ last_login: last }) => Date.parse(last ?? '') >= since)
        .length;
    },
  },
  // Nobody counts by days.
  '/stats/daily': { counted: () => [] },
  '/tickets/email-verification': ticketTo('email-verification'),
  '/tickets/password-change': ticketTo('reset-password'),
  '/users/{id}/multifactor/{provider}': { single: true },
  '/users/{id}/multifactor/actions/invalidate-remember-browser': { called: () => ({}) },
  '/users/{id}/recovery-code-regeneration': {
    called: () => ({ recovery_code: randomIdentifier(24).toUpperCase() }),
  },
  '/users/{id}/risk-assessments/clear': { called: () => ({}) },
  '/users/{id}/authentication-methods': {
    withoutZeros: true,
    made: (_, { totp_secret: __, ...body }) => {
      const [device, method] = [`dev_${randomIdentifier(16)}`, body['preferred_authentication_method']];
      const ways = typeof method === 'string' ? [{ id: `${method}|${device}`, type: method }] : undefined;
      return {
        ...body,
        id: `${textOf(body['type'])}|${device}`,
        ...(ways && { authentication_methods: ways }),
      };
    },
    shown: authenticationMethodAsShown,
  },
  '/branding/themes': {
    id: 'themeId',
    newId: () => randomBytes(16).toString('hex'),
    missing: ['There was an error retrieving branding settings: invalid theme ID', 'theme_not_found'],
  },
  '/branding/phone/providers': {
    newId: prefixed('pro', 22),
    defaults: { channel: 'phone' },
    missing: ['Not Found'],
  },
  '/branding/phone/templates': {
    newId: prefixed('tem', 22),
    unique: ['type', 'There is a template of this type already'],
    missing: ['Not Found'],
    defaults: { channel: 'phone', content: { syntax: 'liquid' } },
  },
  '/branding/phone/providers/{id}/try': TRIED,
  '/branding/phone/templates/{id}/try': TRIED,
  // It is written by another name than it is read by.
  '/branding/templates/universal-login': { kept: (_, { template = '' }) => ({ body: template }) },
  '/connection-profiles': {
    newId: prefixed('cop', 22),
    defaults: { connection_config: null, strategy_overrides: null },
  },
  '/connections/{id}/scim-configuration': {
    missing: ['Not Found'],
    made: newScimConfiguration,
    taken: () => new ApiError(400, 'The SCIM configuration already exists'),
    kept: ({ api }, body) => ({ ...body, updated_on: timestamp(api) }),
  },
  '/connections/{id}/scim-configuration/default-mapping': { initial: { mapping: scimMapping() } },
  '/connections/{id}/directory-provisioning': {
    missing: ['Not Found'],
    taken: () => conflict('The directory provisioning exists already'),
    made: (place, body) => ({
      ...ofConnection(place),
      ...{ mapping: directoryMapping(), synchronize_automatically: false, synchronize_groups: 'off' },
      ...body,
    }),
  },
  '/connections/{id}/directory-provisioning/default-mapping': { initial: { mapping: directoryMapping() } },
  '/connections/{id}/directory-provisioning/synchronized-groups': { initial: { groups: [] } },
  '/connections/{id}/scim-configuration/tokens': {
    id: 'token_id',
    newId: prefixed('tok', 22),
    made: (_, body) => ({ ...body, token: `tok_${randomIdentifier(52)}` }),
    shown: (_, token, reading) =>
      reading === 'changed' ? token : without(token, ['token', 'token_lifetime']),
  },
  '/custom-domains': customDomains,
  '/custom-domains/default': {
    ...customDomains,
    check: () => {
      throw new ApiError(400, 'The domain must be verified before it can be set as default.', 'invalid_body');
    },
  },
  '/device-credentials': { newId: prefixed('dcr') },
  '/email-templates': {
    id: 'template',
    missing: ['The template does not exist.', 'inexistent_email_template'],
    taken: () => conflict('The template exists already'),
  },
  '/emails/provider': {
    missing: ['There is not a configured email provider', 'inexistent_email_provider'],
    taken: ({ name }) => conflict(`An email provider is already configured: ${textOf(name)}`),
    hasSecrets: true,
  },
  '/event-streams': {
    newId: prefixed('est', 22),
    defaults: { status: 'enabled' },
    hasSecrets: true,
    made: (place, body) => {
      const { type, configuration } = asObject(body['destination']);
      const source = { aws_partner_event_source: partnerSource(place, 'events') };
      return type === 'eventbridge'
        ? { ...body, destination: { type, configuration: { ...asObject(configuration), ...source } } }
        : body;
    },
  },
  '/experimentation/feature-flags': {
    newId: prefixed('flg', 22),
    defaults: { type: 'self', status: 'draft' },
  },
  '/experimentation/feature-flags/{feature_flag_id}/variations': { newId: prefixed('var', 22) },
  '/flows': { newId: prefixed('af', 22) },
  '/flows/vault/connections': {
    newId: prefixed('ac', 22),
    made: (_, body) => ({
      ...body,
      ready: body['setup'] !== undefined,
      fingerprint: randomBytes(16).toString('hex'),
    }),
    shown: (_, vault, reading) => (reading === 'changed' ? { refreshed_at: null, ...vault } : vault),
  },
  '/forms': { newId: prefixed('ap', 22), kept: withoutEmpty },
  // Nobody has been asked for consent.
  '/grants': { deletesSilently: true },
  '/guardian/enrollments/{id}': { missing: ['Enrollment not found', 'enrollment_not_found'] },
  '/guardian/enrollments/ticket': {
    namesOthers: true,
    called: ({ api }, _, id = randomIdentifier(32)) => ({
      ticket_id: id,
      ticket_url: `${api.tenant.url()}/enrollment?ticket_id=${id}`,
    }),
  },
  '/guardian/factors/push-notification/providers/fcm': { hasSecrets: true },
  '/guardian/factors/push-notification/providers/fcmv1': { hasSecrets: true },
  '/guardian/factors/push-notification/providers/sns': {
    shown: (_, sns, reading) => (reading === 'changed' ? sns : without(sns, ['aws_secret_access_key'])),
  },
  '/guardian/factors': {
    id: 'name',
    defaults: { trial_expired: false },
    initial: [
      ...['sms', 'push-notification', 'otp', 'email', 'duo', 'webauthn-roaming', 'webauthn-platform'],
      'recovery-code',
    ].map((name) => ({ name, enabled: false })),
    shown: (_, factor, reading) => (reading === 'changed' ? only(factor, ['enabled']) : factor),
  },
  '/keys/encryption': {
    id: 'kid',
    newId: randomUUID,
    defaults: { state: 'pre-activation', parent_kid: null },
  },
  '/keys/network-acls': {
    newId: prefixed('key', 22),
    made: (_, body) => ({
      ...body,
      fingerprint: createHash('sha256').update(textOf(body['value']), 'base64').digest('hex'),
    }),
  },
  '/keys/signing': { notKept: true },
  '/log-streams': {
    newId: prefixed('lst'),
    defaults: { status: 'active' },
    made: (place, body) =>
      body['type'] === 'eventbridge'
        ? {
            ...body,
            sink: { ...asObject(body['sink']), awsPartnerEventSource: partnerSource(place, 'logs') },
          }
        : body,
  },
  '/network-acls': {
    newId: prefixed('acl', 22),
    missing: ['NetworkACL with this ID was not found'],
    gone: { code: 204, object: '' },
    shown: ({ api }, acl, reading) =>
      reading === 'changed' ? acl : { tenant_id: tenantName(api), ...acl, deleted_at: null },
  },
  '/prompts/{prompt}/partials': { kept: withoutEmpty },
  '/prompts/{prompt}/screen/{screen}/rendering': { echoes: true },
  '/rate-limit-policies': { newId: prefixed('rlp', 21) },
  '/rules': { newId: prefixed('rul') },
  '/rules-configs': { id: 'key' },
  '/self-service-profiles/{id}/sso-ticket': ticketTo('self-service'),
  '/self-service-profiles': { newId: prefixed('ssp', 22), missing: ['Not Found'] },
  '/token-exchange-profiles': { newId: prefixed('tep') },
  '/user-attribute-profiles': {
    newId: prefixed('uap', 22),
    defaults: {
      user_id: {
        oidc_mapping: 'sub',
        saml_mapping: ['nameidentifier', 'upn', 'name'].map((name) => `${CLAIMS}/${name}`),
        scim_mapping: 'externalId',
      },
    },
  },
  '/verifiable-credentials/verification/templates': { newId: prefixed('vct', 22) },
};
