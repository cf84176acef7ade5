import { isRecord } from '../base/json-values.ts';

/**
 * Names of settings whose values are nobody's business. Rather one too many than one too few: a connection made by hand may have
 * any option, and what is hidden by mistake is still shown as set, and as changed.
 */
const SECRET_NAME =
  /secret|passw|passphrase|passcode|private|credential|cookie|bearer|hmac|authorization$|assertion$|tokens?$|(?:basic|http|proxy)_?auth$|(?<!public_?)keys?$|jwks?$|pem$/i;

/** Objects among Auth0's own settings that say who may do something, and how often. */
const PUBLIC_OBJECTS: readonly string[] = ['subject_type_authorization', 'client_credentials'];

/** What is in these is sent along with requests to the provider, and may authenticate them. */
const SECRET_HOLDER = /headers?$|auth_?params$/i;

/** @param value What it names, where that is known. */
export const isSecretName = (name: string, value?: unknown): boolean =>
  SECRET_NAME.test(name) && !(isRecord(value) && PUBLIC_OBJECTS.includes(name));

/** Whether all that stands below a name is secret. */
export const isSecretHolder = (name: string): boolean => SECRET_HOLDER.test(name);

/**
 * Whether a whole text is a credential, whatever it is called: `Bearer …`, `Basic …`, a private key in PEM, a JWT. A text that
 * only holds one somewhere is not: an address or a script with something like it inside must stay visible.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 * @see https://www.rfc-editor.org/rfc/rfc7617#section-2
 * @see https://www.rfc-editor.org/rfc/rfc7468#section-10
 */
export function looksLikeCredential(text: string): boolean {
  const trimmed = text.trim();
  const [, basic] = /^Basic\s+([A-Za-z0-9+/_-]+=*)$/i.exec(trimmed) ?? [];
  // `Basic authentication` is a description: the credentials are NAME:PASSWORD in Base64.
  if (basic !== undefined) return Buffer.from(basic, 'base64').toString('latin1').includes(':');
  return (
    /^Bearer\s+[\w.~+/=-]+$/i.test(trimmed) ||
    /^-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/.test(trimmed) ||
    /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(trimmed)
  );
}
