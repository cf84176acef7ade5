import { DIDIT_SCOPES } from '../../settings/didit-scopes.ts';

/** Why the `scope` parameter of an authorize request is not acceptable, or the scopes it asks for. */
export function readScopes(
  parameter: string,
): { readonly scopes: readonly string[] } | { readonly refusal: string } {
  const scopes = [...new Set(parameter.split(' ').filter((scope) => scope !== ''))];
  const unknown = scopes.find((scope) => !Object.hasOwn(DIDIT_SCOPES, scope));
  if (unknown !== undefined) return { refusal: `Unknown scope: ${unknown}` };
  if (!scopes.includes('openid')) return { refusal: 'The scope openid is mandatory' };
  return { scopes };
}
