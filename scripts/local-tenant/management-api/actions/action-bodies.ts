import type { ActionDocument, ActionVersionDocument } from '../../store/resources.ts';
import {
  MAX_ACTION_CODE_BYTES,
  MAX_ACTION_DEPENDENCIES,
  MAX_ACTION_SECRETS,
  MAX_SECRET_NAME_CHARACTERS,
  MAX_SECRET_VALUE_CHARACTERS,
} from '../../../auth0/action-limits.ts';
import { ApiError, invalidBody } from '../request/errors.ts';
import { anyObject, flag, list, object, oneOf, text } from '../../../auth0/schema-words.ts';
import type { JsonObject } from '../../../base/json-values.ts';
import { timestamp } from '../api.ts';
import type { Api } from '../api.ts';
import { usedModules } from '../kinds/modules.ts';
import { TRIGGER_IDS } from '../../../auth0/trigger-catalog.ts';
import { bodyReader } from '../request/validation.ts';

export interface ActionBody {
  readonly name?: string;
  readonly code?: string;
  readonly runtime?: string;
  readonly dependencies?: ActionVersionDocument['dependencies'];
  readonly secrets?: readonly { readonly name: string; readonly value?: string }[];
  readonly modules?: readonly JsonObject[];
  readonly supported_triggers?: readonly { readonly id: string; readonly version?: string }[];
  readonly deploy?: boolean;
}

export type ActionCreateBody = ActionBody & Required<Pick<ActionBody, 'name' | 'supported_triggers'>>;

const properties = {
  name: text({ minLength: 1, maxLength: 255, pattern: '^[^<>]+$' }),
  code: text(),
  runtime: text({ pattern: '^node[0-9]+(-actions)?$' }),
  dependencies: list(object({ name: text(), version: text(), registry_url: text() }, ['name', 'version']), {
    maxItems: MAX_ACTION_DEPENDENCIES,
  }),
  secrets: list(
    {
      type: 'object',
      properties: {
        name: text({ minLength: 1, maxLength: MAX_SECRET_NAME_CHARACTERS }),
        value: text({ maxLength: MAX_SECRET_VALUE_CHARACTERS }),
      },
      required: ['name'],
    },
    { maxItems: MAX_ACTION_SECRETS },
  ),
  supported_triggers: list(
    object(
      {
        id: oneOf(...TRIGGER_IDS),
        version: text(),
        status: text(),
        runtimes: list(text()),
        default_runtime: text(),
        compatible_triggers: list(anyObject),
        binding_policy: oneOf('trigger-bound', 'entity-bound'),
      },
      ['id'],
    ),
    { minItems: 1, maxItems: 1 },
  ),
  modules: list(anyObject),
};

export const readActionCreate = bodyReader<ActionCreateBody>(
  object({ ...properties, deploy: flag }, ['name', 'supported_triggers']),
);
export const readActionUpdate = bodyReader<ActionBody>(object(properties));

export type Draft = ActionDocument['draft'];

/**
 * The draft after a change. `dependencies`, `modules` and `secrets` are replaced whole; a secret that comes without a value keeps
 * the one it has.
 * @throws {ApiError} 400 for code that is too large or a new secret without a value.
 */
export function changedDraft(api: Api, draft: Draft, body: ActionBody): Draft {
  const now = timestamp(api);
  const code = body.code ?? draft.code;
  const bytes = Buffer.byteLength(code, 'utf8');
  if (bytes > MAX_ACTION_CODE_BYTES)
    throw invalidBody(`Code is too large (${bytes} bytes), maximum ${MAX_ACTION_CODE_BYTES}`, 'code');
  const modules = body.modules === undefined ? draft.modules : usedModules(api, body.modules);
  return {
    code,
    runtime: body.runtime ?? draft.runtime,
    dependencies: body.dependencies ?? draft.dependencies,
    secrets: body.secrets === undefined ? draft.secrets : changedSecrets(draft.secrets, body.secrets, now),
    ...(modules === undefined || modules.length === 0 ? {} : { modules }),
  };
}

function changedSecrets(
  current: Draft['secrets'],
  given: NonNullable<ActionBody['secrets']>,
  now: string,
): Draft['secrets'] {
  return given.map(({ name, value }) => {
    if (value !== undefined) return { name, value, updated_at: now };
    const kept = current.find((secret) => secret.name === name);
    if (kept === undefined) throw new ApiError(400, `The secret ${name} has no value.`, 'invalid_body');
    return kept;
  });
}
