import {
  MAX_SAML_ATTRIBUTE_NAME_BYTES,
  MAX_SAML_ATTRIBUTE_VALUE_CHARACTERS,
  MAX_SAML_ATTRIBUTES,
  MAX_SAML_ATTRIBUTES_BYTES,
  MAX_SAML_NAME_IDENTIFIER_PROBES,
} from '../../auth0/runtime-limits.ts';
import { choiceArgument, jsonBytes, jsonCopy, shortArgument, stringArgument } from './arguments.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

/** The setters of one value: its type, and its characters where Auth0 limits them. */
const SETTERS: Readonly<Record<string, 'boolean' | 'number' | readonly string[] | { readonly max: number }>> =
  {
    setAudience: { max: 2_048 },
    setAuthnContextClassRef: { max: 512 },
    setCert: { max: 4_096 },
    setCreateUpnClaim: 'boolean',
    setDestination: { max: 2_048 },
    setDigestAlgorithm: ['sha256', 'sha1'],
    setEncryptionAlgorithm: ['aes256-gcm', 'aes256-cbc'],
    setEncryptionCert: { max: 4_096 },
    setEncryptionPublicKey: { max: 4_096 },
    setIncludeAttributeNameFormat: 'boolean',
    setIssuer: { max: 512 },
    setKey: { max: 4_096 },
    setLifetimeInSeconds: 'number',
    setMapIdentities: 'boolean',
    setMapUnknownClaimsAsIs: 'boolean',
    setNameIdentifierFormat: { max: 512 },
    setPassthroughClaimsWithNoMapping: 'boolean',
    setRecipient: { max: 2_048 },
    setRelayState: { max: 512 },
    setSignResponse: 'boolean',
    setSignatureAlgorithm: ['rsa-sha256', 'rsa-sha1'],
    setSigningCert: { max: 4_096 },
    setTypedAttributes: 'boolean',
  };

/**
 * `api.samlResponse`: the arguments are held to what Auth0's own code takes and then forgotten, since nobody logs in to the local
 * tenant by SAML.
 *
 * @see https://auth0.com/docs/customize/actions/limitations
 */
export function samlResponseApi({ note }: ActionContext): ApiArea {
  const attributes = new Map<string, number>();
  const noSaml = (): void => {
    note('The local tenant issues no SAML responses: api.samlResponse changes nothing.');
  };
  return {
    ...Object.fromEntries(
      Object.entries(SETTERS).map(([method, type]) => [
        method,
        (value: unknown) => {
          checkValue(method, type, value);
          noSaml();
        },
      ]),
    ),
    setAttribute(attribute, value) {
      const name = stringArgument(attribute, 'attribute');
      if (Buffer.byteLength(name) > MAX_SAML_ATTRIBUTE_NAME_BYTES) {
        throw new RangeError(
          `"attribute" has ${Buffer.byteLength(name)} bytes; at most ${MAX_SAML_ATTRIBUTE_NAME_BYTES} are allowed.`,
        );
      }
      for (const each of Array.isArray(value) ? value : [value ?? '']) checkAttributeValue(each);
      attributes.set(name, Buffer.byteLength(name) + jsonBytes(jsonCopy(value) ?? null));
      if (attributes.size > MAX_SAML_ATTRIBUTES || sum(attributes.values()) > MAX_SAML_ATTRIBUTES_BYTES) {
        throw new RangeError(
          `At most ${MAX_SAML_ATTRIBUTES} SAML attributes of ${MAX_SAML_ATTRIBUTES_BYTES} bytes in all are allowed.`,
        );
      }
      noSaml();
    },
    setNameIdentifierProbes(probes) {
      if (!Array.isArray(probes) || probes.length > MAX_SAML_NAME_IDENTIFIER_PROBES) {
        throw new TypeError(
          `"nameIdentifierProbes" has to be a list of at most ${MAX_SAML_NAME_IDENTIFIER_PROBES}.`,
        );
      }
      for (const probe of probes) shortArgument(probe, 'nameIdentifierProbes', 512);
      noSaml();
    },
  };
}

function checkAttributeValue(value: unknown): void {
  if (typeof value === 'string') shortArgument(value, 'value', MAX_SAML_ATTRIBUTE_VALUE_CHARACTERS);
  else if (typeof value !== 'number' && typeof value !== 'boolean')
    throw new TypeError('"value" has to be a string, a number, a boolean, a list of these, or null.');
}

/** A setter without a value changes nothing. */
function checkValue(method: string, type: (typeof SETTERS)[string] | undefined, value: unknown): void {
  if (value === undefined || type === undefined) return;
  if (typeof type === 'string') {
    if (typeof value !== type) throw new TypeError(`"${method}" takes a ${type}.`);
  } else if ('max' in type) shortArgument(value, method, type.max);
  else choiceArgument(value, method, type);
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
