import type { Persona } from '../../local-tenant/runtime.ts';
import type { ReturningUsers } from '../../simulation/persona-user.ts';
import { afterLogin, flowLogin } from '../../simulation/outcomes/flow-login.ts';
import type { FlowLogin, FlowUsers, UserAt } from '../../simulation/outcomes/flow-login.ts';
import type { SimulatedOutcome } from '../../simulation/simulate-login.ts';
import { applicationFor, isFirst, isSlow, loginCases } from './login-cases.ts';
import type { LoginCase } from './login-cases.ts';
import { loginResult, NOT_POSSIBLE, TURNED_AWAY } from './login-result.ts';
import type { LoginResult } from './login-result.ts';
import type { LoginSide } from './login-side.ts';
import { createSideSimulator } from './side-simulator.ts';
import type { LoginAt, SideSimulator } from './side-simulator.ts';
import { sideUsers } from './side-users.ts';

/** One login, as it ends on both sides. */
export interface LoginPair extends LoginCase {
  /** The Didit connection. */
  readonly connection: string;
  readonly before: LoginResult;
  readonly after: LoginResult;
}

export interface SimulatedLogins {
  readonly pairs: readonly LoginPair[];
  /** How many more there are that a side had no time left for. */
  readonly notRun: number;
  /** People of whom the two sides make different users. */
  readonly otherAccounts: readonly string[];
}

/**
 * Runs all cases on both sides. Who returns comes with what the first login on the old side left, on both: that is what users
 * have right after a deploy.
 *
 * @param budgetMilliseconds As `createSideSimulator` has it.
 */
export async function simulateLogins(
  before: LoginSide,
  after: LoginSide,
  personas: readonly Persona[],
  budgetMilliseconds?: number,
): Promise<SimulatedLogins> {
  const cases = loginCases(
    [before, after],
    personas.map(({ name }) => name),
  );
  const [oldUsers, newUsers] = await sideUsers(before, after, personas);
  const old: Side = {
    side: before,
    users: oldUsers,
    simulator: createSideSimulator(before, budgetMilliseconds),
  };
  const now: Side = {
    side: after,
    users: newUsers,
    simulator: createSideSimulator(after, budgetMilliseconds),
  };
  try {
    const newcomers = cases.filter(({ flow }) => !flow.returning);
    const atUsualSpeed = newcomers.filter(({ flow }) => !isSlow(flow));
    const [oldFirst, newFirst] = await Promise.all([run(old, atUsualSpeed), run(now, atUsualSpeed)]);
    const kept = keptUsers(oldFirst);
    const returning = cases.filter((login) => login.flow.returning && kept.has(keyOf(login)));
    const [oldLater, newLater] = await Promise.all([run(old, returning, kept), run(now, returning, kept)]);
    const slow = newcomers.filter(({ flow }) => isSlow(flow));
    const [oldSlow, newSlow] = await Promise.all([runSlow(old, slow), runSlow(now, slow)]);
    const oldEnds = new Map([...oldFirst, ...oldLater, ...oldSlow]);
    const newEnds = new Map([...newFirst, ...newLater, ...newSlow]);
    const all = [...newcomers, ...returning];
    const pairs = all.flatMap((login): LoginPair[] => {
      const [was, is] = [oldEnds.get(login), newEnds.get(login)];
      if (was === 'not run' || is === 'not run') return [];
      return [{ ...login, connection: after.connection, before: resultOf(was), after: resultOf(is) }];
    });
    return {
      pairs,
      notRun: all.length - pairs.length,
      otherAccounts: otherAccounts(oldUsers, newUsers),
    };
  } finally {
    await Promise.all([old.simulator.close(), now.simulator.close()]);
  }
}

/** Auth0 finds a user by the id that the profile script gives: with another one, the person is somebody new. */
const otherAccounts = (before: ReturningUsers, after: ReturningUsers): readonly string[] =>
  [...before.first].flatMap(([person, { user_id: id }]) => {
    const now = after.first.get(person);
    return now === undefined || now.user_id === id ? [] : [person];
  });

