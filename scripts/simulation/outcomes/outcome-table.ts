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
  readonly application: SimulatedApplication;
}

/**
 * Every persona at every application in every flow, run through the built bundles on the local tenant's runtime, with the
 * settings of the configuration's Didit connection.
 */
export async function runOutcomes(
  config: TenantConfig,
  bundles: readonly Bundle[],
): Promise<readonly OutcomeRow[]> {
  const [connection] = config.connections;
  if (connection === undefined) throw new Error('A valid configuration has a connection.');
  const script = bundles.find(({ target }) => target.kind === 'connection-script')?.code ?? '';
  const scopes = [connection.options['scope']].flat().join(' ').split(' ');
  // Who refuses at Didit never gets as far as the Actions.
  const personas = loadEveryPersona().filter(({ fault }) => fault === 'none');
  const users = new Map<OutcomeFlow['scopes'], ReturningUsers>();
  for (const more of new Set(OUTCOME_FLOWS.map((flow) => flow.scopes))) {
    const source = { script, scopes: [...scopes, ...(more ?? [])], connection: connection.name };
    users.set(more, await returningUsers(personas, source));
  }
  const tables = await Promise.all(
    OUTCOME_APPLICATIONS.map(async (application) => {
      const simulator = createLoginSimulator({ instances: 'reused' });
      try {
        const rows: OutcomeRow[] = [];
        for (const flow of OUTCOME_FLOWS) {
          const people = users.get(flow.scopes);
          for (const persona of people?.first.keys() ?? []) {
            const login = {
              connection: { name: connection.name, metadata: connection.metadata ?? {} },
              application: { name: application.name, metadata: application.metadata },
            };
            const outcome = await runFlow(simulator, login, flow, personIn(people, persona));
            rows.push({ application: application.name, flow: flow.label, persona, outcome });
          }
        }
        return rows;
      } finally {
        await simulator.close();
      }
    }),
  );
  return tables.flat();
}

interface Person {
  readonly first: UserAt;
  readonly again: UserAt;
}

function personIn(users: ReturningUsers | undefined, persona: string): Person {
  const [first, again] = [users?.first.get(persona), users?.again.get(persona)];
  if (users === undefined || first === undefined || again === undefined)
    throw new Error(`The profile script turns ${persona} away.`);
  return { first: { user: first, at: users.askedAt }, again: { user: again, at: users.askedAt } };
}

async function runFlow(
  simulator: LoginSimulator,
  { connection, application }: OutcomeLogin,
  flow: OutcomeFlow,
  { first, again }: Person,
): Promise<SimulatedOutcome> {
  // The table must not depend on how busy the machine is: where the Management API answers, as long as can be set is waited for it;
  // where it does not, as short.
  const login = {
    application,
    connection: withManagementTimeout(connection, flow.failure === 'slow' ? '1s' : '10s'),
  };
  const users = {
    asked: flow.returning ? again : first,
    kept: flow.returning
      ? afterLogin(first, await simulator.login({ ...login, user: first.user, authenticatedAt: first.at }))
      : undefined,
    age: flow.recordAge ?? USUAL_RECORD_AGE_MILLISECONDS,
  };
  return await simulator.login({ ...login, ...flowLogin(flow, users, Date.now()) });
}
