import { isDeepStrictEqual } from 'node:util';
import { loadPersonas } from '../../local-tenant/didit-stand-in/personas.ts';
import type { ModelPair } from '../diff/change.ts';
import { compareLogins } from './compare-logins.ts';
import type { LoginChange, LoginPair } from './compare-logins.ts';
import { NOT_POSSIBLE } from './login-result.ts';
import { connectionNames, loginSide } from './login-side.ts';
import { simulateSide } from './simulate-side.ts';
import type { LoginResults } from './simulate-side.ts';

/** What a plan means for the people who log in. */
export interface LoginImpact {
  /** Personas of the Didit stand-in. */
  readonly people: readonly string[];
  readonly applications: readonly string[];
  readonly changes: readonly LoginChange[];
}

/**
 * Runs every persona at every application through the old and the new bundles and settings, where anything that logins depend on
 * differs: their first login through Didit. Actions of other teams are not run.
 */
export async function loginImpact({ before, after }: ModelPair): Promise<LoginImpact> {
  // Who refuses to share anything never comes back from Didit: there is no login.
  const personas = loadPersonas().filter(({ fault }) => fault === 'none');
  const people = personas.map(({ name }) => name);
  const connections = [...new Set([...connectionNames(after), ...connectionNames(before)])];
  const applications = new Set<string>();
  const pairs: LoginPair[] = [];
  for (const connection of connections) {
    const [old, now] = [loginSide(before, connection), loginSide(after, connection)];
    const names = [
      ...new Set([...(now?.applications ?? []), ...(old?.applications ?? [])].map(({ name }) => name)),
    ];
    for (const name of names) applications.add(name);
    if (isDeepStrictEqual(old, now)) continue;
    const nobody: LoginResults = () => undefined;
    const [oldResults, newResults] = await Promise.all([
      old === undefined ? nobody : simulateSide(old, personas),
      now === undefined ? nobody : simulateSide(now, personas),
    ]);
    pairs.push(
      ...names.flatMap((application) =>
        people.map((person) => ({
          person,
          application,
          before: oldResults(person, application) ?? NOT_POSSIBLE,
          after: newResults(person, application) ?? NOT_POSSIBLE,
        })),
      ),
    );
  }
  return { people, applications: [...applications], changes: compareLogins(pairs) };
}
