import type { Bundle } from '../../bundle/bundle.ts';
import { loadEveryPersona } from '../../local-tenant/runtime.ts';
import { returningUsers } from '../persona-user.ts';
import type { ReturningUsers } from '../persona-user.ts';
import type { SimulatedOutcome } from '../outcome.ts';
import type { SimulatedApplication, SimulatedConnection } from '../simulated-login.ts';
import { createLoginSimulator } from '../simulate-login.ts';
import type { LoginSimulator } from '../simulate-login.ts';
import type { TenantConfig } from '../../tenant-config/tenant-config.ts';
import { OUTCOME_APPLICATIONS } from './applications.ts';
import { afterLogin, flowLogin, withManagementTimeout } from './flow-login.ts';
import type { UserAt } from './flow-login.ts';
import { OUTCOME_FLOWS, USUAL_RECORD_AGE_MILLISECONDS } from './flows.ts';
import type { OutcomeFlow } from './flows.ts';

export interface OutcomeRow {
  readonly application: string;
  readonly flow: string;
  readonly persona: string;
  readonly outcome: SimulatedOutcome;
}

/** Which rules a login is held to. */
interface OutcomeLogin {
  readonly connection: SimulatedConnection;
  readonly application: SimulatedApplication & { readonly name: string };
}

/** All that outcomes depend on, of a configuration: with the same of it and the same bundles, they are the same. */
export function outcomeSource(config: Pick<TenantConfig, 'connections'>): {
  readonly connection: SimulatedConnection & { readonly name: string };
  readonly scopes: readonly string[];
} {
  const [connection] = config.connections;
  if (connection === undefined) throw new Error('A valid configuration has a connection.');
  const { name, metadata = {}, options } = connection;
  return { connection: { name, metadata }, scopes: [options['scope']].flat().join(' ').split(' ') };
}

/**
 * Every persona at every application in every flow, run through the built bundles on the local tenant's runtime, with the
 * settings of the configuration's Didit connection.
 */
export async function runOutcomes(
  config: TenantConfig,
  bundles: readonly Bundle[],
): Promise<readonly OutcomeRow[]> {
  const { connection, scopes } = outcomeSource(config);
  const script = bundles.find(({ target }) => target.kind === 'connection-script')?.code ?? '';
  // Who refuses at Didit never gets as far as the Actions.
  const personas = loadEveryPersona().filter(({ fault }) => fault === 'none');
  const users = new Map<OutcomeFlow['scopes'], ReturningUsers>();
  for (const more of new Set(OUTCOME_FLOWS.map((flow) => flow.scopes))) {
    const source = { script, scopes: [...scopes, ...(more ?? [])], connection: connection.name };
    users.set(more, await returningUsers(personas, source));
  }
  const tables = await Promise.all(
    OUTCOME_APPLICATIONS.map((application) =>
      runApplication(
        {
          connection,
          application: { name: application.name, metadata: application.metadata },
        },
        (flow) => existing(users.get(flow.scopes)),
      ),
    ),
  );
  return tables.flat();
}

async function runApplication(
  login: OutcomeLogin,
  usersIn: (flow: OutcomeFlow) => ReturningUsers,
): Promise<readonly OutcomeRow[]> {
  const simulator = createLoginSimulator({ instances: 'reused' });
  const kept = new Map<string, UserAt>();
  const table = new Map<OutcomeFlow, ReadonlyMap<string, SimulatedOutcome>>();
  try {
    for (const flow of OUTCOME_FLOWS) {
      const users = usersIn(flow);
      const outcomes = new Map<string, SimulatedOutcome>();
      for (const persona of users.first.keys()) {
        const stand = flow.failure === 'slow' ? standIn(persona, outcomes, table) : undefined;
        outcomes.set(
          persona,
          stand ?? (await runFlow(simulator, login, flow, personIn(users, persona), kept)),
        );
      }
      table.set(flow, outcomes);
    }
  } finally {
    await simulator.close();
  }
  return [...table].flatMap(([{ label }, outcomes]) =>
    [...outcomes].map(([persona, outcome]) => ({
      application: login.application.name,
      flow: label,
      persona,
      outcome,
    })),
  );
}

/**
 * Each login at a Management API that is too slow takes a second, and nothing is read in it: one stands for all those to whom the
 * very same happened when it was down.
 */
function standIn(
  persona: string,
  outcomes: ReadonlyMap<string, SimulatedOutcome>,
  table: ReadonlyMap<OutcomeFlow, ReadonlyMap<string, SimulatedOutcome>>,
): SimulatedOutcome | undefined {
  const [, down] = [...table].find(([{ failure, returning }]) => failure === 'down' && !returning) ?? [];
  const allOf = (name: string): string => withoutTimes(existing(down?.get(name)));
  return [...outcomes].find(([other]) => allOf(other) === allOf(persona))?.[1];
}

/** All that is to be seen of an outcome but how long it took. */
const withoutTimes = ({ trace: _, logs, ...rest }: SimulatedOutcome): string =>
  JSON.stringify([rest, logs.map((line) => line.replace(/"ms":\d+/, ''))]);

interface Person {
  readonly name: string;
  readonly first: UserAt;
  readonly again: UserAt;
}

const personIn = ({ first, again, askedAt }: ReturningUsers, name: string): Person => ({
  name,
  first: { user: existing(first.get(name)), at: askedAt },
  again: { user: existing(again.get(name)), at: askedAt },
});

/** @param kept The users that earlier logins left, by persona: each is run when it is first needed. */
async function runFlow(
  simulator: LoginSimulator,
  { connection, application }: OutcomeLogin,
  flow: OutcomeFlow,
  { name, first, again }: Person,
  kept: Map<string, UserAt>,
): Promise<SimulatedOutcome> {
  // The table must not depend on how busy the machine is: where the Management API answers, as long as can be set is waited for
  // it; where it does not, as short.
  const login = {
    application,
    connection: withManagementTimeout(connection, flow.failure === 'slow' ? '1s' : '10s'),
  };
  if (flow.returning && !kept.has(name)) {
    const before = await simulator.login({ ...login, user: first.user, authenticatedAt: first.at });
    kept.set(name, afterLogin(first, before));
  }
  const users = {
    asked: flow.returning ? again : first,
    kept: kept.get(name),
    age: flow.recordAge ?? USUAL_RECORD_AGE_MILLISECONDS,
  };
  return await simulator.login({ ...login, ...flowLogin(flow, users, Date.now()) });
}

function existing<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The profile script turns somebody away.');
  return value;
}
