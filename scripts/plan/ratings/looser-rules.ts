import { formatValue } from '../../settings/describe.ts';
import type { PolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import { FOREIGN_MAX_AGE_MILLISECONDS } from '../../../actions/didit/policy.ts';

/** What rules come to at the application that the Actions sign people in with in the middle of another login. */
export const STEP_UP_RULES = 'none: the Actions take it for their own step-up application';

/** The same where nothing is asked. */
export const withoutRules = (settings: PolicySettings): PolicySettings => ({
  ...settings,
  mode: { ...settings.mode, value: 'off' },
  unreadableAt: undefined,
});

/** The rules of logins that no Action takes for Didit's: those for all logins, with a limit to the age of what is known. */
export function rulesOfOtherLogins(settings: PolicySettings): PolicySettings {
  if (settings.applyTo.value === 'didit') {
    return withoutRules(settings);
  }
  const { maxAge } = settings;
  return maxAge.value < Infinity
    ? settings
    : { ...settings, maxAge: { ...maxAge, value: FOREIGN_MAX_AGE_MILLISECONDS } };
}

const STRICTNESS = ['off', 'report', 'enforce'];

/** Whether there may be somebody whom the new rules let in and the old ones did not. */
export function isLooser(old: PolicySettings, now: PolicySettings): boolean {
  if (old.mode.value !== 'enforce') {
    return STRICTNESS.indexOf(now.mode.value) < STRICTNESS.indexOf(old.mode.value);
  }
  if (now.mode.value !== 'enforce') return true;
  if (now.unreadableAt !== undefined) return false;
  return (
    old.unreadableAt !== undefined ||
    old.require.value.some((flag) => !now.require.value.includes(flag)) ||
    now.maxAge.value > old.maxAge.value ||
    (old.applyTo.value === 'all' && now.applyTo.value === 'didit') ||
    (old.onUnavailable.value === 'deny' && now.onUnavailable.value === 'allow') ||
    // Who is sent to Didit and comes back verified gets in, and gets the identity linked.
    (old.stepUp.value === 'off' && now.stepUp.value === 'on')
  );
}

/** The rules that differ between two descriptions, or both as they are where one of them is not a list of rules. */
export function whatDiffers(from: string, to: string): string {
  const [old, now] = [from.split(' '), to.split(' ')];
  return old.length === now.length
    ? old.flatMap((rule, index) => (rule === now[index] ? [] : [`${rule} → ${now[index] ?? ''}`])).join(', ')
    : `${from} → ${to}`;
}

/** As they would be written in one text. */
export const describeRules = (rules: PolicySettings): string =>
  rules.unreadableAt === undefined
    ? [
        `mode=${rules.mode.value}`,
        `require=${formatValue(rules.require.value)}`,
        `max_age=${formatValue(rules.maxAge.value)}`,
        `apply_to=${rules.applyTo.value}`,
        `on_unavailable=${rules.onUnavailable.value}`,
        `step_up=${rules.stepUp.value}`,
      ].join(' ')
    : `unreadable at the ${rules.unreadableAt}: nobody gets in`;
