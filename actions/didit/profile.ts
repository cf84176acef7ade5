import { hasReachedAge, readDate, toTimestamp } from './calendar.ts';
import type { Fields, PersonalName } from './fields.ts';
import { readFields } from './fields.ts';
import { isObject, own } from './json.ts';
import { readHttpsUrl, readIdentifier } from './text.ts';

/** A person as Didit's userinfo describes them, after every value was checked. */
export interface DiditProfile {
  /** Didit's id of the person. */
  readonly subject: string;
  /** A temporary URL: good for a session's page, not for keeping. */
  readonly picture?: string;
  readonly fields: Fields;
  /** How many values were there and could not be used. */
  readonly dropped: number;
}

/** Where the value of a field stands in the userinfo answer, for what Didit does not document: `['gender', 'value']`. */
export type FieldPaths = ReadonlyMap<PersonalName, readonly string[]>;

/**
 * Reads a userinfo answer of any content. Didit documents the inner shape of `email`, `phone` and `names`, and booleans for
 * `is_verified`, `is_over_18` and `is_over_21`; of the other scopes, only `birthdate` is understood without a path.
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
  const subject = readIdentifier(own(userinfo, 'sub')) ?? readIdentifier(own(userinfo, 'user_id'));
  if (subject === undefined) return undefined;
  const names = own(userinfo, 'names');
  const email = own(userinfo, 'email');
  const phone = own(userinfo, 'phone');
  const birthdate = own(userinfo, 'birthdate');
  const { fields, dropped } = readFields({
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
    birthdate: isObject(birthdate) ? onlyDateIn(birthdate) : birthdate,
    ...Object.fromEntries([...paths].map(([name, path]) => [name, valueAt(userinfo, path)])),
  });
  const misshapen = [names, email, phone].filter((group) => group != null && !isObject(group)).length;
  const checked = withoutContradictions(withFullName(fields), now);
  const picture = readHttpsUrl(own(userinfo, 'picture'));
  return {
    subject,
    ...(picture === undefined ? {} : { picture }),
    fields: withAge(checked.fields, now),
    dropped:
      dropped +
      misshapen +
      checked.dropped +
      (picture === undefined && own(userinfo, 'picture') != null ? 1 : 0),
  };
}

/** The inner names of `birthdate` are not documented: the one value in it that is a date is the birth date, two are none. */
function onlyDateIn(birthdate: Readonly<Record<string, unknown>>): unknown {
  const dates = Object.values(birthdate).filter((value) => readDate(value) !== undefined);
  return dates.length === 1 ? dates[0] : birthdate;
}

const valueAt = (value: unknown, path: readonly string[]): unknown => path.reduce(own, value);

function withFullName(fields: Fields): Fields {
  if (fields.name !== undefined) return fields;
  const name = [fields.given_name, fields.family_name].filter((part) => part !== undefined).join(' ');
  return name === '' ? fields : readFields({ ...fields, name }).fields;
}

/** A statement about a value that is not there, and what cannot be true of anybody, is no knowledge. */
function withoutContradictions(
  fields: Fields,
  now: number,
): { readonly fields: Fields; readonly dropped: number } {
  const untenable = [
    ...(fields.age_over_21 === true && fields.age_over_18 === false
      ? (['age_over_18', 'age_over_21'] as const)
      : []),
    ...(fields.birthdate !== undefined && fields.birthdate > toTimestamp(now).slice(0, 10)
      ? (['birthdate'] as const)
      : []),
    ...(fields.email === undefined ? (['email_verified'] as const) : []),
    ...(fields.phone_number === undefined ? (['phone_verified'] as const) : []),
    ...(fields.name === undefined ? (['names_verified'] as const) : []),
  ];
  const entries = Object.entries(fields);
  const kept = entries.filter(([name]) => !untenable.some((other) => other === name));
  return { fields: readFields(Object.fromEntries(kept)).fields, dropped: entries.length - kept.length };
}

function withAge(fields: Fields, now: number): Fields {
  if (fields.birthdate === undefined) return fields;
  return {
    ...fields,
    age_over_18: fields.age_over_18 ?? hasReachedAge(fields.birthdate, 18, now),
    age_over_21: fields.age_over_21 ?? hasReachedAge(fields.birthdate, 21, now),
  };
}
