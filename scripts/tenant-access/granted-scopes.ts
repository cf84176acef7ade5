import { decodeJwt } from 'jose/jwt/decode';
import { problemsIn } from '../base/problem.ts';

/** The permissions of a token; `undefined` for one that cannot be looked into. */
export function grantedScopes(accessToken: string): ReadonlySet<string> | undefined {
  try {
    const { scope } = decodeJwt(accessToken);
    return typeof scope === 'string' ? new Set(scope.split(' ')) : undefined;
  } catch {
    return undefined;
  }
}

/** Those of some scopes that a token does not have; none for a token that cannot be looked into. */
export function missingScopes(accessToken: string, scopes: readonly string[]): readonly string[] {
  const granted = grantedScopes(accessToken);
  return granted === undefined ? [] : scopes.filter((scope) => !granted.has(scope));
}

/** Something of a tenant that a command goes on without, since its client may not read it. */
export interface NotLookedAt {
  /** As a sentence names it. */
  readonly what: string;
  /** Permissions of the Management API that let it be looked at. */
  readonly scopes: readonly string[];
}

/**
 * Reads what a command can go on without. Every reading that a missing permission may stop goes through here, so that none is
 * left out in silence.
 *
 * @param notLookedAt What was left out so far; it gets what cannot be read here.
 * @returns `undefined` where the client may not read it: by its token, or by what the tenant answers.
 * @throws {Problem} as `read`, except `SCOPE_MISSING`.
 */
export async function readIfAllowed<T>(
  accessToken: string,
  { what, scopes }: NotLookedAt,
  notLookedAt: NotLookedAt[],
  read: () => Promise<T>,
): Promise<T | undefined> {
  const missing = missingScopes(accessToken, scopes);
  if (missing.length === 0) {
    try {
      return await read();
    } catch (error) {
      if (problemsIn(error).every(({ code }) => code !== 'SCOPE_MISSING')) throw error;
    }
  }
  // A token that cannot be looked into does not say which of them it lacks.
  notLookedAt.push({ what, scopes: missing.length === 0 ? scopes : missing });
  return undefined;
}

/**
 * `Not looked at: organizations (no permission read:organizations).` Empty where everything was.
 */
export const notLookedAtLine = (things: readonly NotLookedAt[]): string =>
  things.length === 0
    ? ''
    : `Not looked at: ${things.map(({ what, scopes }) => `${what} (no permission ${scopes.join(' ')})`).join('; ')}.`;
