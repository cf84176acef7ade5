import {
  MAX_SAML_ATTRIBUTE_NAME_BYTES,
  MAX_SAML_ATTRIBUTE_VALUE_BYTES,
  MAX_SAML_ATTRIBUTES,
  MAX_SAML_ATTRIBUTES_BYTES,
  MAX_SAML_NAME_IDENTIFIER_PROBES,
} from '../../auth0/runtime-limits.ts';
import { jsonBytes, jsonCopy, stringArgument } from './arguments.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

/** The setters of one value: its type, and its bytes where Auth0 limits them. */
const SETTERS: Readonly<Record<string, 'boolean' | 'number' | { readonly maxBytes: number }>> = {
  setAudience: { maxBytes: 2_000 },
  setAuthnContextClassRef: { maxBytes: 500 },
  setCert: { maxBytes: 4_000 },
  setCreateUpnClaim: 'boolean',
  setDestination: { maxBytes: 2_000 },
  setDigestAlgorithm: { maxBytes: 500 },
  setEncryptionAlgorithm: { maxBytes: 500 },
  setEncryptionCert: { maxBytes: 4_000 },
  setEncryptionPublicKey: { maxBytes: 4_000 },
  setIncludeAttributeNameFormat: 'boolean',
  setIssuer: { maxBytes: 2_000 },
  setKey: { maxBytes: 4_000 },
  setLifetimeInSeconds: 'number',
  setMapIdentities: 'boolean',
  setMapUnknownClaimsAsIs: 'boolean',
  setNameIdentifierFormat: { maxBytes: 500 },
  setPassthroughClaimsWithNoMapping: 'boolean',
  setRecipient: { maxBytes: 2_000 },
  setRelayState: { maxBytes: 2_000 },
  setSignResponse: 'boolean',
  setSignatureAlgorithm: { maxBytes: 500 },
  setSigningCert: { maxBytes: 4_000 },
  setTypedAttributes: 'boolean',
};

/**
 * `api.samlResponse`: the arguments are held to Auth0's limits and then forgotten, since nobody logs in to the local
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
      const name = withinBytes(
        stringArgument(attribute, 'attribute'),
        'attribute',
        MAX_SAML_ATTRIBUTE_NAME_BYTES,
      );
      const bytes = jsonBytes(jsonCopy(value) ?? null);
      if (bytes > MAX_SAML_ATTRIBUTE_VALUE_BYTES) {
        throw new RangeError(
          `"value" has ${bytes} bytes; at most ${MAX_SAML_ATTRIBUTE_VALUE_BYTES} are allowed.`,
        );
      }
      attributes.set(name, Buffer.byteLength(name) + bytes);
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
      for (const probe of probes) withinBytes(stringArgument(probe, 'nameIdentifierProbes'), 'a probe', 500);
      noSaml();
    },
  };
}

function checkValue(
  method: string,
  type: 'boolean' | 'number' | { readonly maxBytes: number },
  value: unknown,
): void {
  if (typeof type === 'object') withinBytes(stringArgument(value, method), method, type.maxBytes);
  else if (typeof value !== type) throw new TypeError(`"${method}" takes a ${type}.`);
}

function withinBytes(text: string, name: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes)
    throw new RangeError(`"${name}" has ${bytes} bytes; at most ${maxBytes} are allowed.`);
  return text;
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);
