import { setTimeout as delay } from 'node:timers/promises';
import { route } from '../base/route.ts';
import { recordOf, recordsOf, textOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { Problem } from '../base/problem.ts';
import { simulatedEvent, simulatedUser } from '../simulation/simulated-event.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { hideUrlSecrets } from '../secrets/secret-in-url.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import type { DeployStep } from './deploy-steps.ts';

/** How the draft of an Action ran in the tenant's own runtime. */
export interface CanaryRun {
  readonly action: string;
  /** Milliseconds by what took them, as the tenant names them: `action_duration_ms`, `boot_duration_ms`, … */
  readonly stats: Readonly<Record<string, number>>;
}

/** How often a draft is looked at that is not built yet. */
const MAX_LOOKS = 60;

/** The tenant's own words in an error. */
const MAX_REASON_CHARACTERS = 500;

/** The Actions of a step as drafts: none of them runs in a login yet, and the login flow stays as it is. */
export const draftsOf = (step: DeployStep): DeployStep => ({
  ...step,
  assets: {
    actions: recordsOf(step.assets['actions']).map((action) => ({ ...action, deployed: false })),
  },
});

/**
 * A login through the Didit connection as the tenant's runtime is given one, of somebody whom nobody knows: an Action that works
 * denies it or lets it pass; one that cannot even start fails.
 *
 * @see https://auth0.com/docs/api/management/v2/actions/post-test-action
 */
export function canaryEvent({ connections, clients }: TenantConfig): JsonRecord {
  const [connection] = connections;
  const application =
    clients.find(({ name }) => connection?.enabled_clients?.includes(name) === true) ?? clients[0];
  const user = simulatedUser({ user_id: `oauth2|${connection?.name ?? 'didit'}|canary` });
  return simulatedEvent(
    {
      connection: {
        ...(connection === undefined ? {} : { name: connection.name }),
        ...(connection?.metadata === undefined ? {} : { metadata: connection.metadata }),
      },
      application: {
        ...(application === undefined ? {} : { name: application.name }),
        ...(application?.client_metadata === undefined ? {} : { metadata: application.client_metadata }),
      },
    },
    user,
    Date.now(),
  );
}

/**
 * Runs the draft of each Action once in the tenant's own runtime. Nothing that it does there stays.
 *
 * @param redact Takes secrets out of the error. What the draft has been given at run time is taken out by what it looks like.
 * @throws {Problem} `CANARY_FAILED` with the tenant's words, and as `ManagementApi.ask`.
 */
export async function runCanary(
  api: Pick<ManagementApi, 'ask' | 'list' | 'get' | 'domain'>,
  step: DeployStep,
  event: JsonRecord,
  redact: (text: string) => string,
  lookMilliseconds = 500,
): Promise<readonly CanaryRun[]> {
  const names = recordsOf(step.assets['actions']).map(({ name }) => textOf(name));
  const there = await api.list('/actions/actions', 'actions');
  const runs: CanaryRun[] = [];
  for (const name of names) {
    const path = route`/actions/actions/${textOf(there.find((action) => action['name'] === name)?.['id'])}`;
    await untilBuilt(api, path, lookMilliseconds);
    const payload = recordOf((await api.ask(`${path}/test`, { payload: { event } }))['payload']);
    const error = payload['error'];
    if (error !== undefined && error !== null) {
      const { name: kind, message } = recordOf(error);
      const said = [kind, message]
        .map(textOf)
        .filter((text) => text !== '')
        .join(': ');
      throw new Problem({
        code: 'CANARY_FAILED',
        message: `The draft fails in the tenant's own runtime, and does not go live: ${hideUrlSecrets(redact(said || 'no reason given')).slice(0, MAX_REASON_CHARACTERS)}`,
        place: { tenant: api.domain, resource: `Action ${name}` },
      });
    }
    runs.push({ action: name, stats: numbersIn(recordOf(payload['stats'])) });
  }
  return runs;
}

async function untilBuilt(
  api: Pick<ManagementApi, 'get'>,
  path: string,
  lookMilliseconds: number,
): Promise<void> {
  for (let look = 1; look <= MAX_LOOKS; look += 1) {
    if (textOf((await api.get(path))?.['status']).toLowerCase() === 'built') return;
    await delay(lookMilliseconds);
  }
  // What it then says of the draft is the tenant's.
}

const numbersIn = (record: JsonRecord): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
