import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isSome, Problems } from '../base/problem.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { isEmptyDeploy } from '../tenant-model/changes.ts';
import type { Wanted } from '../tenant-model/changes.ts';
import { completeConfig } from '../tenant-access/complete-config.ts';
import type { DeployRecords } from '../records/deploy-records.ts';
import { formerSecretOf } from './prepare-deploy.ts';
import type { DeployHooks, DeployResult, PreparedDeploy, RightTenant } from './prepare-deploy.ts';
import { applicationsStep, remainingSteps } from './deploy-steps.ts';
import type { DeployStep } from './deploy-steps.ts';
import { canaryEvent, draftsOf, runCanary } from './canary.ts';
import { openJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { openSession } from './cli-session.ts';
import { makeKeys, withKeys } from './make-keys.ts';
import type { MadeKeys } from './make-keys.ts';
import type { Session } from './cli-session.ts';
import { afterFailure } from './failed-deploy.ts';
import { knownSecrets } from '../tenant-access/known-secrets.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { LAST_STEP } from '../undo/settle-deploy.ts';
import { renamePath } from '../tenant-model/renames.ts';
import { compareReadBack } from './read-back.ts';
import { readTenantState } from '../tenant-access/read-tenant-state.ts';
import { tenantChanged } from '../tenant-access/tenant-changed.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/**
 * Sends what has changed through auth0-deploy-cli, reads it back and compares. If anything fails on the way, the tenant is
 * put back as it was. Needs the tenant's lock.
 *
 * In two imports and more: applications first, so that the secret of the Actions' own client can be read (once, kept in
 * memory only), then what refers to them, then the connection's options.
 *
 * @throws {Problems} the reason, and `DEPLOY_PUT_BACK` or `PUT_BACK_INCOMPLETE` with what was done about it.
 */
export async function applyDeploy(
  api: ManagementApi,
  prepared: PreparedDeploy,
  records: DeployRecords,
  hooks: DeployHooks = {},
): Promise<DeployResult> {
  const { deploy, changes, state } = prepared;
  if (isEmptyDeploy(changes)) return compareReadBack(wantedOf(prepared), state, api.domain, deploy.options);

  const journal = openJournal(api.domain, prepared, records);
  const keys = makeKeys();
  const secrets = [...knownSecrets(deploy, state, api.accessToken), ...keys.values.values()];
  const session = openSession(api, deploy, records.folder, { secrets, state }, hooks);
  try {
    const complete = await sendAll(api, prepared, keys, session, journal, hooks);
    hooks.onProgress?.('reading back');
    const { readBack, state: after } = await readBackUntilRight(api, prepared, complete);
    journal.done(after, complete);
    return readBack;
  } catch (error) {
    hooks.onProgress?.('putting back');
    // No call of the CLI may be on its way while things are put back.
    await session.close();
    const after = await afterFailure(error, {
      api,
      journal,
      settleMilliseconds: deploy.settleMilliseconds,
      connectionSecret: formerSecretOf(prepared),
      readBack: async () => await readBackUntilRight(api, prepared, await completeNow(api, prepared)),
      repeatLastStep: async () => {
        const again = openSession(api, deploy, records.folder, { secrets, state }, {});
        try {
          const last = stepsAfterApplications(prepared, await completeNow(api, prepared), keys).at(-1);
          if (last !== undefined) await again.send(last);
        } finally {
          await again.close();
        }
      },
    });
    if (after.kind === 'complete') return after.result;
    throw after.error;
  } finally {
    await session.close();
  }
}

