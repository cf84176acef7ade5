import { randomBytes } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/**
 * A random identifier of `length` characters from `A-Za-z0-9`, in the form of Auth0's own ids and client secrets.
 * 16 characters carry 95 bits.
 */
export function randomIdentifier(length: number): string {
  let identifier = '';
  while (identifier.length < length) {
    for (const byte of randomBytes(length)) {
      // Bytes past the last whole multiple of the alphabet would favour its first letters.
      if (byte < ALPHABET.length * 4 && identifier.length < length)
        identifier += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return identifier;
}
