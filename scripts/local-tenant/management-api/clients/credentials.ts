import { createHash, createPublicKey, X509Certificate } from 'node:crypto';
import { randomIdentifier } from '../../identifiers.ts';
import { asObject, isJsonObject, stringIn, textOf, without } from '../../../base/json-values.ts';
import type { Json, JsonObject } from '../../../base/json-values.ts';
import { timestamp } from '../api.ts';
import type { Api } from '../api.ts';
import { invalidBody } from '../request/errors.ts';
import { withoutNulls } from '../request/metadata.ts';

/** The key's name: the thumbprint of its JWK. @see https://www.rfc-editor.org/rfc/rfc7638 */
function thumbprint(pem: string): string {
  const { crv, e, kty, n, x, y } = createPublicKey(pem).export({ format: 'jwk' });
  return createHash('sha256')
    .update(JSON.stringify(kty === 'EC' ? { crv, kty, x, y } : { e, kty, n }))
    .digest('base64url');
}

/** What the service reads out of a key or certificate; the PEM itself is not shown again. */
function derived(credential: JsonObject): JsonObject {
  const pem = stringIn(credential, 'pem');
  const type = stringIn(credential, 'credential_type') ?? 'public_key';
  if (pem === undefined) return {};
  try {
    const expires = (): Date => new X509Certificate(pem).validToDate;
    if (type === 'public_key')
      return {
        kid: thumbprint(pem),
        alg: 'RS256',
        ...(credential['parse_expiry_from_cert'] === true ? { expires_at: expires().toISOString() } : {}),
      };
    const certificate = new X509Certificate(pem);
    if (type === 'cert_subject_dn') return { subject_dn: certificate.subject };
    const digest = Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex');
    return {
      thumbprint_sha256: digest.toString('base64url'),
      expires_at: expires().toISOString().replace('.000', ''),
    };
  } catch {
    throw invalidBody('Invalid PEM', 'pem');
  }
}

/** The time at which a credential ends as the service writes times. */
export function withTime(credential: JsonObject): JsonObject {
  const { expires_at: end } = credential;
  return typeof end === 'string' ? { ...credential, expires_at: new Date(end).toISOString() } : credential;
}

/** A new credential of an application, as its creation answers it. Its key is kept apart, for `private_key_jwt`. */
export function newCredential(api: Api, credential: JsonObject): JsonObject {
  const now = timestamp(api);
  const id = `cred_${randomIdentifier(22)}`;
  const { pem } = credential;
  if (pem !== undefined) api.collections.things('/credential-keys').put(id, { pem });
  return withoutNulls({
    id,
    ...derived(credential),
    ...without(withTime(credential), ['pem', 'parse_expiry_from_cert']),
    created_at: now,
    updated_at: now,
  });
}

/** Lists of credentials that settings have, however deep: `private_key_jwt.credentials`, `signed_request_object.credentials`. */
function replaced(value: Json, replace: (credential: JsonObject) => Json): Json {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === 'credentials' && Array.isArray(inner)
        ? inner.map((one) => replace(asObject(one)))
        : replaced(inner, replace),
    ]),
  );
}

const WITH_CREDENTIALS =
  /^(client_authentication_methods|signed_request_object|token_vault_privileged_access)$/;

const inSettings = (settings: JsonObject, replace: (credential: JsonObject) => Json): JsonObject =>
  Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      WITH_CREDENTIALS.test(name) ? replaced(value, replace) : value,
    ]),
  );

/** Keeps the new credentials of an application's settings, and leaves their ids in the settings. */
export const keepCredentials = (api: Api, clientId: string, settings: JsonObject): JsonObject =>
  inSettings(settings, (credential) => {
    if (credential['id'] !== undefined) return { id: credential['id'] };
    const made = newCredential(api, credential);
    api.collections.things(`/clients/${clientId}/credentials`).put(textOf(made['id']), made);
    return { id: made['id'] ?? '' };
  });

/** The settings with their credentials in full, as the creation of an application answers them. */
export const withCredentials = (api: Api, clientId: string, settings: JsonObject): JsonObject =>
  inSettings(
    settings,
    ({ id = '' }) => api.collections.things(`/clients/${clientId}/credentials`).get(textOf(id)) ?? { id },
  );
