import { randomUUID } from 'node:crypto';
import type { ActionsRuntime, PostLoginOutcome, PostLoginRun } from '../local-tenant/runtime.ts';
import { createActionsRuntime, createSharedRuntime, joinOutcomes } from '../local-tenant/runtime.ts';
import type { JsonObject } from '../base/json-values.ts';
import { allEnded } from '../base/problem.ts';
import { checkOptions } from './known-options.ts';
import { simulatedOutcome } from './outcome.ts';
import type { SimulatedOutcome } from './outcome.ts';
import { simulatedActions } from './simulated-actions.ts';
import { SIMULATED_DOMAIN, simulatedEvent, simulatedUser } from './simulated-event.ts';
import type { SimulatedLogin } from './simulated-login.ts';
import { simulatedManagementApi } from './simulated-management-api.ts';

export { simulatedManagementApi };
export type { SimulatedLogin, SimulatedOutcome };
export type * from './simulated-login.ts';

export interface LoginSimulator {
  /** Runs one login, after those that were asked for before. `api.cache` lives on from login to login. */
  login(login?: SimulatedLogin): Promise<SimulatedOutcome>;
  /** Runs several at the same time, after those that were asked for before. Each may find another instance. */
  loginAtOnce(logins: readonly SimulatedLogin[]): Promise<readonly SimulatedOutcome[]>;
  close(): Promise<void>;
}

/**
 * Runs the built Actions for one login, on the local tenant's own runtime and without a tenant: what Auth0 refuses is refused,
 * what it drops silently is dropped. Nothing is left of the login before. For unit tests; `docs/testing.md` has examples.
 *
 * @example
 * const outcome = await simulateLogin({ actions: ['actions/mine.ts'], roles: ['admin'] });
 * expect(outcome.result).toBe('allowed');
 *
 * @throws {Problem} `ACTION_FILE_MISSING`, `SIMULATION_OPTION_UNKNOWN`.
 */
export async function simulateLogin(login: SimulatedLogin = {}): Promise<SimulatedOutcome> {
  const { timeoutMilliseconds } = login;
  return await runLogin(
    createSharedRuntime(timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds }),
    login,
  );
}

export interface LoginSimulatorOptions {
  /**
   * `reused` keeps module-level state of the Actions from one login to the next, as Auth0 may; `fresh` does not.
   * Default `reused`.
   */
  readonly instances?: 'fresh' | 'reused';
  /** Milliseconds for all Actions of a login together. Default 20,000. */
  readonly timeoutMilliseconds?: number;
}

/** An Action that sends the user away again and again gets an end here. */
const MAX_REDIRECTS = 20;

/**
 * For tests of several logins in a row. Close it after them.
 *
 * @example
 * const simulator = createLoginSimulator();
 * afterAll(() => simulator.close());
 * const first = await simulator.login({ user });
 * const second = await simulator.login({ user, flow: 'sso' });
 */
export function createLoginSimulator(options: LoginSimulatorOptions = {}): LoginSimulator {
  const runtime = createActionsRuntime({ instances: 'reused', ...options });
  let previous: Promise<unknown> = Promise.resolve();
  const next = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const current = previous.then(run);
    previous = current.catch(() => undefined);
    return current;
  };
  return {
    login: (login = {}) => next(() => runLogin(runtime, login)),
    loginAtOnce: (logins) => next(() => allEnded(logins.map((login) => runLogin(runtime, login)))),
    close: () => runtime.close(),
  };
}

async function runLogin(runtime: ActionsRuntime, login: SimulatedLogin): Promise<SimulatedOutcome> {
  checkOptions(login);
  const actions = await simulatedActions(login);
  const user = simulatedUser(login.user);
  const event = simulatedEvent(login, user, Date.now());
  const answer = login.http ?? simulatedManagementApi(login.user);
  const redirects: string[] = [];
  let outcome = await runtime.runPostLogin({ actions, event }, answer);
  while (outcome.decision.kind === 'redirect') {
    const state = randomUUID();
    const url = new URL(outcome.decision.url);
    url.searchParams.set('state', state);
    redirects.push(url.href);
    if (login.onRedirect === undefined || redirects.length === MAX_REDIRECTS) break;
    const back = await login.onRedirect({ url, state });
    outcome = await resume(
      (run) => runtime.runPostLogin(run, answer),
      { actions, event },
      outcome,
      back,
      state,
    );
  }
  return simulatedOutcome(outcome, user, redirects);
}

/** Continues after a redirect, as `/continue` does: a new request, the same transaction, the Action that redirected. */
async function resume(
  runOf: (run: PostLoginRun) => Promise<PostLoginOutcome>,
  run: PostLoginRun,
  before: PostLoginOutcome,
  {
    query = {},
    body = {},
  }: { query?: Readonly<Record<string, string>>; body?: Readonly<Record<string, string>> },
  state: string,
): Promise<PostLoginOutcome> {
  if (before.decision.kind !== 'redirect') return before;
  const request: JsonObject = {
    method: Object.keys(body).length > 0 ? 'POST' : 'GET',
    hostname: SIMULATED_DOMAIN,
    ip: '203.0.113.7',
    geoip: {},
    query: { state, ...query },
    body: { ...body },
  };
  const { actionIndex, transactionMetadata } = before.decision;
  const after = await runOf({
    actions: run.actions,
    event: { ...run.event, request },
    continueFrom: { actionIndex, transactionMetadata },
  });
  return joinOutcomes(before, after);
}
