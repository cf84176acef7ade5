import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { ActionDocument } from '../../store/resources.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import { changedDraft, readActionCreate, readActionUpdate } from './action-bodies.ts';
import type { ActionBody } from './action-bodies.ts';
import { checkBuilt, deployedVersion, existingAction, publish } from './action-store.ts';
import { actionSummary, actionView, isBuilt, versionView } from './action-view.ts';
import { timestamp } from '../api.ts';
import type { Api, ApiEnv } from '../api.ts';
import { needs } from '../request/authorization.ts';
import { ApiError, conflict } from '../request/errors.ts';
import { actionsListReader } from '../kinds/lists.ts';
import { flag } from '../../../auth0/schema-words.ts';
import { TRIGGERS } from '../../../auth0/trigger-catalog.ts';
import { queryReader } from '../request/validation.ts';

const listed = actionsListReader('/actions/actions');
const readDelete = queryReader<{ readonly force?: boolean }>({ force: flag });

/** The trigger and version that the body names; the current version when it names none. */
function triggerOf(body: Pick<ActionBody, 'supported_triggers'>) {
  const [asked] = body.supported_triggers ?? [];
  const known = TRIGGERS.find(
    ({ id, version, status }) =>
      id === asked?.id && (asked.version === undefined ? status === 'CURRENT' : version === asked.version),
  );
  if (known === undefined)
    throw new ApiError(
      400,
      `The trigger ${asked?.id ?? ''} has no version ${asked?.version ?? ''}.`,
      'invalid_body',
    );
  return { id: known.id, version: known.version, runtime: known.default_runtime };
}

/** @see https://auth0.com/docs/api/management/v2/actions */
export function actionRoutes(api: Api): Hono<ApiEnv> {
  const { actions, actionVersions, triggerBindings } = api.collections;
  const view = (action: ActionDocument, changed = false): JsonObject =>
    actionView(
      action,
      deployedVersion(api, action),
      changed ? 'pending' : isBuilt(action, api.tenant.now()) ? 'built' : 'building',
    );
  const checkName = (name: string, ownId?: string): void => {
    if (actions.all().some((action) => action.name === name && action.id !== ownId))
      throw conflict('An action with the same name already exists', 'action_conflict');
  };
  const boundTriggers = (id: string): string[] =>
    triggerBindings
      .all()
      .filter(({ bindings }) => bindings.some((binding) => binding.action_id === id))
      .map(({ trigger_id }) => trigger_id);

  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:actions'), (c) => {
    const { actionName: name, triggerId: trigger, deployed, installed } = c.req.query();
    const found = actions.all().filter(
      (action) =>
        // Nothing is ever installed from the Marketplace here.
        installed !== 'true' &&
        (name === undefined || action.name === name) &&
        (trigger === undefined || action.supported_triggers[0]?.id === trigger) &&
        (deployed === undefined || deployed === String(action.deployed_version_id !== null)),
    );
    return listed(c, found, (action) => view(action));
  });
  routes.post('/', needs('create:actions'), async (c) => {
    const body = await readActionCreate(c);
    checkName(body.name);
    const trigger = triggerOf(body);
    const now = timestamp(api);
    const empty = { code: '', runtime: trigger.runtime, dependencies: [], secrets: [] };
    const action: ActionDocument = {
      id: randomUUID(),
      name: body.name,
      supported_triggers: [{ id: trigger.id, version: trigger.version }],
      draft: changedDraft(api, empty, body),
      built_at: api.tenant.now() + api.options.buildMilliseconds,
      deployed_version_id: null,
      created_at: now,
      updated_at: now,
    };
    api.tenant.store.transaction(() => {
      actions.put(action.id, action);
      if (body.deploy === true) publish(api, action, action.draft);
    });
    return c.json(view(existingAction(api, action.id), true), 201);
  });
  routes.get('/:id', needs('read:actions'), (c) => c.json(view(existingAction(api, c.req.param('id')))));
  routes.patch('/:id', needs('update:actions'), async (c) => {
    const body = await readActionUpdate(c);
    const action = existingAction(api, c.req.param('id'));
    if (body.name !== undefined) checkName(body.name, action.id);
    const trigger = body.supported_triggers === undefined ? undefined : triggerOf(body);
    if (trigger !== undefined && trigger.id !== action.supported_triggers[0]?.id)
      throw new ApiError(400, "can't upgrade to this trigger.");
    const now = timestamp(api);
    const changed: ActionDocument = {
      ...action,
      name: body.name ?? action.name,
      supported_triggers:
        trigger === undefined ? action.supported_triggers : [{ id: trigger.id, version: trigger.version }],
      draft: changedDraft(api, action.draft, body),
      built_at: api.tenant.now() + api.options.buildMilliseconds,
      updated_at: now,
    };
    actions.put(action.id, changed);
    return c.json(view(changed, true));
  });
  routes.delete('/:id', needs('delete:actions'), (c) => {
    const { force = false } = readDelete(c);
    const { id } = existingAction(api, c.req.param('id'));
    const bound = boundTriggers(id);
    if (bound.length > 0 && !force)
      throw conflict('Unable to delete an action bound to a trigger.', 'action_bound');
    api.tenant.store.transaction(() => {
      for (const triggerId of bound) {
        const document = triggerBindings.get(triggerId);
        if (document === undefined) continue;
        const bindings = document.bindings.filter((binding) => binding.action_id !== id);
        triggerBindings.put(triggerId, { ...document, bindings });
      }
      for (const version of actionVersions.all()) {
        if (version.action_id === id) actionVersions.delete(version.id);
      }
      actions.delete(id);
    });
    return c.body(null, 204);
  });
  routes.post('/:id/deploy', needs('create:actions'), (c) => {
    const action = existingAction(api, c.req.param('id'));
    checkBuilt(api, action);
    // The answer shows the version as it was published, just before it began to run.
    const { version } = publish(api, action, action.draft);
    return c.json({
      ...versionView(action, version, false),
      action: actionSummary(action),
    });
  });
  return routes;
}
