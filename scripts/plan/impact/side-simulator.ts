import { temporaryFolder } from '../../base/write-files.ts';
import type { SimulatedOutcome } from '../../simulation/outcome.ts';
import { DEFAULT_SECRET_NAMES, SIMULATED_STEP_UP_CLIENT } from '../../simulation/simulated-actions.ts';
import { withManagementTimeout } from '../../simulation/outcomes/flow-login.ts';
import type { FlowLogin } from '../../simulation/outcomes/flow-login.ts';
import { createLoginSimulator } from '../../simulation/simulate-login.ts';
import type { SimulatedLogin } from '../../simulation/simulate-login.ts';
import { DIDIT_CONNECTION } from '../../tenant-config/tenant-config.ts';
import type { LoginApplication, LoginSide } from './login-side.ts';

/** Milliseconds that all Actions of one simulated login may take. Auth0 allows 20 seconds. */
const LOGIN_TIMEOUT_MILLISECONDS = 10_000;

/**
 * A simulated login in which nothing is waited for takes milliseconds; one that takes this long has found the machine busy, and
 * may have given up waiting for an answer that was on its way. The shortest time that the Actions can be told to wait is a
 * second.
 */
const BUSY_MILLISECONDS = 900;

/**
 * Milliseconds that a login takes on a busy machine. Those of a tenant with a thousand applications take half an hour together.
 */
const USUAL_MILLISECONDS = 100;

/** Milliseconds that all logins of a side may take beyond that. Code that waits in each would keep a plan for hours. */
const SIDE_BUDGET_MILLISECONDS = 5 * 60_000;

/** What a slow login waits for the Management API, milliseconds: the shortest time that the Actions can be told to. */
const SLOW_MILLISECONDS = 1_000;

/** How often a login is run before it is believed that it takes so long. */
const BUSY_ATTEMPTS = 3;

/** What an application asks for that wants to see everything. */
const REQUESTED_SCOPES = ['openid', 'profile', 'email', 'phone', 'address'];

/** A login, and where. */
export interface LoginAt {
  readonly application: LoginApplication;
  readonly login: FlowLogin;
}

/** The code and the settings of one side, ready for logins. Close it after the last one. */
export interface SideSimulator {
  /** @param isSlow Whether the Management API never answers: the Actions wait a second then, whatever the settings say. */
  login(application: LoginApplication, login: FlowLogin, isSlow: boolean): Promise<SimulatedOutcome>;
  /** Several of the slow ones at once: they wait for nothing but time. */
  slowLogins(logins: readonly LoginAt[]): Promise<readonly SimulatedOutcome[]>;
  /** Whether its code has taken all the time that there is for it. What is run all the same says nothing about others. */
  readonly isSpent: boolean;
  close(): Promise<void>;
}

/** @param budgetMilliseconds Default `SIDE_BUDGET_MILLISECONDS`. */
export function createSideSimulator(
  side: LoginSide,
  budgetMilliseconds = SIDE_BUDGET_MILLISECONDS,
): SideSimulator {
  const folder = temporaryFolder('didit-plan-');
  const actions = side.actions.map(({ code, secrets, dependencies, diditConnection }, index) => {
    const file = folder.write(`action-${index + 1}.js`, code);
    return { file, dependencies, secrets: secretsFor(diditConnection, secrets) };
  });
  const simulator = createLoginSimulator({ timeoutMilliseconds: LOGIN_TIMEOUT_MILLISECONDS });
  let spent = 0;
  const connection = { name: side.connection, metadata: side.connectionMetadata };
  const simulated = (
    { application: { name, metadata, membership, stepUp }, login }: LoginAt,
    isSlow: boolean,
  ): SimulatedLogin => ({
    // Settings belong to the Didit connection; a login through another one does not see them.
    connection: isSlow ? withManagementTimeout(connection, '1s') : connection,
    ...login,
    actions,
    application: {
      ...{ name: membership?.application ?? name, metadata, scopes: REQUESTED_SCOPES },
      ...(stepUp === true ? { client_id: SIMULATED_STEP_UP_CLIENT } : {}),
    },
    ...(membership === undefined
      ? {}
      : { organization: { name: membership.organization, metadata: membership.metadata } }),
  });
  /** @param usual How long it takes where the code does nothing but what it has to. */
  const timed = async <Result>(usual: number, run: () => Promise<Result>): Promise<[Result, number]> => {
    const started = performance.now();
    const result = await run();
    const took = performance.now() - started;
    spent += Math.max(0, took - usual);
    return [result, took];
  };
  return {
    get isSpent() {
      return spent > budgetMilliseconds;
    },
    async login(application, login, isSlow) {
      for (let attempt = 1; ; attempt += 1) {
        const [outcome, took] = await timed(USUAL_MILLISECONDS, () =>
          simulator.login(simulated({ application, login }, isSlow)),
        );
        const isBusy = !isSlow && took > BUSY_MILLISECONDS && took < LOGIN_TIMEOUT_MILLISECONDS;
        if (!isBusy || attempt === BUSY_ATTEMPTS) return outcome;
      }
    },
    async slowLogins(logins) {
      const [outcomes] = await timed(SLOW_MILLISECONDS + logins.length * USUAL_MILLISECONDS, () =>
        simulator.loginAtOnce(logins.map((login) => simulated(login, true))),
      );
      return outcomes;
    },
    async close() {
      await simulator.close();
      folder.remove();
    },
  };
}

/**
 * Only the secrets that the Action has, with stand-ins for their values; what it takes for the Didit connection is told as it is.
 */
function secretsFor(
  connection: string,
  names: readonly string[],
): Readonly<Record<string, string | undefined>> {
  const given = (name: string, value: string): string | undefined =>
    names.includes(name) ? value : undefined;
  return {
    ...Object.fromEntries(
      names.filter((name) => !DEFAULT_SECRET_NAMES.includes(name)).map((name) => [name, 'simulated']),
    ),
    ...Object.fromEntries(
      DEFAULT_SECRET_NAMES.filter((name) => !names.includes(name)).map((name) => [name, undefined]),
    ),
    [DIDIT_CONNECTION]: given(DIDIT_CONNECTION, connection),
  };
}
