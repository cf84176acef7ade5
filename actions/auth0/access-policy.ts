import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import { sourceOf } from '../didit/knowledge.ts';
import { DENIALS } from '../didit/policy-codes.ts';
import { evaluatePolicy } from '../didit/policy.ts';
import type { PolicyEvaluation } from '../didit/policy.ts';
import type { Report } from './log.ts';
import { policyInput } from './login-rules.ts';
import { misspeltSettings } from './misspelt-settings.ts';
import { isNested } from './step-up-answer.ts';

export interface LoginEvaluation {
  readonly evaluation: PolicyEvaluation;
  /** Where the knowledge comes from, or why there is none. */
  readonly source: string;
  /** Worth a word in the log beside the rules. */
  readonly codes: readonly string[];
}

/** Holds the login of an event to the rules that its settings name; one that is nested in another is held to that one's. */
export function evaluateLogin(event: Event): LoginEvaluation {
  const { input, code } = policyInput(event);
  const { knowledge, settings } = input;
  return {
    evaluation: isNested(event) ? { decision: 'allow', rules: [] } : evaluatePolicy(input),
    source: sourceOf(knowledge),
    codes: [
      ...(code === undefined ? [] : [code]),
      ...(settings.unreadableAt === undefined ? [] : ['settings_unreadable']),
      ...misspeltSettings(event),
    ],
  };
}

/** Denies the login where the rules say so. The application gets the code and the sentence in its callback. */
export function applyPolicy({ evaluation, source, codes }: LoginEvaluation, api: PostLoginAPI): Report {
  const { decision, code, rules } = evaluation;
  if (decision === 'deny' && code !== undefined) api.access.deny(`${code}: ${DENIALS[code]}`);
  return {
    outcome: decision === 'report' ? 'would_deny' : decision,
    codes: [
      ...rules.flatMap((rule) => (rule.code === undefined ? [] : [`${rule.code}@${rule.level}`])),
      ...codes,
    ],
    source,
  };
}

/** An error that nobody expected must not let anybody in. */
export function denyFailed(api: PostLoginAPI): Report {
  api.access.deny(`didit_policy_failed: ${DENIALS.didit_policy_failed}`);
  return { outcome: 'deny', codes: ['didit_policy_failed', 'unexpected_error'], source: undefined };
}
