import { Hono } from 'hono';
import type { ActionDocument, ActionVersionDocument } from '../../store/resources.ts';
import { existingAction, publish, versionsOf } from './action-store.ts';
import { actionSummary, contentOf, versionView } from './action-view.ts';
import type { Api, ApiEnv } from '../api.ts';
import { needs } from '../request/authorization.ts';
import { actionsListReader } from '../kinds/lists.ts';
import { orNotFound } from '../request/errors.ts';
import { describedReader } from '../request/validation.ts';

const PATH = '/actions/actions/{actionId}/versions';
const listed = actionsListReader(PATH);
const readDeploy = describedReader<{ readonly update_draft?: boolean }>(`${PATH}/{id}/deploy`, 'post');

/** The published versions of one Action, and going back to one of them. */
export function actionVersionRoutes(api: Api): Hono<ApiEnv> {
  const existing = (action: ActionDocument, id: string): ActionVersionDocument => {
    const version = api.collections.actionVersions.get(id);
    const own = version?.action_id === action.id ? version : undefined;
    return orNotFound(own, 'The version does not exist', 'inexistent_version');
  };
  const view = (action: ActionDocument, version: ActionVersionDocument) => ({
    ...versionView(action, version, action.deployed_version_id === version.id),
    action: actionSummary(action),
  });

  const routes = new Hono<ApiEnv>();
  routes.get('/', needs('read:actions'), (c) => {
    const action = existingAction(api, c.req.param('id') ?? '');
    return listed(c, versionsOf(api, action), (version) => view(action, version));
  });
  routes.get('/:version', needs('read:actions'), (c) => {
    const action = existingAction(api, c.req.param('id') ?? '');
    return c.json(view(action, existing(action, c.req.param('version'))));
  });
  routes.post('/:version/deploy', needs('create:actions'), async (c) => {
    const { update_draft = false } = await readDeploy(c);
    const action = existingAction(api, c.req.param('id') ?? '');
    const content = contentOf(existing(action, c.req.param('version')));
    // An earlier version runs again as a new one; the draft stays unless it is to follow.
    const published = publish(api, update_draft ? { ...action, draft: content } : action, content);
    return c.json({
      ...versionView(published.action, published.version, false),
      action: actionSummary(published.action),
    });
  });
  return routes;
}
