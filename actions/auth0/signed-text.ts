import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Characters of a SHA-256 in base64url. */
const SIGNATURE_CHARACTERS = 43;

/** SHA-256 in base64url, 43 characters. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** HMAC-SHA256 in base64url, 43 characters: what nobody makes without the key. */
export const macOf = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');

/** A text with a signature before it, good in one context alone. */
export const signText = (key: string, context: readonly unknown[], text: string): string =>
  macOf(key, JSON.stringify([...context, text])) + text;

/** The text that was signed in this context; `undefined` for anything else. */
export function signedText(key: string, context: readonly unknown[], signed: string): string | undefined {
  const text = signed.slice(SIGNATURE_CHARACTERS);
  return isSameText(signed, signText(key, context, text)) ? text : undefined;
}

/** In a time that tells nothing. As text: other texts decode to the same bytes. */
export function isSameText(given: string, expected: string): boolean {
  const one = Buffer.from(given);
  const other = Buffer.from(expected);
  return one.length === other.length && timingSafeEqual(one, other);
}
