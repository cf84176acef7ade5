import type { JsonObject } from '../resources.ts';

type Policy = 'trigger-bound' | 'entity-bound';

const trigger = (
  id: string,
  version: string,
  status: 'CURRENT' | 'DEPRECATED',
  default_runtime: string,
  binding_policy: Policy = 'trigger-bound',
): Trigger => ({
  id,
  version,
  status,
  runtimes:
    status === 'CURRENT' && binding_policy === 'trigger-bound' ? ['node18-actions', 'node22'] : ['node22'],
  default_runtime,
  binding_policy,
  compatible_triggers: id === 'post-login' && version === 'v3' ? [{ id, version: 'v2' }] : [],
});

export interface Trigger {
  readonly id: string;
  readonly version: string;
  readonly status: 'CURRENT' | 'DEPRECATED';
  readonly runtimes: string[];
  readonly default_runtime: string;
  readonly binding_policy: Policy;
  readonly compatible_triggers: JsonObject[];
}

/**
 * What an Action can be written for. Only `post-login` is run by the local tenant; the others are kept and shown, so that a
 * configuration that uses them deploys.
 * @see https://auth0.com/docs/customize/actions/explore-triggers
 */
export const TRIGGERS: readonly Trigger[] = [
  trigger('post-login', 'v3', 'CURRENT', 'node22'),
  trigger('post-login', 'v2', 'DEPRECATED', 'node16'),
  trigger('post-login', 'v1', 'DEPRECATED', 'node12'),
  trigger('credentials-exchange', 'v2', 'CURRENT', 'node22'),
  trigger('credentials-exchange', 'v1', 'DEPRECATED', 'node12'),
  trigger('pre-user-registration', 'v2', 'CURRENT', 'node22'),
  trigger('pre-user-registration', 'v1', 'DEPRECATED', 'node12'),
  trigger('post-user-registration', 'v2', 'CURRENT', 'node22'),
  trigger('post-user-registration', 'v1', 'DEPRECATED', 'node12'),
  trigger('post-change-password', 'v2', 'CURRENT', 'node22'),
  trigger('post-change-password', 'v1', 'DEPRECATED', 'node12'),
  trigger('send-phone-message', 'v2', 'CURRENT', 'node22'),
  trigger('send-phone-message', 'v1', 'DEPRECATED', 'node12'),
  trigger('password-reset-post-challenge', 'v1', 'CURRENT', 'node22'),
  trigger('custom-phone-provider', 'v1', 'CURRENT', 'node22'),
  trigger('custom-email-provider', 'v1', 'CURRENT', 'node22'),
  trigger('custom-token-exchange', 'v1', 'CURRENT', 'node22', 'entity-bound'),
  trigger('event-stream', 'v1', 'CURRENT', 'node22', 'entity-bound'),
  trigger('password-hash-migration', 'v1', 'CURRENT', 'node22', 'entity-bound'),
  trigger('mcp-tool', 'v1', 'CURRENT', 'node22', 'entity-bound'),
];

export const TRIGGER_IDS: readonly string[] = [...new Set(TRIGGERS.map(({ id }) => id))];
