import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';
import type { LoginProfile } from '../didit/login-profile.ts';
import { DENIALS } from '../didit/policy-codes.ts';
import { evaluatePolicy } from '../didit/policy.ts';
import type { PolicyEvaluation } from '../didit/policy.ts';
import { readPolicySettings } from '../didit/settings/policy-settings.ts';
import { isThroughDidit } from './didit-connection.ts';
import type { Report } from './log.ts';
import { settingsAt } from './event.ts';
import { sharedProfile } from './shared-profile.ts';
import { hasUnknownSettingsKey } from './unknown-settings.ts';

export interface LoginEvaluation {
  readonly evaluation: PolicyEvaluation;
  readonly profile: LoginProfile | undefined;
  readonly readable: boolean;
  readonly unknownKey: boolean;
}

/** Holds the login of an event to the rules that its settings name. */
export function evaluateLogin(event: Event): LoginEvaluation {
  const profile = sharedProfile(event);
  const settings = readPolicySettings(settingsAt(event, 'didit_policy'));
  const evaluation = evaluatePolicy({
    settings,
    throughDidit: isThroughDidit(event),
    profile,
    now: Date.now(),
  });
  return {
    evaluation,
    profile,
    readable: settings.unreadableAt === undefined,
    unknownKey: hasUnknownSettingsKey(event),
  };
}

/** Denies the login where the rules say so. The application gets the code and the sentence in its callback. */
export function applyPolicy(
  { evaluation, profile, readable, unknownKey }: LoginEvaluation,
  api: PostLoginAPI,
): Report {
  const { decision, code, rules } = evaluation;
  if (decision === 'deny' && code !== undefined) api.access.deny(`${code}: ${DENIALS[code]}`);
  return {
    outcome: decision === 'report' ? 'would_deny' : decision,
    codes: [
      ...rules.flatMap((rule) => (rule.code === undefined ? [] : [`${rule.code}@${rule.level}`])),
      ...(readable ? [] : ['settings_unreadable']),
      ...(unknownKey ? ['settings_unknown_key'] : []),
    ],
    source: profile?.source,
  };
}
