import { isDeepStrictEqual } from 'node:util';
import { changedSince } from './changed-since.ts';
import { sameDependencies } from '../tenant-model/changes.ts';
import type { DeployRecord, StepName } from '../records/deploy-record.ts';
import { refreshTokensOf } from '../auth0/service-defaults.ts';
import { onlyDeployed } from './only-deployed.ts';
import { sameMeaning, sameScopes, sameToTheService } from '../tenant-model/same-meaning.ts';
import type { Snapshot } from '../records/snapshot.ts';
import type { Thing } from '../records/touched-things.ts';
import type { ActionContent, ActionState, TenantState } from '../tenant-model/tenant-state.ts';

/** A deploy that did not end, as far as its record tells. */
export type UnfinishedDeploy = Pick<DeployRecord, 'snapshot' | 'steps' | 'sent'>;

/**
 * What to go back to so that only what an unfinished deploy has done is undone. A step that was not begun has done nothing; of
 * the others, what is neither as it was nor as it was sent is somebody else's, and stays.
 *
 * Records of earlier versions of this project do not hold what was sent: with them, everything goes back.
 */
export function undoTarget({ snapshot, steps, sent }: UnfinishedDeploy, now: TenantState): Snapshot {
  if (sent === undefined) return snapshot;
  const [before, own] = [begunOf(snapshot, steps), begunOf(sent, steps)];
  return {
    ...onlyDeployed(before, withMadeApplications(own, now), now, isOfOthers),
    actions: before.actions.map(({ name, before: was }, index) => {
      const wanted = own.actions[index]?.before;
      const is = now.actions.find(({ id }) => id === was?.id);
      return {
        name,
        ...(was === undefined ? {} : { before: wanted && is ? actionBack(was, wanted, is) : was }),
      };
    }),
  };
}

/**
 * What somebody else has made of the things that a deploy touched, and what therefore stays: names of resources and fields, never
 * a value.
 *
 * @param target As `undoTarget` gives it for the same state.
 */
export function keptOfOthers(
  { snapshot }: UnfinishedDeploy,
  target: Snapshot,
  now: TenantState,
): readonly string[] {
  const changes = (since: Snapshot): readonly string[] => {
    const { overwritten, kept } = changedSince(since, since, now);
    return [...overwritten, ...kept];
  };
  const going = new Set(changes(target));
  return changes(snapshot).filter((what) => !going.has(what));
}

function begunOf(snapshot: Snapshot, steps: readonly string[]): Snapshot {
  const begun = (step: StepName): boolean => steps.includes(step);
  const { bindings, organizations, ...others } = snapshot;
  return {
    ...others,
    ...(begun('applications') ? {} : { resourceServers: [], clients: [], clientGrants: [] }),
    ...(begun('organizations') && organizations !== undefined ? { organizations } : {}),
    ...(begun('Actions') ? (bindings === undefined ? {} : { bindings }) : { actions: [] }),
    connections: snapshot.connections.filter(({ before }) =>
      before === undefined
        ? begun('connection')
        : begun('enabled applications') || begun('connection options'),
    ),
  };
}

/** Applications that the deploy makes go with it: that they are enabled is its own doing. */
function withMadeApplications(sent: Snapshot, { clients }: TenantState): Snapshot {
  const names = new Set(sent.clients.filter(({ before }) => before === undefined).map(({ name }) => name));
  const made = clients.filter(({ name }) => names.has(name)).map(({ client_id }) => client_id);
  return {
    ...sent,
    connections: sent.connections.map(({ name, before }) => ({
      name,
      ...(before === undefined
        ? {}
        : { before: { ...before, enabledClients: [...before.enabledClients, ...made] } }),
    })),
  };
}

function isOfOthers({ kind, name, fields }: Thing, path: string, sent: unknown, is: unknown): boolean {
  if (kind === 'Action') return false;
  if (path === 'options.scope') return !sameScopes(sent, is);
  const refreshTokens = refreshTokensOf(fields);
  return !sameToTheService({ kind, name, refreshTokens }, path, sent, is);
}

/** As it was, where only the deploy has changed it; a draft or a version of somebody else stays. */
function actionBack(was: ActionState, sent: ActionState, is: ActionState): ActionState {
  const isOurs = (content: ActionContent): boolean => sameContent(sent.draft, content);
  if (is.deployed?.versionId !== was.deployed?.versionId) {
    return is.deployed === undefined || isOurs(is.deployed) ? was : is;
  }
  return isDeepStrictEqual(was.draft, is.draft) || isOurs(is.draft) ? was : { ...was, draft: is.draft };
}

const sameContent = (sent: ActionContent, is: ActionContent): boolean =>
  sent.code === is.code &&
  sent.runtime === is.runtime &&
  sameDependencies(sent.dependencies, is.dependencies) &&
  sameMeaning(
    sent.secrets.map(({ name }) => name),
    is.secrets.map(({ name }) => name),
  );
