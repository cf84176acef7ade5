import { isDeepStrictEqual } from 'node:util';
import { loadEveryPersona } from '../../local-tenant/runtime.ts';
import type { ModelPair } from '../../tenant-model/diff/change.ts';
import { compareLogins, peopleInWords } from './compare-logins.ts';
import type { LoginChange } from './compare-logins.ts';
import { IMPACT_FLOWS } from './login-cases.ts';
import { connectionNames, enabledPlaces, loginSide } from './login-side.ts';
import { lockedOut, openToAll } from './locked-out.ts';
import type { LockedOut } from './locked-out.ts';
import { rated } from '../ratings/security-codes.ts';
import type { SecurityRating } from '../ratings/security-codes.ts';
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
  /** Where nobody gets in any more who did before. */
  readonly lockedOut: readonly LockedOut[];
  /** Applications at which now every person gets in at the first login. */
  readonly openToAll: readonly string[];
  /** Whom Actions send requests or people to that they did not. */
  readonly hosts: readonly { readonly host: string; readonly security: readonly SecurityRating[] }[];
  /** Connections whose profile script gives people who are there another user id. */
  readonly accounts: readonly OfConnection[];
  /** Connections through which not all logins were run. */
  readonly notRun: readonly OfConnection[];
}

/** What is found of all logins through a connection. */
export interface OfConnection {
  readonly connection: string;
  readonly security: readonly SecurityRating[];
}

/**
 * Runs every persona at every application through the old and the new bundles and settings, where anything that logins depend on
 * differs: their first login through Didit, and those that may follow. Actions of other teams are not run.
 *
 * @param budgetMilliseconds As `createSideSimulator` has it.
 */
export async function loginImpact(
  { before, after }: ModelPair,
  budgetMilliseconds?: number,
): Promise<LoginImpact> {
  // Who refuses to share anything never comes back from Didit: there is no login.
  const personas = loadEveryPersona().filter(({ fault }) => fault === 'none');
  const connections = [...new Set([...connectionNames(after), ...connectionNames(before)])];
  const applications = new Set<string>();
  const pairs: LoginPair[] = [];
  const accounts: OfConnection[] = [];
  const notRun: OfConnection[] = [];
  for (const connection of connections) {
    const places = enabledPlaces([after, before], connection);
    for (const { application } of places) applications.add(application);
    const [old, now] = [loginSide(before, connection, places), loginSide(after, connection, places)];
    if (places.length === 0 || isDeepStrictEqual(old, now)) continue;
    const simulated = await simulateLogins(old, now, personas, budgetMilliseconds);
    pairs.push(...simulated.pairs);
    if (simulated.notRun > 0) {
      const because = `${simulated.notRun} of ${simulated.pairs.length + simulated.notRun} were not run`;
      notRun.push({ connection, security: [rated('logins_not_run', because)] });
    }
    if (simulated.otherAccounts.length > 0) {
      const whose = peopleInWords(
        simulated.otherAccounts,
        personas.map(({ name }) => name),
      );
      const because = `the user id of ${whose} is another one`;
      accounts.push({ connection, security: [rated('account_changed', because)] });
    }
  }
  return {
    people: personas.map(({ name }) => name),
    applications: [...applications],
    flows: IMPACT_FLOWS.filter((flow) => pairs.some((pair) => pair.flow === flow)).map(({ label }) => label),
    changes: compareLogins(pairs, personalValues(personas)),
    lockedOut: lockedOut(pairs),
    openToAll: openToAll(pairs),
    accounts,
    notRun,
    hosts: calledHosts(pairs).map((host) => ({ host, security: [rated('action_host', host)] })),
  };
}

function calledHosts(pairs: readonly LoginPair[]): readonly string[] {
  const known = new Set(pairs.flatMap(({ before }) => before.hosts));
  return [...new Set(pairs.flatMap(({ after }) => after.hosts))].filter((host) => !known.has(host)).sort();
}
