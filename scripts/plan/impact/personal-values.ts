import { isJsonObject } from '../../base/json-values.ts';
import type { Persona } from '../../local-tenant/runtime.ts';
import type { Json } from '../../base/json-values.ts';

/** What the simulated people are known by. */
export interface PersonalValues {
  /** Names, addresses, numbers. */
  readonly profile: readonly string[];
  /** Didit's ids. Part of each Auth0 user id as well. */
  readonly subjects: readonly string[];
}

export const NO_PERSONAL_VALUES: PersonalValues = { profile: [], subjects: [] };

/** In personas.yaml, no value but the word for one. */
const TEMPORARY = 'temporary';

/** Every text that a persona may share, as it is written. */
export const personalValues = (personas: readonly Persona[]): PersonalValues => ({
  profile: [
    ...new Set(personas.flatMap(({ profile, later }) => [profile, later]).flatMap((each) => textsIn(each))),
  ].filter((text) => text !== '' && text !== TEMPORARY),
  subjects: personas.flatMap(({ subject, user }) => [subject, user?.primary ?? []].flat()),
});

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
