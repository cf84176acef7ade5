import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { own, ownText } from '../didit/json.ts';
import { sourceOf } from '../didit/knowledge.ts';
import { mayReplace } from '../didit/record.ts';
import { STEP_UP_DENIALS, canStepUp, judgeReturn, stepUpCode } from '../didit/step-up.ts';
import type { StepUpReason } from '../didit/step-up.ts';
import { eventPart, recordKey } from './event.ts';
import { handOver } from './handover.ts';
import type { Report } from './log.ts';
import { policyInput } from './login-rules.ts';
import { askTenant, returnFromDidit, sendToDidit, stepUpClient } from './nested-login.ts';
import type { StepUpClient } from './nested-login.ts';
import { isListed, subjectsOf, userIdOf } from './provenance.ts';
import { canBeAsked } from './run-kind.ts';
import { isNested, readAnswer } from './step-up-answer.ts';

const report = (outcome: string, source?: string, ...codes: readonly string[]): Report => ({
  outcome,
  codes,
  source,
});

/**
 * Sends a person to Didit whom the rules would deny for a reason that Didit can cure, where the settings say so. Whoever cannot
 * be sent there is left to the rules.
 */
export function startStepUp(event: Event, api: PostLoginAPI): Report {
  if (isNested(event)) return report('nested');
  const { input } = policyInput(event);
  const source = sourceOf(input.knowledge);
  if (input.settings.stepUp.value === 'off') return report('off', source);
  if (!canStepUp(input)) return report('not_asked', source);
  if (input.settings.mode.value === 'report') return report('would_ask', source);
  const client = stepUpClient(event);
  if (client === undefined) return report('not_asked', source, 'no_step_up_client');
  if (!canBeAsked(event) || !api.redirect.canRedirect()) return deny(api, 'needed');
  sendToDidit(event, api, client);
  return report('asked', source);
}

/**
 * Takes what a person has brought back from Didit: the later Actions judge it in the same login. Anything that is not certain
 * denies, and changes nothing.
 *
 * @throws Where the tenant cannot be reached, or fails.
 */
export async function finishStepUp(event: Event, api: PostLoginAPI): Promise<Report> {
  const client = stepUpClient(event);
  if (client === undefined) return deny(api, 'failed', 'no_step_up_client');
  // For all calls together: Auth0 ends an Action after 20 s.
  const signal = AbortSignal.timeout(8_000);
  const nested = await returnFromDidit(event, api, client, signal);
  if ('reason' in nested) return deny(api, nested.reason, nested.because);
  const answer = readAnswer(nested.claims, client.key);
  if (answer === undefined) return deny(api, 'refused', 'connection');
  const userId = userIdOf(event);
  const signedIn = ownText(nested.claims, 'sub') ?? '';
  const verdict = judgeReturn({
    userId,
    subjects: subjectsOf(event),
    listed: isListed(event),
    signedIn,
    answer,
  });
  if ('reason' in verdict) return deny(api, verdict.reason, sourceOf(answer.knowledge));
  const { outcome, profile } = verdict;
  if (outcome === 'linked') {
    const failure = await linkIdentity(client, userId, signedIn, signal);
    if (failure !== undefined) return deny(api, 'failed', failure);
    keepRecord(event, api, answer.record);
  }
  handOver(event, api.transaction, { ...profile, fresh: true, joined: true });
  return report(outcome, profile.source);
}

/** Ends the login: with a code and a sentence for the person, and a word for the log. */
export function deny(api: PostLoginAPI, reason: StepUpReason, ...because: readonly string[]): Report {
  const code = stepUpCode(reason);
  api.access.deny(`${code}: ${STEP_UP_DENIALS[reason]}`);
  return report('deny', undefined, code, ...because);
}

/**
 * Makes the identity that has signed in one of the user's. Why not, or `undefined` where the tenant has it in its list.
 * @see https://auth0.com/docs/api/management/v2/users/post-identities
 */
async function linkIdentity(
  client: StepUpClient,
  userId: string,
  identity: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const api = `https://${client.tenant}/api/v2/`;
  const asked = { grant_type: 'client_credentials', audience: api };
  const token = ownText(await askTenant(client, signal, asked), 'access_token');
  if (token === undefined) return 'linking_not_permitted';
  const [provider = ''] = identity.split('|');
  const id = identity.slice(provider.length + 1);
  const response = await fetch(`${api}users/${encodeURIComponent(userId)}/identities`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ provider, user_id: id }),
    redirect: 'error',
    signal,
  });
  const list: unknown = await response.json();
  const isLinked = Array.isArray(list) && list.some((item) => own(item, 'user_id') === id);
  return response.ok && isLinked ? undefined : `linking_${response.status}`;
}

/** What is kept of the identity goes with it. What is not ours, or is newer, stays. */
function keepRecord(event: Event, api: PostLoginAPI, record: unknown): void {
  const key = recordKey(event);
  const isFree = mayReplace(own(eventPart(event, 'user', 'app_metadata'), key));
  if (record !== undefined && isFree) api.user.setAppMetadata(key, record);
}
