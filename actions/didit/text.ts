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
 * The country code at the start of a number, as far as its length goes: one digit in zones 1 and 7, two in those that are
 * listed, else three.
 * @see https://www.itu.int/pub/T-SP-E.164D
 */
const COUNTRY_CODE = /^\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/**
 * Countries whose numbers keep a leading zero after the country code: Italy, Ivory Coast, Benin, Gabon, Congo, San Marino.
 * Everywhere else a zero there is the trunk prefix, which is dialled at home only.
 */
const KEEPS_ZERO = /^\+(?:39|225|229|241|242|378)$/;

/**
 * A phone number as E.164 writes it (`+34123456789`); spaces, dots, hyphens and parentheses between the digits are taken out. One
 * with a trunk zero (`+44 (0)20 …`) is no number: with it, it is the number of nobody, or of somebody else.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
 */
export function readPhoneNumber(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 32) return undefined;
  const number = value.replace(/[ .()-]/g, '');
  if (!/^\+[1-9]\d{6,14}$/.test(number)) return undefined;
  const code = COUNTRY_CODE.exec(number)?.[0] ?? '';
  const hasTrunkZero = number.charAt(code.length) === '0' && !KEEPS_ZERO.test(code);
  return hasTrunkZero || /\([^\d(]*0/.test(value) ? undefined : number;
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
