import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { decideClaims } from '../didit/claims.ts';
import type { ClaimsDecision } from '../didit/claims.ts';
import { ownList } from '../didit/json.ts';
import { profileIn, sourceOf } from '../didit/knowledge.ts';
import { readClaimsSettings } from '../didit/settings/claims-settings.ts';
import { eventPart, settingsAt } from './event.ts';
import { takeOver } from './handover.ts';
import type { Report } from './log.ts';
import { loginThrough } from './provenance.ts';
import { ANSWER_CLAIM, writeAnswer } from './step-up-answer.ts';

export interface LoginClaims {
  readonly decision: ClaimsDecision;
  /** Of a login that is nested in another: what it tells that one. */
  readonly answer: string | undefined;
  /** Where the knowledge comes from, or why there is none. */
  readonly source: string;
  /** Worth a word in the log beside the decision. */
  readonly codes: readonly string[];
}

/**
 * The claims for the login of an event. A run that does not tell which scopes were asked for (a refresh, a password grant) gets
 * no personal claim: none is shown that the application may not have asked for.
 */
export function decideLoginClaims(event: Event): LoginClaims {
  const { connection, client } = settingsAt(event, 'didit_claims');
  const settings = readClaimsSettings({ connection, client });
  const { knowledge, code } = takeOver(event);
  const decision = decideClaims({
    settings,
    throughDidit: loginThrough(event) === 'didit',
    profile: profileIn(knowledge),
    requestedScopes: ownList(eventPart(event, 'transaction'), 'requested_scopes').filter(
      (scope) => typeof scope === 'string',
    ),
  });
  return {
    decision,
    answer: writeAnswer(event, knowledge),
    source: sourceOf(knowledge),
    codes: [...(code === undefined ? [] : [code]), ...(settings.readable ? [] : ['settings_unreadable'])],
  };
}

/** Sets the claims, each token on its own: a tenant may refuse the one and take the other. */
export function applyClaims({ decision, answer, source, codes }: LoginClaims, api: PostLoginAPI): Report {
  if (answer !== undefined) api.idToken.setCustomClaim(ANSWER_CLAIM, answer);
  for (const { name, value } of decision.idToken) api.idToken.setCustomClaim(name, value);
  for (const { name, value } of decision.accessToken) api.accessToken.setCustomClaim(name, value);
  return {
    outcome: decision.idToken.length + decision.accessToken.length > 0 ? 'set' : 'none',
    codes: [...decision.codes, ...codes],
    source,
  };
}
