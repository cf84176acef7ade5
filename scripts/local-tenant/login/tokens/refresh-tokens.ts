import type { TokenChanges } from '../../../runner/contract.ts';
import { randomIdentifier } from '../../identifiers.ts';
import { isJsonObject } from '../../../base/json-values.ts';
import type { ClientDocument } from '../../store/resources.ts';
import type { LoginRecords, RefreshTokenDocument, TokenGrant } from '../records.ts';
import { seconds } from './tokens.ts';

/** An application's refresh-token settings; times in seconds, `null` for no end. */
export interface RefreshTokenPolicy {
  readonly isRotating: boolean;
  /** How long a rotated token may be used once more, for clients that repeat a request. */
  readonly leeway: number;
  readonly lifetime: number | null;
  readonly idleLifetime: number | null;
}

/** Seconds; Auth0's defaults of an application whose refresh tokens expire. */
const DEFAULT_LIFETIME = 2_592_000;
const DEFAULT_IDLE_LIFETIME = 1_296_000;
const NO_END_SECONDS = 100 * 365 * 86_400;

/** @see https://auth0.com/docs/secure/tokens/refresh-tokens/configure-refresh-token-expiration */
export function refreshTokenPolicy({ settings }: ClientDocument): RefreshTokenPolicy {
  const value = settings['refresh_token'];
  const policy = isJsonObject(value) ? value : {};
  const isRotating = policy['rotation_type'] === 'rotating';
  // Rotating tokens always expire; the others only when the application says so.
  const isExpiring = isRotating || policy['expiration_type'] === 'expiring';
  const leeway = policy['leeway'];
  return {
    isRotating,
    leeway: typeof leeway === 'number' && leeway > 0 ? leeway : 0,
    lifetime:
      isExpiring && policy['infinite_token_lifetime'] !== true
        ? seconds(policy['token_lifetime'], DEFAULT_LIFETIME)
        : null,
    idleLifetime:
      isExpiring && policy['infinite_idle_token_lifetime'] !== true
        ? seconds(policy['idle_token_lifetime'], DEFAULT_IDLE_LIFETIME)
        : null,
  };
}

const expiryOf = (now: number, absoluteEnd: number | null, policy: RefreshTokenPolicy): number =>
  Math.min(absoluteEnd ?? Number.POSITIVE_INFINITY, now + (policy.idleLifetime ?? NO_END_SECONDS) * 1000);

/** Issues the first refresh token of a sign-in. */
export function issueRefreshToken(
  records: LoginRecords,
  policy: RefreshTokenPolicy,
  grant: TokenGrant,
  changes: TokenChanges | null,
  now: number,
): string {
  const absoluteEnd = policy.lifetime === null ? null : now + policy.lifetime * 1000;
  const document: RefreshTokenDocument = {
    id: randomIdentifier(22),
    family: randomIdentifier(22),
    grant,
    created_at: now,
    last_exchanged_at: null,
    absolute_expires_at: absoluteEnd,
    rotated_at: null,
    metadata: {},
    expires_at: expiryOf(now, absoluteEnd, policy),
  };
  return records.refreshTokens.issue(withChanges(document, changes));
}

/** The token after what the Actions asked of it: an earlier end, other metadata. */
function withChanges(document: RefreshTokenDocument, changes: TokenChanges | null): RefreshTokenDocument {
  const absoluteEnd = changes?.expiresAt ?? document.absolute_expires_at;
  return {
    ...document,
    absolute_expires_at: absoluteEnd,
    expires_at: Math.min(
      document.expires_at,
      absoluteEnd ?? Number.POSITIVE_INFINITY,
      changes?.idleExpiresAt ?? Number.POSITIVE_INFINITY,
    ),
    metadata: changes?.metadata ?? document.metadata,
  };
}

/**
 * What may be done with a refresh token that was presented. A rotated token that turns up after its leeway has been stolen, or
 * its successor has: nobody can tell which, so the whole family ends.
 *
 * @see https://auth0.com/docs/secure/tokens/refresh-tokens/refresh-token-rotation
 */
export function judgeRefreshToken(
  document: RefreshTokenDocument | undefined,
  clientId: string,
  policy: RefreshTokenPolicy,
  now: number,
): 'usable' | 'unknown' | 'reused' {
  if (document?.grant.client_id !== clientId) return 'unknown';
  if (document.rotated_at === null) return 'usable';
  return now < document.rotated_at + policy.leeway * 1000 ? 'usable' : 'reused';
}

/** Puts a new token in the place of the presented one and returns it; without rotation, the presented one lives on. */
export function renewRefreshToken(
  records: LoginRecords,
  policy: RefreshTokenPolicy,
  presented: { readonly secret: string; readonly document: RefreshTokenDocument },
  changes: TokenChanges | null,
  now: number,
): string | undefined {
  const { secret, document } = presented;
  const renewed = withChanges(
    {
      ...document,
      last_exchanged_at: now,
      rotated_at: null,
      expires_at: expiryOf(now, document.absolute_expires_at, policy),
    },
    changes,
  );
  if (!policy.isRotating) {
    records.refreshTokens.keep(secret, renewed);
    return undefined;
  }
  records.refreshTokens.keep(secret, { ...document, rotated_at: document.rotated_at ?? now });
  return records.refreshTokens.issue({ ...renewed, id: randomIdentifier(22), created_at: now });
}

export const revokeFamily = (records: LoginRecords, family: string): void => {
  records.refreshTokens.changeEach((document) => (document.family === family ? undefined : document));
};
