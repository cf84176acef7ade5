import { randomUUID } from 'node:crypto';
import type { ActionDocument, ActionVersionDocument } from '../../store/resources.ts';
import { MAX_ACTION_VERSIONS } from '../../../auth0/action-limits.ts';
import { isBuilt } from './action-view.ts';
import { timestamp } from '../api.ts';
import type { Api } from '../api.ts';
import { ApiError, orNotFound } from '../request/errors.ts';

/** @throws {ApiError} 404 */
export const existingAction = (api: Api, id: string): ActionDocument =>
  orNotFound(api.collections.actions.get(id), 'That action does not exist.');

export const deployedVersion = (api: Api, action: ActionDocument): ActionVersionDocument | undefined =>
  action.deployed_version_id === null
    ? undefined
    : api.collections.actionVersions.get(action.deployed_version_id);

/** An Action's versions, newest first. */
export const versionsOf = (api: Api, action: ActionDocument): ActionVersionDocument[] =>
  api.collections.actionVersions
    .all()
    .filter((version) => version.action_id === action.id)
    .sort((a, b) => b.number - a.number);

/**
 * Publishes `content` as the Action's next version and lets it run. The 50 newest versions are kept.
 */
export function publish(
  api: Api,
  action: ActionDocument,
  content: ActionDocument['draft'],
): { readonly action: ActionDocument; readonly version: ActionVersionDocument } {
  const { actions, actionVersions } = api.collections;
  return api.tenant.store.transaction(() => {
    const earlier = versionsOf(api, action);
    const version: ActionVersionDocument = {
      ...content,
      id: randomUUID(),
      action_id: action.id,
      number: (earlier[0]?.number ?? 0) + 1,
      created_at: timestamp(api),
    };
    actionVersions.put(version.id, version);
    for (const old of earlier.slice(MAX_ACTION_VERSIONS - 1)) actionVersions.delete(old.id);
    const deployed = { ...action, deployed_version_id: version.id };
    actions.put(action.id, deployed);
    return { action: deployed, version };
  });
}

/** @throws {ApiError} 400 with the words that deploy tools wait on. */
export function checkBuilt(api: Api, action: ActionDocument): void {
  if (!isBuilt(action, api.tenant.now()))
    throw new ApiError(400, "A draft must be in the 'built' state before it can be deployed.");
}
