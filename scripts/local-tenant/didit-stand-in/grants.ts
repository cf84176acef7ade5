import type { TenantContext } from '../context.ts';
import type { ExpiringSecrets } from '../expiring-secrets.ts';
import { expiringSecrets } from '../expiring-secrets.ts';
import type { ProofKey } from '../secrets.ts';
import type { Fault } from './faults.ts';

/** What a person has allowed an application to read, and what is to go wrong while it does. */
export interface DiditGrant {
  readonly client_id: string;
  readonly persona: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  /** 1 for the persona's first login. */
  readonly login: number;
  readonly fault: Fault;
}

interface CodeDocument {
  readonly grant: DiditGrant;
  readonly redirect_uri: string;
  readonly nonce?: string;
  readonly proof_key?: ProofKey;
  readonly expires_at: number;
}

interface TokenDocument {
  /** A token of the client itself (client credentials) stands for no person. */
  readonly grant: DiditGrant | null;
  readonly expires_at: number;
}

/** What the stand-in's endpoints work with. */
export interface DiditStandIn {
  readonly context: TenantContext;
  readonly grants: DiditGrants;
  /** How long a slow endpoint takes. */
  readonly slowMilliseconds: number;
}

export interface DiditGrants {
  readonly codes: ExpiringSecrets<CodeDocument>;
  readonly accessTokens: ExpiringSecrets<TokenDocument>;
  readonly refreshTokens: ExpiringSecrets<{ readonly grant: DiditGrant; readonly expires_at: number }>;
  /** Counts a login of the persona and returns its number. */
  countLogin(persona: string): number;
}

/** Seconds, as Didit documents them for access tokens; the others are our choice. */
export const ACCESS_TOKEN_SECONDS = 3600;
export const CODE_SECONDS = 300;
export const REFRESH_TOKEN_SECONDS = 30 * 86_400;

export function openDiditGrants(context: TenantContext): DiditGrants {
  const counts = context.store.collection<{ readonly logins: number }>('didit-logins');
  return {
    codes: expiringSecrets(context, 'didit-codes'),
    accessTokens: expiringSecrets(context, 'didit-access-tokens'),
    refreshTokens: expiringSecrets(context, 'didit-refresh-tokens'),
    countLogin: (persona) =>
      context.store.transaction(() => {
        const logins = (counts.get(persona)?.logins ?? 0) + 1;
        counts.put(persona, { logins });
        return logins;
      }),
  };
}
