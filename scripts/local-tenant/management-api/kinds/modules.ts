import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { asObject, textOf, only, without } from '../../../base/json-values.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import type { Collection } from '../../store/store.ts';
import { timestamp } from '../api.ts';
import type { Api } from '../api.ts';
import { ApiError } from '../request/errors.ts';
import type { Kind } from './kind.ts';

const contentOf = (of: JsonObject): JsonObject => only(of, ['code', 'dependencies', 'secrets']);

const versionsOf = (api: Api, id: string): Collection<JsonObject> =>
  api.collections.things(`/actions/modules/${encodeURIComponent(id)}/versions`);

/**
 * What an Action says of the modules that it asks for.
 * @throws {ApiError} 400 for a version that is not there.
 */
export const usedModules = (api: Api, asked: readonly JsonObject[]): JsonObject[] =>
  asked.map(({ module_id = '', module_version_id = '' }) => {
    const version = versionsOf(api, textOf(module_id)).get(textOf(module_version_id));
    if (version === undefined)
      throw new ApiError(400, `There is no version ${textOf(module_version_id)}.`, 'invalid_body');
    const { name = '' } = api.collections.things('/actions/modules').get(textOf(module_id)) ?? {};
    const module_version_number = version['version_number'] ?? 0;
    return { module_id, module_name: name, module_version_id, module_version_number };
  });

/** The Actions that use a module, each with what it says of it. */
export const actionsUsing = (api: Api, moduleId: string): readonly JsonObject[] =>
  api.collections.actions
    .all()
    .flatMap(({ id, name, draft: { modules = [] } }) =>
      modules
        .filter((one) => one['module_id'] === moduleId)
        .map((one) => ({ action_id: id, action_name: name, ...without(one, ['module_id', 'module_name']) })),
    );

/**
 * Code that several Actions share: kept, and not given to any Action. The values of secrets are not even kept.
 * @see https://auth0.com/docs/customize/actions/modules
 */
export const MODULES: Readonly<Record<string, Kind>> = {
  '/actions/modules': {
    newId: () => randomUUID(),
    missing: ['The module does not exist'],
    made: (_, body) => ({ dependencies: [], secrets: [], ...body }),
    kept: ({ api }, { secrets, ...body }) => ({
      ...without(body, ['publish', 'api_version']),
      ...(Array.isArray(secrets)
        ? {
            secrets: secrets.map(asObject).map(({ name = '' }) => ({ name, updated_at: timestamp(api) })),
          }
        : {}),
    }),
    shown: ({ api }, module) => {
      const latest = versionsOf(api, textOf(module['id'])).all().at(-1);
      return {
        ...module,
        all_changes_published:
          latest !== undefined && isDeepStrictEqual(contentOf(latest), contentOf(module)),
        actions_using_module_total: actionsUsing(api, textOf(module['id'])).length,
        ...(latest === undefined ? {} : { latest_version: without(latest, ['module_id', 'created_at']) }),
      };
    },
    deleted: ({ api }, { id }) => {
      const versions = versionsOf(api, textOf(id));
      for (const version of versions.all()) versions.delete(textOf(version['id']));
    },
  },
  '/actions/modules/{id}/versions': {
    newId: () => randomUUID(),
    // Recorded: the newest come first.
    sortedBy: 'created_at:-1',
    made: ({ api, ids: { id = '' } }, own) => ({
      ...own,
      module_id: id,
      version_number: versionsOf(api, id).all().length + 1,
      ...contentOf(api.collections.things('/actions/modules').get(id) ?? {}),
    }),
  },
};
