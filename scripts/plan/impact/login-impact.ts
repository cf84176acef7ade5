import { isDeepStrictEqual } from 'node:util';
import { loadEveryPersona } from '../../local-tenant/runtime.ts';
import type { ModelPair } from '../../tenant-model/diff/change.ts';
import { compareLogins } from './compare-logins.ts';
import type { LoginChange } from './compare-logins.ts';
import { IMPACT_FLOWS } from './login-cases.ts';
import { connectionNames, enabledApplications, loginSide } from './login-side.ts';
import { personalValues } from './personal-values.ts';
import { simulateLogins } from './simulate-logins.ts';
import type { LoginPair } from './simulate-logins.ts';

/** What a plan means for the people who log in. */
export interface LoginImpact {
  /** Personas of the Didit stand-in. */
  readonly people: readonly string[];
  readonly applications: readonly string[];
  /** The ways to log in that were run; none where nothing that logins depend on differs. */
  readonly flows: readonly string[];
  readonly changes: readonly LoginChange[];
}

/**
 * Runs every persona at every application through the old and the new bundles and settings, where anything that logins depend on
 * differs: their first login through Didit, and those that may follow. Actions of other teams are not run.
 */
export async function loginImpact({ before, after }: ModelPair): Promise<LoginImpact> {
  // Who refuses to share anything never comes back from Didit: there is no login.
  const personas = loadEveryPersona().filter(({ fault }) => fault === 'none');
  const connections = [...new Set([...connectionNames(after), ...connectionNames(before)])];
  const applications = new Set<string>();
  const pairs: LoginPair[] = [];
  for (const connection of connections) {
    const names = [
      ...new Set([...enabledApplications(after, connection), ...enabledApplications(before, connection)]),
    ];
    for (const name of names) applications.add(name);
    const [old, now] = [loginSide(before, connection, names), loginSide(after, connection, names)];
    if (names.length === 0 || isDeepStrictEqual(old, now)) continue;
    pairs.push(...(await simulateLogins(old, now, personas)));
  }
  return {
    people: personas.map(({ name }) => name),
    applications: [...applications],
    flows: IMPACT_FLOWS.filter((flow) => pairs.some((pair) => pair.flow === flow)).map(({ label }) => label),
    changes: compareLogins(pairs, personalValues(personas)),
  };
}
