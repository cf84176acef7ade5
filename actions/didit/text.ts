import { jsonBytes } from './json.ts';

/** Longer input is dropped unread: no regular expression runs over a megabyte. Characters. */
const MAX_RAW_CHARACTERS = 1_024;

/** What can make a name read as something else on a screen: control characters, and marks that turn the writing direction. */
const UNSEEN =
  /[\p{Cc}\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

const LONE_SURROGATE = /\p{Cs}/u;

/**
 * A line of text for people: composed (NFC), white space collapsed, without control and direction characters.
 * `undefined` when nothing is left, when it is not well-formed, or when it needs more than `maxBytes` as JSON.
 */
export function readLine(value: unknown, maxBytes: number): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_RAW_CHARACTERS) return undefined;
  const line = value.replace(/\s/gu, ' ').replace(UNSEEN, '').replace(/ +/g, ' ').trim().normalize('NFC');
  if (line === '' || LONE_SURROGATE.test(line) || jsonBytes(line) > maxBytes) return undefined;
  return line;
}

/** An e-mail address of at most 254 characters. Delivery is not ours to check: one `@`, nothing unseen, no white space. */
export const readEmail = (value: unknown): string | undefined =>
  typeof value === 'string' &&
  value.length <= 254 &&
  /^[^\s@"<>\\]+@[^\s@"<>\\]+$/.test(value) &&
  readLine(value, 256) === value
    ? value
    : undefined;

/**
 * A phone number as E.164 writes it (`+34123456789`); spaces, dots, hyphens and parentheses between the digits are taken out.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
 */
export function readPhoneNumber(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 32) return undefined;
  const number = value.replace(/[ .()-]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined;
}

/** An https URL of at most 2,048 characters without credentials in it. */
export function readHttpsUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 2_048) return undefined;
  try {
    const url = new URL(value);
    const plain = url.protocol === 'https:' && url.username === '' && url.password === '';
    // Encoding may have made it longer.
    return plain && url.href.length <= 2_048 ? url.href : undefined;
  } catch {
    return undefined;
  }
}
