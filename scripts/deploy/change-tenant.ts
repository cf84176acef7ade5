import { isDeepStrictEqual } from 'node:util';
import { isEmptyDeploy } from '../tenant-model/changes.ts';
import { prepareConfig } from '../tenant-access/complete-config.ts';
import { lockTenant } from '../records/deploy-lock.ts';
import type { DeployRecord } from '../records/deploy-record.ts';
import type { DeployRecords } from '../records/deploy-records.ts';
import { checkDestroyScopes } from '../undo/delete-scopes.ts';
import { applyDeploy } from './apply-deploy.ts';
import { takenFromOrganizations } from './organization-connections.ts';
import { currentSecretOf, prepareDeploy } from './prepare-deploy.ts';
import type { Deploy, DeployHooks, DeployResult, PreparedDeploy } from './prepare-deploy.ts';
import { checkDigest, notExpected } from './deploy-digest.ts';
import { interruptedDeploy, settleDoubts, settleInterrupted } from '../undo/interrupted-deploy.ts';
import type { FoundDeploy } from '../undo/interrupted-deploy.ts';
import type { ManagementApi } from '../tenant-access/management-api.ts';
import { takeSnapshot } from '../records/snapshot.ts';
import type { Snapshot } from '../records/snapshot.ts';
import { stoppable } from '../base/stoppable.ts';
import { differenceInWords, tenantChanged } from '../tenant-access/tenant-changed.ts';

export interface ChangeHooks extends Pick<DeployHooks, 'onProgress' | 'onCanary'> {
  /** Digest of the plan that was approved: any other stops the deploy before anything is sent. Default: any. */
  readonly expected?: string | undefined;
  /** Told about an earlier deploy that did not end, before it is finished or undone. What it throws stops the deploy. */
  readonly onFound?: (record: DeployRecord) => Promise<void>;
  /** Told about it after it was dealt with. */
  readonly onInterrupted?: (found: FoundDeploy) => void;
  /** Told what is going to be changed, before it is. What it throws stops the deploy. */
  readonly onPrepared?: (prepared: PreparedDeploy) => Promise<void>;
}

/**
 * A whole deploy: what an earlier one left is dealt with, the tenant is compared, and what has changed is sent. Nobody else
 * on this machine changes the same tenant meanwhile. Ctrl-C puts back what was sent.
 *
 * @throws {Problem | Problems} `DEPLOY_IN_PROGRESS`, `PLAN_NOT_EXPECTED`, `SCOPE_MISSING`, `TENANT_CHANGED`, `DEPLOY_STOPPED`,
 *   and what `prepareDeploy` and `applyDeploy` throw.
 */
export async function changeTenant(
  api: ManagementApi,
  deploy: Deploy,
  records: DeployRecords,
  { expected, onFound, onInterrupted, onPrepared, ...told }: ChangeHooks = {},
): Promise<DeployResult & { readonly changed: boolean }> {
  const unlock = lockTenant(records.folder);
  try {
    if (expected !== undefined && interruptedDeploy(records.all()) !== undefined) {
      // Settling it would send what no plan has shown.
      throw notExpected(api.domain, 'An earlier deploy from here has not ended.');
    }
    const unfinished = interruptedDeploy(records.all());
    // Of one whose secrets are in doubt there is nothing to undo.
    if (unfinished?.status === 'applying') await onFound?.(unfinished);
    const found = await settleInterrupted(
      api,
      records,
      currentSecretOf({ config: prepareConfig(deploy) }),
      deploy.settleMilliseconds,
    );
    if (found !== undefined) onInterrupted?.(found);
    const inDoubt = found?.outcome === 'secret-in-doubt';
    const prepared = await prepareDeploy(
      api,
      {
        ...deploy,
        sentSecrets: records.sentSecrets(),
        ...(inDoubt ? { options: { ...deploy.options, updateSecrets: 'in doubt' } } : {}),
      },
      records.origins(),
      records.flow(),
    );
    if (expected !== undefined) checkDigest(api.domain, prepared, expected);
    checkDestroyScopes(api.accessToken, api.domain, takenFromOrganizations(prepared.changes));
    await onPrepared?.(prepared);
    const agreed = await stillTheSame(api, prepared, expected);
    const result = await stoppable((signal) => applyDeploy(api, agreed, records, { signal, ...told }));
    if (inDoubt) settleDoubts(records);
    return { ...result, changed: !isEmptyDeploy(prepared.changes) };
  } finally {
    unlock();
  }
}

/**
 * The same deploy on the tenant as it is now: between the plan and the answer to it lies as much time as somebody takes to read,
 * and what others did meanwhile (an Action bound, an option added, another value of what is changed) must not be written over by
 * what nobody has seen.
 */
async function stillTheSame(
  api: ManagementApi,
  prepared: PreparedDeploy,
  expected: string | undefined,
): Promise<PreparedDeploy> {
  if (isEmptyDeploy(prepared.changes)) return prepared;
  const now = await prepareDeploy(api, prepared.deploy);
  // What was approved is all of it, and not only what is sent.
  if (expected !== undefined) checkDigest(api.domain, now, expected);
  if (
    isDeepStrictEqual(sentBy(now), sentBy(prepared)) &&
    isDeepStrictEqual(touchedBy(now), touchedBy(prepared))
  ) {
    return { ...now, noLongerListed: prepared.noLongerListed, otherActions: prepared.otherActions };
  }
  const what = differenceInWords({ before: prepared.changes.before, after: now.changes.before });
  throw tenantChanged(api.domain, 'plan', what);
}

/** What is sent; of what the tenant has beside that, others may change what they like. */
const sentBy = ({ changes }: PreparedDeploy): object => ({ ...changes, before: undefined, after: undefined });

const touchedBy = ({ config, changes, state }: PreparedDeploy): Snapshot =>
  takeSnapshot(config, changes, state);
