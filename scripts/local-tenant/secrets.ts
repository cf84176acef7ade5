import { createHash, timingSafeEqual } from 'node:crypto';

/** SHA-256 in base64url: what the store keeps of a code, token or cookie, and PKCE's `S256`. */
export const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Compares two secrets in a time that does not depend on where they differ. */
export const sameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(sha256(one)), Buffer.from(sha256(other)));

export interface ProofKey {
  readonly challenge: string;
  readonly method: string;
}

/**
 * Whether a code verifier answers the challenge. Without a challenge none may be sent, so that a stripped challenge is noticed.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.6
 */
export function provesKey(proofKey: ProofKey | undefined, verifier: string | undefined): boolean {
  if (proofKey === undefined) return verifier === undefined;
  if (verifier === undefined) return false;
  return sameSecret(proofKey.challenge, proofKey.method === 'S256' ? sha256(verifier) : verifier);
}

/**
 * The client id and secret of an `Authorization: Basic` header, or `undefined` where none can be read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function readBasicCredentials(
  header: string | undefined,
): { readonly clientId: string; readonly clientSecret: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [, clientId, clientSecret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  if (clientId === undefined || clientSecret === undefined) return undefined;
  try {
    return { clientId: formDecode(clientId), clientSecret: formDecode(clientSecret) };
  } catch {
    return undefined;
  }
}

const formDecode = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));
