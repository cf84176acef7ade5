import type { Json, JsonObject } from '../../base/json-values.ts';
import { MAX_ADDED_SCOPES, MAX_CLAIMS_BYTES, MAX_SCOPE_CHARACTERS } from '../../auth0/runtime-limits.ts';
import { jsonBytes, jsonCopy, stringArgument } from './arguments.ts';
import { whyClaimIsDropped } from '../../auth0/claim-names.ts';
import { partOf } from './run-state.ts';
import type { ActionContext, ApiArea } from './run-state.ts';

/** `api.idToken` */
export const idTokenApi = ({ state, note }: ActionContext): ApiArea => ({
  setCustomClaim(name, value) {
    setClaim(state.idTokenClaims, name, value, note);
  },
});

/** `api.accessToken` */
export const accessTokenApi = ({ state, event, note }: ActionContext): ApiArea => ({
  setCustomClaim(name, value) {
    const reason = whyTokenShowsNoClaims(event);
    if (reason !== undefined) note(reason);
    setClaim(reason === undefined ? state.accessTokenClaims : new Map<string, Json>(), name, value, note);
  },
  addScope(scope) {
    const name = scopeArgument(scope);
    const added = [...state.scopes].filter(([other, change]) => change === 'added' && other !== name).length;
    if (added >= MAX_ADDED_SCOPES) {
      throw new RangeError(`The number of scopes exceeds the allowed maximum of ${MAX_ADDED_SCOPES}.`);
    }
    state.scopes.set(name, 'added');
  },
  removeScope(scope) {
    state.scopes.set(scopeArgument(scope), 'removed');
  },
});

/**
 * Auth0 drops restricted names and its own namespaces silently; only `scope` throws. The trace says what was dropped.
 * @see https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
 */
function setClaim(
  claims: Map<string, Json>,
  nameArgument: unknown,
  value: unknown,
  note: ActionContext['note'],
): void {
  const name = stringArgument(nameArgument, 'name');
  if (name === 'scope') {
    throw new Error('The claim "scope" cannot be set; use api.accessToken.addScope or removeScope.');
  }
  const reason = whyClaimIsDropped(name);
  if (reason !== undefined) {
    note(`Dropped silently: ${reason}.`);
    return;
  }
  const copy = jsonCopy(value);
  if (copy === undefined) {
    claims.delete(name);
    note(`The claim "${name}" has no value that JSON can hold, and is left out.`);
    return;
  }
  claims.set(name, copy);
  const bytes = jsonBytes(Object.fromEntries(claims));
  if (bytes > MAX_CLAIMS_BYTES) {
    throw new RangeError(`The custom claims have ${bytes} bytes; at most ${MAX_CLAIMS_BYTES} are allowed.`);
  }
}

/** Auth0 puts custom claims into JWTs for an API of the tenant's own, and into no other access token. */
function whyTokenShowsNoClaims(event: JsonObject): string | undefined {
  const audience = partOf(event, 'resource_server')['identifier'];
  if (typeof audience !== 'string') {
    return 'Dropped silently: the access token is opaque, since no audience was asked for, and shows no claims.';
  }
  const hostname = partOf(event, 'request')['hostname'];
  if (audience === `https://${typeof hostname === 'string' ? hostname : ''}/api/v2/`) {
    return 'Dropped silently: access tokens for the Management API get no custom claims.';
  }
  return undefined;
}

function scopeArgument(value: unknown): string {
  const scope = stringArgument(value, 'scope').trim();
  if (scope === '' || /\s/.test(scope))
    throw new TypeError('"scope" has to be one scope without white space.');
  if (scope.length > MAX_SCOPE_CHARACTERS) {
    throw new RangeError(
      `"scope" has ${scope.length} characters; at most ${MAX_SCOPE_CHARACTERS} are allowed.`,
    );
  }
  return scope;
}
