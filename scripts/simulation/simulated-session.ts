import type { RefreshTokenDocument, SessionDocument } from '../local-tenant/runtime.ts';

const HOUR_MILLISECONDS = 60 * 60 * 1_000;
const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;

/**
 * When the session of a simulated login began, if nobody says: with it, or an hour before.
 * @param now Milliseconds since the epoch, as what it gives.
 */
export const usualBeginning = (isNew: boolean, now: number): number =>
  isNew ? now : now - HOUR_MILLISECONDS;

/**
 * The session of a simulated login.
 * @param begunAt Milliseconds since the epoch, as `now`.
 */
export function simulatedSession(
  userId: string,
  clientId: string,
  begunAt: number,
  now: number,
): SessionDocument {
  return {
    id: 'session-1',
    user_id: userId,
    connection_id: 'con_simulated',
    authenticated_at: begunAt,
    created_at: begunAt,
    updated_at: now,
    idle_expires_at: now + DAY_MILLISECONDS,
    absolute_expires_at: now + 7 * DAY_MILLISECONDS,
    expires_at: now + DAY_MILLISECONDS,
    clients: [clientId],
    user_agent: 'Example Browser',
    methods: [{ name: 'federated', timestamp: new Date(begunAt).toISOString() }],
    metadata: {},
  };
}

/**
 * The refresh token of a simulated refresh, from a sign-in an hour ago.
 * @param now Milliseconds since the epoch.
 */
export const simulatedRefreshToken = (
  userId: string,
  clientId: string,
  scopes: readonly string[],
  now: number,
): RefreshTokenDocument => ({
  id: 'refresh-token-1',
  family: 'refresh-token-family-1',
  grant: {
    client_id: clientId,
    user_id: userId,
    connection_id: 'con_simulated',
    organization_id: null,
    audience: null,
    requested_scopes: scopes,
    session_id: 'session-1',
  },
  created_at: now - HOUR_MILLISECONDS,
  last_exchanged_at: null,
  absolute_expires_at: now + 30 * DAY_MILLISECONDS,
  rotated_at: null,
  metadata: {},
  expires_at: now + 30 * DAY_MILLISECONDS,
});
