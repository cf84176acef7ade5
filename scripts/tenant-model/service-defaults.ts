import { refreshTokensOf, serviceDefaultAt } from '../auth0/service-defaults.ts';
import type { Field, Resource } from './tenant-model.ts';

/** As `serviceDefaultAt`, for a setting of a model. */
export function serviceDefault({ kind, name, fields }: Resource, path: string): Field | undefined {
  if (kind === 'Action') return undefined;
  const said = (setting: string): unknown => {
    const field = fields.get(`refresh_token.${setting}`);
    return field?.kind === 'value' ? field.value : undefined;
  };
  const refreshTokens = refreshTokensOf({
    rotation_type: said('rotation_type'),
    expiration_type: said('expiration_type'),
  });
  const found = serviceDefaultAt({ kind, name, refreshTokens }, path);
  if (found === undefined) return undefined;
  return typeof found === 'object' ? { kind: 'set', items: found } : { kind: 'value', value: found };
}
