import type { JsonObject } from '../../base/json-values.ts';
import type { Store } from '../store/store.ts';
import type { Persona } from './personas.ts';

/** What somebody has changed about a persona at this tenant, since: scopes with other values, `null` takes one away. */
export interface PersonaFacts {
  of(persona: string): JsonObject;
  /** An empty object makes the persona as personas.yaml has it again. */
  change(persona: string, facts: JsonObject): void;
  applied(persona: Persona): Persona;
}

/** Kept with the tenant's state; personas.yaml stays as it is. */
export function personaFacts(store: Store): PersonaFacts {
  const changed = store.collection<{ readonly facts: JsonObject }>('persona-facts');
  const of = (persona: string): JsonObject => changed.get(persona)?.facts ?? {};
  return {
    of,
    change: (persona, facts) => {
      changed.put(persona, { facts });
    },
    applied: (persona) => withFacts(persona, of(persona.name)),
  };
}

/** A persona of whom Didit says something else, at the first login and later. */
export const withFacts = (persona: Persona, facts: JsonObject): Persona => ({
  ...persona,
  profile: { ...persona.profile, ...facts },
  later: { ...persona.later, ...facts },
});
