import type { Event } from '@auth0/actions/post-login/v3';
import type { PolicyInput } from '../didit/policy.ts';
import { readPolicySettings } from '../didit/settings/policy-settings.ts';
import { settingsAt } from './event.ts';
import { takeOver } from './handover.ts';
import type { HandoverCode } from './handover.ts';
import { loginThrough } from './provenance.ts';
import { authenticatedAt } from './run-kind.ts';

/** What the rules of a login go by: its settings, and what the first Action has handed on, or why that cannot be read. */
export function policyInput(event: Event): {
  readonly input: PolicyInput;
  readonly code: HandoverCode | undefined;
} {
  const { knowledge, code } = takeOver(event);
  const through = loginThrough(event);
  const input = {
    settings: readPolicySettings(settingsAt(event, 'didit_policy')),
    // Where nobody can tell, the rules hold, if there are any.
    throughDidit: through !== 'other',
    uncertain: through === 'unknown',
    knowledge,
    authenticatedAt: authenticatedAt(event),
    now: Date.now(),
  };
  return { input, code };
}
