import { refreshTokensOf, serviceDefaultAt } from '../auth0/service-defaults.ts';
import type { Field, Resource } from './tenant-model.ts';

/** As `serviceDefaultAt`, for a setting of a model. */
export function serviceDefault({ kind, name, fields }: Resource, path: string): Field | undefined {
  if (kind === 'Action') return undefined;
  const said = (setting: string): unknown => {
    const field = fields.get(setting);
    return field?.kind === 'value' ? field.value : undefined;
  };
  const refreshTokens = refreshTokensOf({
    token_endpoint_auth_method: said('token_endpoint_auth_method'),
    refresh_token: {
      rotation_type: said('refresh_token.rotation_type'),
      expiration_type: said('refresh_token.expiration_type'),
    },
  });
  const found = serviceDefaultAt({ kind, name, refreshTokens }, path);
  if (found === undefined) return undefined;
  return typeof found === 'object' ? { kind: 'set', items: found } : { kind: 'value', value: found };
}
