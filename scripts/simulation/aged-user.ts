import { isJsonObject } from '../base/json-values.ts';
import type { Json, JsonObject } from '../base/json-values.ts';
import type { SimulatedUser } from './simulated-login.ts';

/**
 * The user if all that is kept of it had come about earlier: each time in its attributes, its identities and its metadata is an
 * earlier one.
 * @param age Milliseconds; a negative one makes it later.
 */
export const aged = (user: SimulatedUser, age: number): SimulatedUser => ({
  ...withAgedProfile(user, age),
  app_metadata: agedObject(user.app_metadata ?? {}, age),
  user_metadata: agedObject(user.user_metadata ?? {}, age),
});

/** The user if the provider had been asked earlier. What the tenant keeps beside that stays. */
export const withAgedProfile = (user: SimulatedUser, age: number): SimulatedUser => ({
  ...user,
  root: agedObject(user.root ?? {}, age),
  ...(user.identities === undefined
    ? {}
    : {
        identities: user.identities.map((identity) =>
          identity.profileData === undefined
            ? identity
            : { ...identity, profileData: agedObject(identity.profileData, age) },
        ),
      }),
});

/** The same of any JSON. */
export const agedObject = (object: JsonObject, age: number): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, agedValue(value, age)]));

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function agedValue(value: Json, age: number): Json {
  if (typeof value === 'string' && INSTANT.test(value)) {
    const time = Date.parse(value) - age;
    return Number.isNaN(time) ? value : new Date(time).toISOString();
  }
  if (Array.isArray(value)) return value.map((item) => agedValue(item, age));
  return isJsonObject(value) ? agedObject(value, age) : value;
}
