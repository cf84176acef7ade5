import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import type { ActionDocument, TriggerBindingsDocument } from '../../store/resources.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import { MAX_ACTIONS_PER_TRIGGER } from '../../../auth0/action-limits.ts';
import { deployedVersion } from './action-store.ts';
import { boundActionView } from './action-view.ts';
import { timestamp } from '../api.ts';
import type { Api, ApiEnv } from '../api.ts';
import { needs } from '../request/authorization.ts';
import { actionsListReader } from '../kinds/lists.ts';
import { ApiError, invalidBody, invalidPath } from '../request/errors.ts';
import { TRIGGER_IDS, TRIGGERS } from '../../../auth0/trigger-catalog.ts';
import { describedReader } from '../request/validation.ts';

type Binding = TriggerBindingsDocument['bindings'][number];
interface Reference {
  readonly type: 'binding_id' | 'action_id' | 'action_name';
  readonly value: string;
}
interface UpdateBody {
  readonly bindings: readonly { readonly ref: Reference; readonly display_name?: string }[];
}

const PATH = '/actions/triggers/{triggerId}/bindings';
const readUpdate = describedReader<Partial<UpdateBody>>(PATH, 'patch');
const listed = actionsListReader(PATH);

/** The Action that a reference of a binding means. */
function referenced(
  reference: Reference,
  actions: readonly ActionDocument[],
  current: readonly Binding[],
): ActionDocument | undefined {
  switch (reference.type) {
    case 'action_name':
      return actions.find((action) => action.name === reference.value);
    case 'action_id':
      return actions.find((action) => action.id === reference.value);
    case 'binding_id': {
      const binding = current.find(({ id }) => id === reference.value);
      return actions.find((action) => action.id === binding?.action_id);
    }
  }
}

/**
 * Triggers, and which Actions run at each of them, in order.
 * @see https://auth0.com/docs/api/management/v2/actions/patch-bindings
 */
export function triggerRoutes(api: Api): Hono<ApiEnv> {
  const { actions, triggerBindings } = api.collections;
  const checkTrigger = (id: string): void => {
    if (!TRIGGER_IDS.includes(id)) throw invalidPath(`No enum match for: ${id}`, 'triggerId');
  };
  const bindingView = (triggerId: string, binding: Binding): JsonObject => {
    const action = actions.get(binding.action_id);
    return {
      id: binding.id,
      trigger_id: triggerId,
      display_name: binding.display_name,
      created_at: binding.created_at,
      updated_at: binding.updated_at,
      ...(action === undefined
        ? {}
        : {
            action: boundActionView(action, deployedVersion(api, action)),
          }),
    };
  };

  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:actions'), (c) => c.json({ triggers: TRIGGERS }));
  routes.get('/:trigger/bindings', needs('read:actions'), (c) => {
    const id = c.req.param('trigger');
    checkTrigger(id);
    const bindings = triggerBindings.get(id)?.bindings ?? [];
    return listed(c, bindings, (binding) => bindingView(id, binding));
  });
  routes.patch('/:trigger/bindings', needs('update:actions'), async (c) => {
    const { bindings: asked } = await readUpdate(c);
    if (asked === undefined) throw invalidBody('Missing required property: bindings');
    const count = asked.length;
    if (count > MAX_ACTIONS_PER_TRIGGER)
      throw invalidBody(`Array is too long (${count}), maximum ${MAX_ACTIONS_PER_TRIGGER}`, 'bindings');
    const triggerId = c.req.param('trigger');
    checkTrigger(triggerId);
    if (TRIGGERS.some(({ id, binding_policy }) => id === triggerId && binding_policy === 'entity-bound'))
      throw new ApiError(400, 'cannot update action bindings for an entity-bound trigger');
    const current = triggerBindings.get(triggerId)?.bindings ?? [];
    const all = actions.all();
    const now = timestamp(api);
    // The list is the whole truth: what is not in it is bound no more.
    const bindings = asked.map(({ ref, display_name }): Binding => {
      const action = referenced(ref, all, current);
      if (action === undefined) throw new ApiError(400, 'The action does not exist', 'inexistent_action');
      if (action.supported_triggers[0]?.id !== triggerId)
        throw new ApiError(400, `The action ${action.name} does not support the trigger ${triggerId}.`);
      if (action.deployed_version_id === null)
        throw new ApiError(400, 'Trying to create a binding for an action that has not been deployed yet.');
      const kept = current.find((binding) => binding.action_id === action.id);
      return {
        id: kept?.id ?? randomUUID(),
        action_id: action.id,
        display_name: display_name ?? action.name,
        created_at: kept?.created_at ?? now,
        updated_at: now,
      };
    });
    triggerBindings.put(triggerId, { trigger_id: triggerId, bindings });
    return c.json({ bindings: bindings.map((binding) => bindingView(triggerId, binding)) });
  });
  return routes;
}
