import type { Persona } from '../../local-tenant/runtime.ts';
import type { SimulatedOutcome } from '../../simulation/outcome.ts';
import type { SimulatedUser } from '../../simulation/simulated-login.ts';
import { applicationFor, isFirst, loginCases } from './login-cases.ts';
import type { LoginCase } from './login-cases.ts';
import { loginResult, NOT_POSSIBLE, TURNED_AWAY } from './login-result.ts';
import type { LoginResult } from './login-result.ts';
import type { LoginSide } from './login-side.ts';
import { createSideSimulator } from './side-simulator.ts';
import type { SideSimulator } from './side-simulator.ts';
import { afterLogin, aged, sideUsers, withNewProfile } from './side-users.ts';
import type { SideUsers } from './side-users.ts';

/** One login, as it ends on both sides. */
export interface LoginPair extends LoginCase {
  /** The Didit connection. */
  readonly connection: string;
  readonly before: LoginResult;
  readonly after: LoginResult;
}

/**
 * Runs all cases on both sides. Who returns comes with what the first login on the old side left, on both: that is what users have
 * right after a deploy.
 */
export async function simulateLogins(
  before: LoginSide,
  after: LoginSide,
  personas: readonly Persona[],
): Promise<readonly LoginPair[]> {
  const cases = loginCases(
    [before, after],
    personas.map(({ name }) => name),
  );
  const [oldUsers, newUsers] = await Promise.all([sideUsers(before, personas), sideUsers(after, personas)]);
  const old: Side = { side: before, users: oldUsers, simulator: createSideSimulator(before) };
  const now: Side = { side: after, users: newUsers, simulator: createSideSimulator(after) };
  try {
    const newcomers = cases.filter(({ flow }) => !flow.returning);
    const [oldFirst, newFirst] = await Promise.all([run(old, newcomers), run(now, newcomers)]);
    const kept = keptUsers(oldFirst, oldUsers);
    const returning = cases.filter((login) => login.flow.returning && kept.has(keyOf(login)));
    const [oldLater, newLater] = await Promise.all([run(old, returning, kept), run(now, returning, kept)]);
    return [...pairs(oldFirst, newFirst), ...pairs(oldLater, newLater)].map((pair) => ({
      ...pair,
      connection: after.connection,
    }));
  } finally {
    await Promise.all([old.simulator.close(), now.simulator.close()]);
  }
}

interface Side {
  readonly side: LoginSide;
  readonly users: SideUsers;
  readonly simulator: SideSimulator;
}

type Ending = SimulatedOutcome | 'not possible' | 'turned away';
type Endings = ReadonlyMap<LoginCase, Ending>;

/** The users that first logins left, by application and person. */
type KeptUsers = ReadonlyMap<string, SimulatedUser>;

/** One after the other: what a login leaves in the cache of the Actions is there for the next, in the same order each time. */
async function run(
  { side, users, simulator }: Side,
  cases: readonly LoginCase[],
  kept: KeptUsers = new Map(),
): Promise<Endings> {
  const endings = new Map<LoginCase, Ending>();
  for (const login of cases) {
    const application = applicationFor(side, login.application, login.flow);
    const user = userFor(login, users, kept.get(keyOf(login)));
    endings.set(
      login,
      application === undefined
        ? 'not possible'
        : user === undefined
          ? 'turned away'
          : await simulator.login(application, login.flow, user),
    );
  }
  return endings;
}

/** `undefined`: the profile script turns the person away. */
function userFor(
  { person, flow, age }: LoginCase,
  { first, again }: SideUsers,
  kept: SimulatedUser | undefined,
): SimulatedUser | undefined {
  const known = kept && aged(kept, age.milliseconds);
  if (flow.didit !== 'asked') return known ?? {};
  if (known === undefined) return first.get(person);
  const profile = again.get(person);
  return profile && withNewProfile(known, profile);
}

function keptUsers(endings: Endings, { first }: SideUsers): KeptUsers {
  const kept = new Map<string, SimulatedUser>();
  for (const [login, ending] of endings) {
    const user = first.get(login.person);
    if (user === undefined || typeof ending === 'string' || !isFirst(login.flow)) continue;
    kept.set(keyOf(login), afterLogin(user, ending));
  }
  return kept;
}

const pairs = (before: Endings, after: Endings): readonly Omit<LoginPair, 'connection'>[] =>
  [...before].map(([login, ending]) => ({
    ...login,
    before: resultOf(ending),
    after: resultOf(after.get(login)),
  }));

function resultOf(ending: Ending = 'not possible'): LoginResult {
  if (typeof ending !== 'string') return loginResult(ending);
  return ending === 'turned away' ? TURNED_AWAY : NOT_POSSIBLE;
}

const keyOf = ({ application, person }: LoginCase): string => JSON.stringify([application, person]);
