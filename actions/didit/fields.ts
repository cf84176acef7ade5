import { readDate } from './calendar.ts';
import { own } from './json.ts';
import { readEmail, readLine, readPhoneNumber } from './text.ts';

/** Facts about a person that are answers, not data: yes, no, or not known (absent). */
export const FLAG_NAMES = [
  'verified',
  'age_over_18',
  'age_over_21',
  'email_verified',
  'phone_verified',
  'names_verified',
] as const;

/** Personal values. None of them is kept or shown unless a setting names it. */
export const PERSONAL_NAMES = [
  'name',
  'given_name',
  'family_name',
  'email',
  'phone_number',
  'birthdate',
  'gender',
  'address',
] as const;

export const FIELD_NAMES = [...FLAG_NAMES, ...PERSONAL_NAMES] as const;

export type FlagName = (typeof FLAG_NAMES)[number];
export type PersonalName = (typeof PERSONAL_NAMES)[number];
export type FieldName = FlagName | PersonalName;

/** What is known of a person. An absent field is not known; it is never the same as `false`. */
export type Fields = Readonly<Partial<Record<FlagName, boolean>> & Partial<Record<PersonalName, string>>>;

/** Bytes that each personal value may take as JSON: together they leave room in a 4 kB record. */
export const MAX_VALUE_BYTES: Readonly<Record<PersonalName, number>> = {
  name: 256,
  given_name: 160,
  family_name: 160,
  email: 256,
  phone_number: 18,
  birthdate: 12,
  gender: 32,
  address: 320,
};

const readers: Readonly<Record<PersonalName, (value: unknown) => string | undefined>> = {
  name: (value) => readLine(value, MAX_VALUE_BYTES.name),
  given_name: (value) => readLine(value, MAX_VALUE_BYTES.given_name),
  family_name: (value) => readLine(value, MAX_VALUE_BYTES.family_name),
  email: readEmail,
  phone_number: readPhoneNumber,
  birthdate: readDate,
  gender: (value) => readLine(value, MAX_VALUE_BYTES.gender),
  address: (value) => readLine(value, MAX_VALUE_BYTES.address),
};

/**
 * The known fields in an object of unknown content, in the order of `FIELD_NAMES`, each checked by its own reader. A bad value
 * is left out and counted; it never takes a good one with it.
 */
export function readFields(source: unknown): { readonly fields: Fields; readonly dropped: number } {
  const fields: Partial<Record<FlagName, boolean>> & Partial<Record<PersonalName, string>> = {};
  let dropped = 0;
  for (const name of FLAG_NAMES) {
    const value = own(source, name);
    if (typeof value === 'boolean') fields[name] = value;
    else if (value != null) dropped += 1;
  }
  for (const name of PERSONAL_NAMES) {
    const value = own(source, name);
    const text = readers[name](value);
    if (text !== undefined) fields[name] = text;
    else if (value != null) dropped += 1;
  }
  return { fields, dropped };
}

/** Only the fields with the given names. */
export const pickFields = (fields: Fields, names: readonly FieldName[]): Fields =>
  readFields(Object.fromEntries(names.map((name) => [name, fields[name]]))).fields;
