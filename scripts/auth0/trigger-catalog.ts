import type { JsonObject } from '../base/json-values.ts';

export interface Trigger {
  readonly id: string;
  readonly version: string;
  readonly status: 'CURRENT' | 'DEPRECATED';
  readonly runtimes: string[];
  readonly default_runtime: string;
  readonly binding_policy: 'trigger-bound' | 'entity-bound';
  readonly compatible_triggers: JsonObject[];
}

const current = (id: string, version: string): Trigger => ({
  id,
  version,
  status: 'CURRENT',
  runtimes: ['node18-actions', 'node22'],
  default_runtime: 'node22',
  binding_policy: 'trigger-bound',
  compatible_triggers: [],
});

const deprecated = (id: string, version: string): Trigger => ({
  ...current(id, version),
  status: 'DEPRECATED',
  runtimes: ['node22'],
  default_runtime: 'node12',
});

/** Bound to something else than the trigger: a token exchange profile, an event stream. */
const entityBound = (id: string): Trigger => ({
  ...current(id, 'v1'),
  runtimes: ['node22'],
  binding_policy: 'entity-bound',
});

/**
 * What an Action can be written for. The local tenant runs `post-login` only; it keeps and shows the others, so that a
 * configuration that uses them deploys.
 * @see https://auth0.com/docs/customize/actions/explore-triggers
 */
export const TRIGGERS: readonly Trigger[] = [
  { ...current('post-login', 'v3'), compatible_triggers: [{ id: 'post-login', version: 'v2' }] },
  { ...deprecated('post-login', 'v2'), runtimes: ['node18', 'node22'], default_runtime: 'node16' },
  deprecated('post-login', 'v1'),
  current('credentials-exchange', 'v2'),
  deprecated('credentials-exchange', 'v1'),
  current('pre-user-registration', 'v2'),
  deprecated('pre-user-registration', 'v1'),
  current('post-user-registration', 'v2'),
  deprecated('post-user-registration', 'v1'),
  current('post-change-password', 'v2'),
  deprecated('post-change-password', 'v1'),
  current('send-phone-message', 'v2'),
  deprecated('send-phone-message', 'v1'),
  current('password-reset-post-challenge', 'v1'),
  current('custom-phone-provider', 'v1'),
  current('custom-email-provider', 'v1'),
  { ...entityBound('custom-token-exchange'), runtimes: ['node18', 'node22'] },
  entityBound('event-stream'),
  entityBound('password-hash-migration'),
  entityBound('mcp-tool'),
];

export const TRIGGER_IDS: readonly string[] = [...new Set(TRIGGERS.map(({ id }) => id))];
