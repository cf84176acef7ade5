import type { Bundle } from '../../bundle/bundle.ts';
import { loadPersonas } from '../../local-tenant/runtime.ts';
import { personaUsers } from '../persona-user.ts';
import type { SimulatedOutcome } from '../outcome.ts';
import type { SimulatedLogin, SimulatedUser } from '../simulated-login.ts';
import { createLoginSimulator } from '../simulate-login.ts';
import type { LoginSimulator } from '../simulate-login.ts';
import type { TenantConfig } from '../../tenant-config/tenant-config.ts';
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
  const tables = await Promise.all(
    OUTCOME_APPLICATIONS.map((application) =>
      runApplication(
        application.name,
        {
          connection: { name: connection.name, metadata: connection.metadata ?? {} },
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
  const login = { ...base, connection: withTimeout(base.connection ?? {}, flow) };
  const before = flow.returning ? await simulator.login({ ...login, user: first }) : undefined;
  const known: SimulatedUser =
    before === undefined ? first : { ...later, app_metadata: before.user.app_metadata, logins_count: 2 };
  const { connection, ...changes } = flow.login(known);
  return await simulator.login({
    ...login,
    ...changes,
    // Settings belong to the Didit connection; a login through another one does not see them.
    connection: connection ?? login.connection,
  });
}

/**
 * The table must not depend on how busy the machine is: where the Management API answers, as long as can be set is waited for it; where
 * it does not, as short.
 */
function withTimeout(
  connection: NonNullable<SimulatedLogin['connection']>,
  { waits = false }: OutcomeFlow,
): NonNullable<SimulatedLogin['connection']> {
  const others = (connection.metadata?.['didit_sync'] ?? '')
    .split(/\s+/)
    .filter((setting) => setting !== '' && !setting.startsWith('management_timeout='));
  const settings = [...others, `management_timeout=${waits ? '1s' : '10s'}`];
  return { ...connection, metadata: { ...connection.metadata, didit_sync: settings.join(' ') } };
}
