import { hasReachedAge, readDate, toTimestamp } from './calendar.ts';
import { FLAG_NAMES, PERSONAL_NAMES, maxBytesOf, readFields } from './fields.ts';
import type { FieldName, Fields, PersonalName } from './fields.ts';
import { isObject, own } from './json.ts';
import { readSubject } from './subject.ts';
import { readEmail, readHttpsUrl, readLine, readPhoneNumber } from './text.ts';

/** How far the time zone where the day begins first, UTC+14, is ahead. */
const FIRST_TIME_ZONE_MILLISECONDS = 14 * 3_600_000;

const NAME_PARTS = ['name', 'given_name', 'family_name'] as const;

/** A person as Didit's userinfo describes them, after every value was checked. */
export interface DiditProfile {
  /** Didit's id of the person. */
  readonly subject: string;
  /** A temporary URL: good for a session's page, not for keeping. */
  readonly picture: string | undefined;
  readonly fields: Fields;
  /** How many values were there and could not be used. */
  readonly dropped: number;
}

/** Where the value of a field stands in the userinfo answer, for what Didit does not document: `['gender', 'value']`. */
export type FieldPaths = ReadonlyMap<PersonalName, readonly string[]>;

/**
 * Reads a userinfo answer of any content. Didit documents the inner shape of `email`, `phone` and `names`, and booleans for
 * `is_verified`, `is_over_18` and `is_over_21`; of the other scopes, only a `birthdate` that is a date (`YYYY-MM-DD`) is
 * understood without a path. A bad value is left out and counted. It takes along only what is said about it, and what would be
 * made from it.
 *
 * Didit's own age answers count; only where one is missing it is computed from the birth date.
 *
 * @param now Milliseconds since the epoch: the moment of the login.
 * @returns `undefined` when there is no usable subject (`sub`, else `user_id`): without it there is no user to make.
 * @see https://docs.didit.me
 */
export function readProfile(
  userinfo: unknown,
  now: number,
  paths: FieldPaths = new Map(),
): DiditProfile | undefined {
  const subject = readSubject(own(userinfo, 'sub')) ?? readSubject(own(userinfo, 'user_id'));
  if (subject === undefined) return undefined;
  const raw = rawFields(userinfo, paths);
  const present = Object.values(raw).filter((value) => value != null).length;
  const groups = ['names', 'email', 'phone'].map((name) => own(userinfo, name));
  const checked = checkedFields(raw);
  // A part of the name that does not fit is missing from the whole, and was part of what Didit verified. An empty one is no part.
  const isNameWhole = NAME_PARTS.every(
    (part) => raw[part] == null || raw[part] === '' || checked[part] !== undefined,
  );
  const read = withoutContradictions(isNameWhole ? checked : without(checked, ['names_verified']), now);
  const rawPicture = own(userinfo, 'picture');
  const picture = readHttpsUrl(rawPicture);
  return {
    subject,
    picture,
    fields: withAge(isNameWhole ? withFullName(read) : read, now),
    dropped:
      present -
      Object.keys(read).length +
      groups.filter((group) => group != null && !isObject(group)).length +
      (rawPicture != null && picture === undefined ? 1 : 0),
  };
}

/** Every field's value as Didit sent it, unchecked. */
function rawFields(userinfo: unknown, paths: FieldPaths): Readonly<Record<FieldName, unknown>> {
  const names = own(userinfo, 'names');
  const email = own(userinfo, 'email');
  const phone = own(userinfo, 'phone');
  const documented = {
    verified: own(userinfo, 'is_verified'),
    age_over_18: own(userinfo, 'is_over_18'),
    age_over_21: own(userinfo, 'is_over_21'),
    email_verified: own(email, 'is_verified'),
    phone_verified: own(phone, 'is_verified'),
    names_verified: own(names, 'is_verified'),
    name: own(names, 'full_name'),
    given_name: own(names, 'first_name'),
    family_name: own(names, 'family_name'),
    email: own(email, 'email'),
    phone_number: own(phone, 'phone_number'),
    birthdate: own(userinfo, 'birthdate'),
    gender: undefined,
    address: undefined,
  };
  const mapped = [...paths].map(([name, path]) => [name, path.reduce(own, userinfo)] as const);
  return { ...documented, ...Object.fromEntries(mapped) };
}

const readers: Readonly<Record<PersonalName, (value: unknown, maxBytes: number) => string | undefined>> = {
  name: readLine,
  given_name: readLine,
  family_name: readLine,
  email: readEmail,
  phone_number: readPhoneNumber,
  birthdate: readDate,
  gender: readLine,
  address: readLine,
};

const checkedFields = (raw: Readonly<Record<FieldName, unknown>>): Fields =>
  readFields({
    ...Object.fromEntries(FLAG_NAMES.map((name) => [name, raw[name]])),
    ...Object.fromEntries(PERSONAL_NAMES.map((name) => [name, readers[name](raw[name], maxBytesOf(name))])),
  });

/** A statement about a value that is not there, and what cannot be true of anybody, is no knowledge. */
function withoutContradictions(fields: Fields, now: number): Fields {
  const named = [fields.name, fields.given_name, fields.family_name].some((part) => part !== undefined);
  const untenable: readonly (FieldName | false)[] = [
    agesContradict(fields) && 'age_over_18',
    agesContradict(fields) && 'age_over_21',
    // Nobody is born later than today, wherever today has come first.
    (fields.birthdate ?? '') > toTimestamp(now + FIRST_TIME_ZONE_MILLISECONDS).slice(0, 10) && 'birthdate',
    fields.email === undefined && 'email_verified',
    fields.phone_number === undefined && 'phone_verified',
    !named && 'names_verified',
  ];
  return without(fields, untenable);
}

const agesContradict = (fields: Fields): boolean =>
  fields.age_over_21 === true && fields.age_over_18 === false;

const without = (fields: Fields, names: readonly (FieldName | false)[]): Fields =>
  readFields(
    Object.fromEntries(Object.entries(fields).filter(([name]) => !names.some((other) => other === name))),
  );

function withFullName(fields: Fields): Fields {
  const { given_name, family_name } = fields;
  const name = fields.name ?? [given_name, family_name].filter((part) => part !== undefined).join(' ');
  return readFields({ ...fields, name });
}

function withAge(fields: Fields, now: number): Fields {
  const { birthdate } = fields;
  if (birthdate === undefined) return fields;
  const aged = readFields({
    ...fields,
    age_over_18: fields.age_over_18 ?? hasReachedAge(birthdate, 18, now),
    age_over_21: fields.age_over_21 ?? hasReachedAge(birthdate, 21, now),
  });
  // Where the birth date says the opposite of Didit's own answer, nothing is made from it.
  return agesContradict(aged) ? fields : aged;
}
