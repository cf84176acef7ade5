import { isJsonObject } from '../../base/json-values.ts';
import type { Persona } from '../../local-tenant/runtime.ts';
import type { Json, JsonObject } from '../../base/json-values.ts';
import type { SimulatedOutcome } from '../../simulation/outcome.ts';
import { personaUsers } from '../../simulation/persona-user.ts';
import type { SimulatedUser } from '../../simulation/simulated-login.ts';
import type { LoginSide } from './login-side.ts';

/** What the profile script of one side makes of people, by persona; without those whom it turns away. */
export interface SideUsers {
  readonly first: ReadonlyMap<string, SimulatedUser>;
  /** At a later login: a persona's profile may have changed. */
  readonly again: ReadonlyMap<string, SimulatedUser>;
}

export async function sideUsers(
  { connection, profileScript, scopes }: LoginSide,
  personas: readonly Persona[],
): Promise<SideUsers> {
  if (profileScript === undefined) return { first: new Map(), again: new Map() };
  // One after the other: a worker of its own would cost more memory than it saves time.
  const first = await personaUsers(personas, profileScript, scopes, connection, 1);
  const again = await personaUsers(personas, profileScript, scopes, connection, 2);
  return { first, again };
}

/** The user as the tenant keeps it after a first login. */
export const afterLogin = (user: SimulatedUser, { user: metadata }: SimulatedOutcome): SimulatedUser => ({
  ...user,
  ...metadata,
  logins_count: 2,
});

/**
 * The user when Didit sends a new profile: what is kept under the same id stays.
 * @param kept What an earlier login left.
 */
export const withNewProfile = (kept: SimulatedUser, profile: SimulatedUser): SimulatedUser =>
  kept.user_id === profile.user_id ? { ...kept, root: profile.root ?? {} } : profile;

/**
 * The user if everything that is kept of it were older: each time in it is an earlier one.
 * @param age Milliseconds.
 */
export const aged = (user: SimulatedUser, age: number): SimulatedUser => ({
  ...user,
  root: agedObject(user.root ?? {}, age),
  app_metadata: agedObject(user.app_metadata ?? {}, age),
  user_metadata: agedObject(user.user_metadata ?? {}, age),
});

const agedObject = (object: JsonObject, age: number): JsonObject =>
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
