import { isDeepStrictEqual } from 'node:util';
import type { ActionDocument, ActionVersionDocument } from '../../store/resources.ts';
import type { JsonObject } from '../../../base/json-values.ts';

const secretsView = (secrets: ActionVersionDocument['secrets']): JsonObject[] =>
  secrets.map(({ name, updated_at }) => ({ name, updated_at }));

const dependenciesView = (dependencies: ActionVersionDocument['dependencies']): JsonObject[] =>
  dependencies.map(({ name, version }) => ({ name, version }));

const triggersView = (action: ActionDocument): JsonObject[] =>
  action.supported_triggers.map(({ id, version }) => ({ id, version }));

export const isBuilt = (action: ActionDocument, now: number): boolean => now >= action.built_at;

/** Whether what runs is what the draft says. */
function allChangesDeployed(action: ActionDocument, version: ActionVersionDocument | undefined): boolean {
  if (version === undefined) return false;
  const { code, runtime, dependencies, secrets } = version;
  return isDeepStrictEqual(action.draft, { code, runtime, dependencies, secrets });
}

/** A published version, without the Action that it belongs to. */
export function versionView(
  action: ActionDocument,
  version: ActionVersionDocument,
  deployed: boolean,
): JsonObject {
  return {
    id: version.id,
    number: version.number,
    code: version.code,
    runtime: version.runtime,
    dependencies: dependenciesView(version.dependencies),
    secrets: secretsView(version.secrets),
    supported_triggers: triggersView(action),
    status: 'built',
    deployed,
    created_at: version.created_at,
    updated_at: version.created_at,
    // A version has a time of build from when it runs.
    ...(deployed ? { built_at: version.created_at } : {}),
  };
}

/** What versions and bindings tell of their Action. */
export const actionSummary = (
  action: ActionDocument,
  version: ActionVersionDocument | undefined,
): JsonObject => ({
  id: action.id,
  name: action.name,
  supported_triggers: triggersView(action),
  created_at: action.created_at,
  updated_at: action.updated_at,
  all_changes_deployed: allChangesDeployed(action, version),
});

/** An Action as the Management API shows it: its draft, and beside it the version that is deployed. */
export function actionView(
  action: ActionDocument,
  version: ActionVersionDocument | undefined,
  status: 'pending' | 'built',
): JsonObject {
  return {
    ...actionSummary(action, version),
    code: action.draft.code,
    dependencies: dependenciesView(action.draft.dependencies),
    runtime: action.draft.runtime,
    secrets: secretsView(action.draft.secrets),
    status,
    ...(version === undefined
      ? {}
      : {
          current_version: {
            id: version.id,
            code: version.code,
            runtime: version.runtime,
            status: 'BUILT',
            number: version.number,
            build_time: version.created_at,
            created_at: version.created_at,
            updated_at: version.created_at,
          },
          deployed_version: versionView(action, version, true),
        }),
  };
}
