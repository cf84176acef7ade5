import { isDeepStrictEqual } from 'node:util';
import { countsByBeingThere } from '../auth0/client-schema.ts';
import { refreshTokensOf, serviceDefaultAt } from '../auth0/service-defaults.ts';
import type { CompletedResource, RefreshTokens } from '../auth0/service-defaults.ts';
import { isRecord, recordOf } from '../base/json-values.ts';

/**
 * Whether a value that is to be sent would change nothing. The order of a list of texts means nothing (scopes, grant types), but
 * for the first of some (`firstCounts`); of an object only what is asked for counts, since the service fills in the rest; a value
 * that is not there is the same as an empty one. An empty object asks for everything in it to go.
 */
export const sameMeaning = (wanted: unknown, existing: unknown): boolean =>
  isSame({ at: undefined, whole: false }, '', wanted, existing);

/**
 * The same for a setting of a resource: where either side says nothing, what the service fills in counts.
 *
 * @param path Of the setting, such as `options.pkce_enabled`.
 * @param whole Whether what is not asked for is to go, so that it counts as well. Default false.
 */
export const sameToTheService = (
  resource: CompletedResource,
  path: string,
  wanted: unknown,
  existing: unknown,
  whole = false,
): boolean => isSame({ at: resource, whole }, path, wanted, existing);

/**
 * Whether it counts which text of a list is the first: people whose request names no address go there.
 *
 * @see https://auth0.com/docs/authenticate/login/logout/redirect-users-after-logout
 */
export const firstCounts = (path: string): boolean => /(?:^|\.)(?:callbacks|allowed_logout_urls)$/.test(path);

/**
 * Whether the whole order of a list counts: as the identifier of a person, SAML takes the first attribute that there is.
 *
 * @see https://auth0.com/docs/authenticate/protocols/saml/saml-configuration/customize-saml-assertions
 */
export const orderCounts = (path: string): boolean => path.startsWith('addons.');

interface Comparison {
  /** Whose defaults count; `undefined`: nobody's. */
  readonly at: CompletedResource | undefined;
  readonly whole: boolean;
}

function isSame(comparison: Comparison, path: string, wanted: unknown, existing: unknown): boolean {
  const { at, whole } = comparison;
  const filledIn = at && serviceDefaultAt(at, path);
  const [asked, there] = [wanted ?? filledIn, existing ?? filledIn];
  if (isPart(at, path, asked) !== isPart(at, path, there)) return false;
  if (isEmpty(asked)) return saysNothing(at, path, there);
  if (isTextList(asked) && isTextList(there)) {
    if (at?.kind === 'application' && orderCounts(path)) return isDeepStrictEqual(asked, there);
    const isFirst = !firstCounts(path) || asked[0] === there[0];
    return isFirst && isDeepStrictEqual(new Set(asked), new Set(there));
  }
  if (Array.isArray(asked) && Array.isArray(there)) {
    const [wantedItems, items]: readonly [readonly unknown[], readonly unknown[]] = [asked, there];
    return (
      wantedItems.every((item, index) => isSame(comparison, `${path}.${index}`, item, items[index])) &&
      items.slice(wantedItems.length).every((item) => saysNothing(at, path, item))
    );
  }
  if (isRecord(asked) && (isRecord(there) || isEmpty(there))) {
    const known = recordOf(there);
    const names = whole ? new Set([...Object.keys(asked), ...Object.keys(known)]) : Object.keys(asked);
    return [...names].every((name) => isSame(comparison, `${path}.${name}`, asked[name], known[name]));
  }
  return isDeepStrictEqual(asked, there) || (saysNothing(at, path, asked) && saysNothing(at, path, there));
}

/**
 * Whether a value is as if it had been taken away: nothing is in it but what is empty, or what the service fills in by itself.
 */
function saysNothing(at: CompletedResource | undefined, path: string, value: unknown): boolean {
  if (isEmpty(value)) return true;
  if (isTextList(value)) return false;
  if (Array.isArray(value)) return value.every((item) => saysNothing(at, path, item));
  return (
    isRecord(value) &&
    Object.entries(value).every(([name, child]) => {
      if (isPart(at, `${path}.${name}`, child)) return false;
      // Without the object, nothing in it is said that the defaults could depend on.
      const refreshTokens = outsideThePolicy(at?.refreshTokens);
      const filledIn = at && serviceDefaultAt({ ...at, refreshTokens }, `${path}.${name}`);
      return filledIn === undefined || isEmpty(child)
        ? saysNothing(at, `${path}.${name}`, child)
        : sameMeaning(filledIn, child);
    })
  );
}

/** Whether something says by being there that it is. */
const isPart = (at: CompletedResource | undefined, path: string, value: unknown): boolean =>
  at?.kind === 'application' && countsByBeingThere(path) && isRecord(value);

const outsideThePolicy = (said: RefreshTokens = {}): RefreshTokens =>
  refreshTokensOf({ token_endpoint_auth_method: said.token_endpoint_auth_method });

export const sameScopes = (wanted: unknown, existing: unknown): boolean =>
  sameMeaning(scopesOf(wanted), scopesOf(existing));

/** The scopes of an oauth2 connection: one text, or a list. Auth0 takes and keeps both. */
export const scopesOf = (value: unknown): unknown =>
  typeof value === 'string' ? value.split(/\s+/).filter((word) => word !== '') : value;

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

/** What the service does not tell from "never set". */
export const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.keys(value).length === 0);
