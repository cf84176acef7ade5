import type { Persona } from '../../local-tenant/runtime.ts';
import type { ReturningUsers } from '../../simulation/persona-user.ts';
import { afterLogin, flowLogin } from '../../simulation/outcomes/flow-login.ts';
import type { FlowLogin, FlowUsers, UserAt } from '../../simulation/outcomes/flow-login.ts';
import type { SimulatedOutcome } from '../../simulation/simulate-login.ts';
import { applicationFor, isFirst, loginCases } from './login-cases.ts';
import type { LoginCase } from './login-cases.ts';
import { loginResult, NOT_POSSIBLE, TURNED_AWAY } from './login-result.ts';
import type { LoginResult } from './login-result.ts';
import type { LoginSide } from './login-side.ts';
import { createSideSimulator } from './side-simulator.ts';
import type { SideSimulator } from './side-simulator.ts';
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
  /** People of whom the two sides make different users. */
  readonly otherAccounts: readonly string[];
}

/**
 * Runs all cases on both sides. Who returns comes with what the first login on the old side left, on both: that is what users have
 * right after a deploy.
 */
export async function simulateLogins(
  before: LoginSide,
  after: LoginSide,
  personas: readonly Persona[],
): Promise<SimulatedLogins> {
  const cases = loginCases(
    [before, after],
    personas.map(({ name }) => name),
  );
  const [oldUsers, newUsers] = await sideUsers(before, after, personas);
  const old: Side = { side: before, users: oldUsers, simulator: createSideSimulator(before) };
  const now: Side = { side: after, users: newUsers, simulator: createSideSimulator(after) };
  try {
    const newcomers = cases.filter(({ flow }) => !flow.returning);
    const [oldFirst, newFirst] = await Promise.all([run(old, newcomers), run(now, newcomers)]);
    const kept = keptUsers(oldFirst);
    const returning = cases.filter((login) => login.flow.returning && kept.has(keyOf(login)));
    const [oldLater, newLater] = await Promise.all([run(old, returning, kept), run(now, returning, kept)]);
    return {
      pairs: [...pairs(oldFirst, newFirst), ...pairs(oldLater, newLater)].map((pair) => ({
        ...pair,
        connection: after.connection,
      })),
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

type Endings = ReadonlyMap<LoginCase, Ending | 'not possible' | 'turned away'>;

/** The users that first logins left, by application and person. */
type KeptUsers = ReadonlyMap<string, UserAt>;

/** One after the other: what a login leaves in the cache of the Actions is there for the next, in the same order each time. */
async function run(
  { side, users, simulator }: Side,
  cases: readonly LoginCase[],
  kept: KeptUsers = new Map(),
): Promise<Endings> {
  const endings = new Map<LoginCase, Ending | 'not possible' | 'turned away'>();
  for (const each of cases) {
    const application = applicationFor(side, each.application, each.flow);
    const known = usersFor(each, users, kept.get(keyOf(each)));
    if (application === undefined) endings.set(each, 'not possible');
    else if (known === undefined) endings.set(each, 'turned away');
    else {
      const login = flowLogin(each.flow, known, Date.now());
      const outcome = await simulator.login(application, login, each.flow.failure === 'slow');
      endings.set(each, { login, outcome });
    }
  }
  return endings;
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

const pairs = (before: Endings, after: Endings): readonly Omit<LoginPair, 'connection'>[] =>
  [...before].map(([login, ending]) => ({
    ...login,
    before: resultOf(ending),
    after: resultOf(after.get(login)),
  }));

function resultOf(ending: Ending | 'not possible' | 'turned away' = 'not possible'): LoginResult {
  if (typeof ending !== 'string') return loginResult(ending.outcome);
  return ending === 'turned away' ? TURNED_AWAY : NOT_POSSIBLE;
}

const keyOf = ({ application, person }: LoginCase): string => JSON.stringify([application, person]);
