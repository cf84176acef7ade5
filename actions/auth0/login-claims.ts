import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { decideClaims } from '../didit/claims.ts';
import type { ClaimsDecision } from '../didit/claims.ts';
import { ownList } from '../didit/json.ts';
import type { LoginProfile } from '../didit/login-profile.ts';
import { readClaimsSettings } from '../didit/settings/claims-settings.ts';
import { isThroughDidit } from './didit-connection.ts';
import { eventPart, settingsAt } from './event.ts';
import type { Report } from './log.ts';
import { sharedProfile } from './shared-profile.ts';

export interface LoginClaims {
  readonly decision: ClaimsDecision;
  readonly profile: LoginProfile | undefined;
  readonly readable: boolean;
}

/** The claims for the login of an event. */
export function decideLoginClaims(event: Event): LoginClaims {
  const { connection, client } = settingsAt(event, 'didit_claims');
  const settings = readClaimsSettings({ connection, client });
  const profile = sharedProfile(event);
  const decision = decideClaims({
    settings,
    throughDidit: isThroughDidit(event),
    profile,
    requestedScopes: ownList(eventPart(event, 'transaction'), 'requested_scopes').filter(
      (scope) => typeof scope === 'string',
    ),
  });
  return { decision, profile, readable: settings.readable };
}

/** Sets the claims, each token on its own: a tenant may refuse the one and take the other. */
export function applyClaims({ decision, profile, readable }: LoginClaims, api: PostLoginAPI): Report {
  for (const { name, value } of decision.idToken) api.idToken.setCustomClaim(name, value);
  for (const { name, value } of decision.accessToken) api.accessToken.setCustomClaim(name, value);
  return {
    outcome: decision.idToken.length + decision.accessToken.length > 0 ? 'set' : 'none',
    codes: [...decision.codes, ...(readable ? [] : ['settings_unreadable'])],
    source: profile?.source,
  };
}
