import { jsonBytes, own } from './json.ts';

/** Facts about a person that are answers, not data: yes, no, or not known (absent). */
export const FLAG_NAMES = [
  'verified',
  'age_over_18',
  'age_over_21',
  'email_verified',
  'phone_verified',
  'names_verified',
] as const;

/**
 * Personal values, each with the most bytes that it may take as JSON: together they leave room in a 4 kB record. None of them is
 * kept or shown unless a setting names it.
 */
const PERSONAL = [
  ['name', 256],
  ['given_name', 160],
  ['family_name', 160],
  ['email', 256],
  ['phone_number', 18],
  ['birthdate', 12],
  ['gender', 32],
  ['address', 320],
] as const;

export const PERSONAL_NAMES = /* @__PURE__ */ PERSONAL.map(([name]) => name);

/** The most bytes of a personal value as JSON. */
export const maxBytesOf = (name: PersonalName): number =>
  PERSONAL.find(([personal]) => personal === name)?.[1] ?? 0;

export const FIELD_NAMES: readonly FieldName[] = /* @__PURE__ */ [FLAG_NAMES, PERSONAL_NAMES].flat();

export type FlagName = (typeof FLAG_NAMES)[number];
export type PersonalName = (typeof PERSONAL)[number][0];
export type FieldName = FlagName | PersonalName;

/** What is known of a person. An absent field is not known; it is never the same as `false`. */
export type Fields = Readonly<Partial<Record<FlagName, boolean>> & Partial<Record<PersonalName, string>>>;

/**
 * The fields in an object of unknown content that have one of the given names, in the order of `FIELD_NAMES`. A value of another
 * type or size is left out. Their wording was checked when they came from Didit (`readProfile`).
 */
export function readFields(source: unknown, names: readonly FieldName[] = FIELD_NAMES): Fields {
  const fields: Partial<Record<FlagName, boolean>> & Partial<Record<PersonalName, string>> = {};
  for (const name of FLAG_NAMES) {
    const value = own(source, name);
    if (typeof value === 'boolean' && names.includes(name)) fields[name] = value;
  }
  for (const [name, maxBytes] of PERSONAL) {
    const value = own(source, name);
    const fits = typeof value === 'string' && value !== '' && jsonBytes(value) <= maxBytes;
    if (fits && names.includes(name)) fields[name] = value;
  }
  return fields;
}
