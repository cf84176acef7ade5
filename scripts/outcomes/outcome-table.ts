import type { Bundle } from '../bundle/bundle.ts';
import { loadPersonas } from '../local-tenant/didit-stand-in/personas.ts';
import { personaUsers } from '../login-simulation/persona-user.ts';
import type { SimulatedOutcome } from '../login-simulation/outcome.ts';
import type { SimulatedLogin, SimulatedUser } from '../login-simulation/simulated-login.ts';
import { createLoginSimulator } from '../simulate-login.ts';
import type { LoginSimulator } from '../simulate-login.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { OUTCOME_APPLICATIONS } from './applications.ts';
import { OUTCOME_FLOWS } from './flows.ts';
import type { OutcomeFlow } from './flows.ts';

export interface OutcomeRow {
  readonly application: string;
  readonly flow: string;
  readonly persona: string;
  readonly outcome: SimulatedOutcome;
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
  const personas = loadPersonas().filter(({ fault }) => fault === 'none');
  const first = await personaUsers(personas, script, scopes, connection.name, 1);
  const later = await personaUsers(personas, script, scopes, connection.name, 2);
  // A slow Management API need not be waited for as long as a real login would: the shortest time there is.
  const metadata = {
    ...connection.metadata,
    didit_sync: `${connection.metadata?.['didit_sync'] ?? ''} management_timeout=1s`.trim(),
  };
  const tables = await Promise.all(
    OUTCOME_APPLICATIONS.map((application) =>
      runApplication(
        application.name,
        {
          connection: { name: connection.name, metadata },
          application: { name: application.name, metadata: application.metadata },
        },
        first,
        later,
      ),
    ),
  );
  return tables.flat();
}

async function runApplication(
  application: string,
  base: SimulatedLogin,
  first: ReadonlyMap<string, SimulatedUser>,
  later: ReadonlyMap<string, SimulatedUser>,
): Promise<readonly OutcomeRow[]> {
  const simulator = createLoginSimulator({ instances: 'reused' });
  const rows: OutcomeRow[] = [];
  try {
    for (const flow of OUTCOME_FLOWS) {
      for (const [persona, user] of first) {
        const outcome = await runFlow(simulator, base, flow, user, later.get(persona) ?? user);
        rows.push({ application, flow: flow.name, persona, outcome });
      }
    }
  } finally {
    await simulator.close();
  }
  return rows;
}

async function runFlow(
  simulator: LoginSimulator,
  base: SimulatedLogin,
  flow: OutcomeFlow,
  first: SimulatedUser,
  later: SimulatedUser,
): Promise<SimulatedOutcome> {
  const before = flow.returning ? await simulator.login({ ...base, user: first }) : undefined;
  const known: SimulatedUser =
    before === undefined ? first : { ...later, app_metadata: before.user.app_metadata, logins_count: 2 };
  const { connection, ...changes } = flow.login(known);
  return await simulator.login({
    ...base,
    ...changes,
    // Settings belong to the Didit connection; a login through another one does not see them.
    connection: connection ?? base.connection ?? {},
  });
}
