import { isDeepStrictEqual } from 'node:util';
import type { ActionDocument, ActionVersionDocument } from '../../store/resources.ts';
import type { JsonObject } from '../../../base/json-values.ts';

const secretsView = (secrets: ActionVersionDocument['secrets']): JsonObject[] =>
  secrets.map(({ name, updated_at }) => ({ name, updated_at }));

const dependenciesView = (
  dependencies: ActionVersionDocument['dependencies'],
  status: BuildStatus,
): JsonObject[] =>
  dependencies.map(({ name, version, registry_url }) => ({
    name,
    version,
    ...(status === 'built' || registry_url === undefined ? {} : { registry_url }),
  }));

/** `pending` right after a change, then `building`. */
export type BuildStatus = 'pending' | 'building' | 'built';

const triggersView = (action: ActionDocument): JsonObject[] =>
  action.supported_triggers.map(({ id, version }) => ({ id, version }));

export const isBuilt = (action: ActionDocument, now: number): boolean => now >= action.built_at;

/** What a version was published with. */
export const contentOf = (version: ActionVersionDocument): ActionDocument['draft'] => {
  const { code, runtime, dependencies, secrets, modules } = version;
  return { code, runtime, dependencies, secrets, ...(modules === undefined ? {} : { modules }) };
};

/** Whether what runs is what the draft says. */
function allChangesDeployed(action: ActionDocument, version: ActionVersionDocument | undefined): boolean {
  if (version === undefined) return false;
  return isDeepStrictEqual(action.draft, contentOf(version));
}

/** A published version, without the Action that it belongs to. */
export function versionView(
  action: ActionDocument,
  version: ActionVersionDocument,
  deployed: boolean,
  status: BuildStatus = 'built',
): JsonObject {
  return {
    id: version.id,
    number: version.number,
    code: version.code,
    runtime: version.runtime,
    dependencies: dependenciesView(version.dependencies, status),
    secrets: secretsView(version.secrets),
    ...(version.modules === undefined ? {} : { modules: version.modules }),
    supported_triggers: triggersView(action),
    status,
    deployed,
    created_at: version.created_at,
    updated_at: version.created_at,
    // A version has a time of build from when it runs.
    ...(deployed && status === 'built' ? { built_at: version.created_at } : {}),
  };
}

/** What versions and bindings tell of their Action. Recorded: `all_changes_deployed` is never true there. */
export const actionSummary = (action: ActionDocument): JsonObject => ({
  id: action.id,
  name: action.name,
  supported_triggers: triggersView(action),
  created_at: action.created_at,
  updated_at: action.updated_at,
  all_changes_deployed: false,
});

/** An Action as the Management API shows it: its draft, and beside it the version that is deployed. */
export function actionView(
  action: ActionDocument,
  version: ActionVersionDocument | undefined,
  status: BuildStatus,
): JsonObject {
  return {
    ...actionSummary(action),
    all_changes_deployed: allChangesDeployed(action, version),
    code: action.draft.code,
    dependencies: dependenciesView(action.draft.dependencies, status),
    runtime: action.draft.runtime,
    secrets: secretsView(action.draft.secrets),
    ...(action.draft.modules === undefined ? {} : { modules: action.draft.modules }),
    status,
    ...versionsView(action, version, status),
  };
}

/** A build in progress belongs to the draft: an earlier version is built. */
function versionsView(
  action: ActionDocument,
  version: ActionVersionDocument | undefined,
  status: BuildStatus,
): JsonObject {
  if (version === undefined) return {};
  const own = allChangesDeployed(action, version) ? status : 'built';
  return {
    current_version: {
      id: version.id,
      code: version.code,
      runtime: version.runtime,
      status: own.toUpperCase(),
      number: version.number,
      ...(own === 'built' ? { build_time: version.created_at } : {}),
      created_at: version.created_at,
      updated_at: version.created_at,
    },
    deployed_version: versionView(action, version, true, own),
  };
}

/** An Action as bindings show it: short, with the version that runs. */
export const boundActionView = (
  action: ActionDocument,
  version: ActionVersionDocument | undefined,
): JsonObject => ({ ...actionSummary(action), ...versionsView(action, version, 'built') });
