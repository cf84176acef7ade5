import { Hono } from 'hono';
import { asObject } from '../../../base/json-values.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import type { ActionsRuntime } from '../../../runner/contract.ts';
import { existingAction } from './action-store.ts';
import type { Api, ApiEnv } from '../api.ts';
import { needs } from '../request/authorization.ts';
import { describedReader } from '../request/validation.ts';

const readTest = describedReader<{ readonly payload: JsonObject }>('/actions/actions/{id}/test', 'post');

/**
 * Runs the draft of an Action once, with the event that the body brings. A failure is an answer too: status 200 with
 * `payload.error`. Nothing that the Action asks for is done.
 *
 * @see https://auth0.com/docs/api/management/v2/actions/post-test-action
 */
export function draftRunRoutes(api: Api, runtime: Pick<ActionsRuntime, 'runPostLogin'>): Hono<ApiEnv> {
  const routes = new Hono<ApiEnv>();
  routes.post('/:id/test', needs('create:actions'), async (c) => {
    const { payload } = await readTest(c);
    const { id, name, draft } = existingAction(api, c.req.param('id'));
    const began = performance.now();
    const { decision, trace } = await runtime.runPostLogin({
      actions: [
        {
          id,
          name,
          code: draft.code,
          secrets: Object.fromEntries(draft.secrets.map((secret) => [secret.name, secret.value])),
          dependencies: draft.dependencies,
        },
      ],
      event: asObject(payload['event']),
    });
    const total = Math.round(performance.now() - began);
    const action = Math.round(trace[0]?.milliseconds ?? 0);
    return c.json({
      payload: {
        ...(decision.kind === 'error'
          ? { error: { message: decision.message, name: 'Error', stack: `Error: ${decision.message}` } }
          : {}),
        // Auth0 names further times, of machines that are not here.
        stats: {
          total_request_duration_ms: total,
          total_runtime_execution_duration_ms: total,
          runtime_processing_duration_ms: 0,
          action_duration_ms: action,
          runtime_external_call_duration_ms: 0,
          boot_duration_ms: Math.max(0, total - action),
          network_duration_ms: 0,
        },
      },
    });
  });
  return routes;
}