interface Side {
  readonly side: LoginSide;
  readonly users: ReturningUsers;
  readonly simulator: SideSimulator;
}

interface Ending {
  readonly login: FlowLogin;
  readonly outcome: SimulatedOutcome;
}

/** Why a case is no login on a side. */
type NoLogin = 'not possible' | 'turned away' | 'not run';

type Endings = ReadonlyMap<LoginCase, Ending | NoLogin>;

/** The users that first logins left, by application and person. */
type KeptUsers = ReadonlyMap<string, UserAt>;

/** One after the other: what a login leaves in the cache of the Actions is there for the next, in the same order each time. */
async function run(side: Side, cases: readonly LoginCase[], kept: KeptUsers = new Map()): Promise<Endings> {
  const endings = new Map<LoginCase, Ending | NoLogin>();
  for (const each of cases) {
    const asked = loginOf(each, side, kept);
    if (typeof asked === 'string') endings.set(each, asked);
    else {
      const outcome = await side.simulator.login(asked.application, asked.login, false);
      endings.set(each, { ...asked, outcome });
    }
  }
  return endings;
}

/** Logins that wait together. Each has an instance of its own, in memory. */
const SLOW_AT_ONCE = 4;

/** How they share the instances is up to chance: no other login should find what they leave there. */
async function runSlow(side: Side, cases: readonly LoginCase[]): Promise<Endings> {
  const endings = new Map<LoginCase, Ending | NoLogin>();
  for (let start = 0; start < cases.length; start += SLOW_AT_ONCE) {
    const asked = cases
      .slice(start, start + SLOW_AT_ONCE)
      .map((each) => [each, loginOf(each, side, new Map())] as const);
    const logins = asked.flatMap(([, login]) => (typeof login === 'string' ? [] : [login]));
    const outcomes = [...(await side.simulator.slowLogins(logins))];
    for (const [each, login] of asked) {
      const outcome = typeof login === 'string' ? undefined : outcomes.shift();
      if (typeof login === 'string') endings.set(each, login);
      else if (outcome !== undefined) endings.set(each, { ...login, outcome });
    }
  }
  return endings;
}

/** What a case is on a side, if it is a login at all. */
function loginOf(each: LoginCase, { side, users, simulator }: Side, kept: KeptUsers): LoginAt | NoLogin {
  if (simulator.isSpent) return 'not run';
  const application = applicationFor(side, each.application, each.flow);
  if (application === undefined) return 'not possible';
  const known = usersFor(each, users, kept.get(keyOf(each)));
  if (known === undefined) return 'turned away';
  return { application, login: flowLogin(each.flow, known, Date.now()) };
}

/** `undefined`: the profile script turns the person away. */
function usersFor(
  { person, flow, age }: LoginCase,
  { first, again, askedAt }: ReturningUsers,
  kept: UserAt | undefined,
): FlowUsers | undefined {
  const user = (flow.returning ? again : first).get(person);
  if (user === undefined && flow.didit === 'asked') return undefined;
  return { asked: { user: user ?? {}, at: askedAt }, kept, age: age.milliseconds };
}

function keptUsers(endings: Endings): KeptUsers {
  const kept = new Map<string, UserAt>();
  for (const [each, ending] of endings) {
    if (typeof ending === 'string' || !isFirst(each.flow)) continue;
    const { login, outcome } = ending;
    kept.set(keyOf(each), afterLogin({ user: login.user, at: login.authenticatedAt }, outcome));
  }
  return kept;
}

function resultOf(ending: Ending | Exclude<NoLogin, 'not run'> = 'not possible'): LoginResult {
  if (typeof ending !== 'string') return loginResult(ending.outcome);
  return ending === 'turned away' ? TURNED_AWAY : NOT_POSSIBLE;
}

const keyOf = ({ application, person }: LoginCase): string => JSON.stringify([application, person]);