/** Sends everything; returns the configuration as it was sent, apart from keys that only this deploy knows. */
async function sendAll(
  api: ManagementApi,
  prepared: PreparedDeploy,
  keys: MadeKeys,
  session: Session,
  journal: Journal,
  { onCanary, onProgress }: DeployHooks,
): Promise<TenantConfig> {
  for (const one of prepared.changes.renamed) await api.send('PATCH', renamePath(one), { name: one.to });
  const first = applicationsStep(prepared.changes);
  for (const step of first) {
    journal.begin(step);
    await session.send(step);
  }
  const complete = first.length === 0 ? prepared.config : await completeAsBound(api, prepared);
  for (const step of stepsAfterApplications(prepared, complete, keys)) {
    // After this step there is no way back that needs nobody's help: everything else has to be right first.
    if (step.name === LAST_STEP) {
      const { state: now } = await readBackUntilRight(api, prepared, complete, 'early');
      checkOptions(api.domain, prepared, now);
    }
    journal.begin(step);
    if (prepared.deploy.canary === true && step.assets['actions'] !== undefined) {
      await session.send(draftsOf(step));
      onProgress?.('running the drafts on the tenant');
      const milliseconds = prepared.deploy.settleMilliseconds;
      const runs = await runCanary(api, step, canaryEvent(complete), session.redact, milliseconds);
      onCanary?.(runs);
    }
    await session.send(step);
  }
  return complete;
}

const stepsAfterApplications = (
  { changes, deploy }: PreparedDeploy,
  complete: TenantConfig,
  keys: MadeKeys,
): readonly DeployStep[] =>
  remainingSteps(changes, withKeys(complete, keys), deploy.options?.replaceOptions ?? false);

/** The configuration with what the tenant knows by now. */
const completeNow = async (api: ManagementApi, { deploy, config }: PreparedDeploy): Promise<TenantConfig> =>
  completeConfig(deploy, await readTenantState(api, config)).config;

/**
 * The same, while the login flow is as it was: bindings are sent whole, and an Action that is bound meanwhile would be taken out
 * of it.
 */
async function completeAsBound(api: ManagementApi, prepared: PreparedDeploy): Promise<TenantConfig> {
  const { deploy, config, changes, state } = prepared;
  const now = await readTenantState(api, config);
  if (changes.bindings !== undefined && !isDeepStrictEqual(now.bindings, state.bindings))
    throw tenantChanged(api.domain, 'plan', 'the Actions of the login', true);
  return completeConfig(deploy, now).config;
}

/**
 * What is sent with them as it was, options and metadata of others and the display name: what somebody has changed meanwhile
 * would be lost.
 */
function checkOptions(domain: string, { changes, state }: PreparedDeploy, now: TenantState): void {
  for (const { config } of changes.connections) {
    const [was, is] = [state, now].map(({ connections }) => {
      const found = connections.find(({ name }) => name === config.name);
      return found === undefined
        ? undefined
        : [found.options, found.metadata, found.client_secret, found.settings['display_name']];
    });
    if (was !== undefined && !isDeepStrictEqual(was, is))
      throw tenantChanged(domain, 'plan', `connection ${config.name}`, true);
  }
}

const wantedOf = (
  { config, written, deploy: { bundles } }: PreparedDeploy,
  complete: TenantConfig = config,
): Wanted => ({ config: complete, written, bundles });

/** How often the tenant is read before something that has not arrived is believed to be missing. */
const READ_BACK_ATTEMPTS = 3;

async function readBackUntilRight(
  api: ManagementApi,
  prepared: PreparedDeploy,
  complete: TenantConfig,
  which: 'all' | 'early' = 'all',
): Promise<RightTenant> {
  const { deploy, changes, state: before } = prepared;
  for (let attempt = 1; ; attempt += 1) {
    const state = await readTenantState(api, complete);
    const readBack = compareReadBack(wantedOf(prepared, complete), state, api.domain, deploy.options, {
      changes,
      before,
    });
    const problems = which === 'all' ? readBack.problems : readBack.earlyProblems;
    if (!isSome(problems)) return { readBack, state, sent: complete };
    if (attempt === READ_BACK_ATTEMPTS) throw new Problems(problems);
    await delay(deploy.settleMilliseconds ?? 500);
  }
}
