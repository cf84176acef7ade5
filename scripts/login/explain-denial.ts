import { FLAG_NAMES } from '../../actions/didit/fields.ts';
import { DENIALS, requirementDenials } from '../../actions/didit/policy-codes.ts';
import type { DenialCode } from '../../actions/didit/policy-codes.ts';
import { readPolicySettings } from '../../actions/didit/settings/policy-settings.ts';
import type { PolicySettings } from '../../actions/didit/settings/policy-settings.ts';
import { stepUpDenials } from '../../actions/didit/step-up.ts';
import type { StepUpCode } from '../../actions/didit/step-up.ts';
import type { Level } from '../../actions/didit/settings/resolve.ts';
import type { LoginSettings } from './login-settings.ts';

/** The rule that a login was denied by. */
export interface DenialRule {
  readonly code: DenialCode | StepUpCode;
  /** As `didit_policy` has it, such as `require=verified`; `null` where the tenant has none that gives this code. */
  readonly setting: string | null;
  /** Where it is; `null` with the setting. */
  readonly level: Level | 'default' | null;
  /** The connection, application or organization that has it; `null` for a default. */
  readonly of: string | null;
}

/** The code of a denial by `didit-access-policy` or `didit-step-up`; `undefined` for any other error. */
export const denialCodeIn = (description: string): DenialCode | StepUpCode | undefined =>
  [...DENIAL_CODES, ...STEP_UP_CODES].find((code) => description.startsWith(`${code}:`));

const DENIAL_CODES = Object.keys(DENIALS).filter((code): code is DenialCode => code in DENIALS);
const STEP_UP_DENIALS = stepUpDenials();
const STEP_UP_CODES = Object.keys(STEP_UP_DENIALS).filter(isStepUpCode);
function isStepUpCode(code: string): code is StepUpCode {
  return code in STEP_UP_DENIALS;
}

/** @param settings As the tenant has them; `undefined` where they cannot be read. */
export function denialRule(code: DenialCode | StepUpCode, settings: LoginSettings | undefined): DenialRule {
  const found =
    settings &&
    settingBehind(
      code,
      readPolicySettings({
        connection: settings.connection.policy,
        client: settings.client.policy,
        organization: settings.organization?.policy,
      }),
    );
  if (settings === undefined || found === undefined) return { code, setting: null, level: null, of: null };
  const { level } = found;
  const of = level === null || level === 'default' ? null : (settings[level]?.name ?? null);
  return { code, ...found, of };
}

/** One sentence for the person who wrote the rules. */
export function explainDenial({ code, setting, level, of }: DenialRule): string {
  if (code === 'didit_policy_failed') {
    return 'No rule says so: the Action didit-access-policy met an error that it did not expect, and lets nobody in then. Please report it.';
  }
  const place =
    level === 'connection'
      ? `in the metadata of the connection ${of ?? ''}`
      : level === 'client'
        ? `in the client_metadata of ${of ?? ''}`
        : level === 'organization'
          ? `in the metadata of the organization ${of ?? ''}`
          : 'by default';
  if (isStepUpCode(code)) {
    const asked = setting === null ? 'step_up=on' : `${setting}, ${place}`;
    return `The person was to sign in with Didit in the middle of the login (${asked}), and that did not work out: the log line of the Action didit-step-up says why (docs/linking.md).`;
  }
  if (setting === null) {
    return 'None of the rules that can be read from the tenant gives this code: it is one of an organization that was not named, or one that was changed after the login (didit_policy, docs/settings.md).';
  }
  return `The rule behind it: ${setting}, ${place} (didit_policy, docs/settings.md).`;
}

/** What the settings of a connection and an application deny with this code; `undefined` where they do not. */
function settingBehind(
  code: DenialCode | StepUpCode,
  { require, maxAge, applyTo, onUnavailable, mode, stepUp, unreadableAt }: PolicySettings,
): Pick<DenialRule, 'setting' | 'level'> | undefined {
  if (mode.value !== 'enforce') return undefined;
  if (isStepUpCode(code))
    return stepUp.value === 'on' ? { setting: 'step_up=on', level: stepUp.level } : undefined;
  const flag = FLAG_NAMES.find((name) => {
    const { no, unknown } = requirementDenials[name];
    return (code === no || code === unknown) && require.value.includes(name);
  });
  if (flag !== undefined) return { setting: `require=${flag}`, level: require.level };
  const asking =
    require.value.length > 0
      ? { setting: `require=${require.value.join(',')}`, level: require.level }
      : maxAge.value < Infinity
        ? { setting: 'max_age', level: maxAge.level }
        : undefined;
  switch (code) {
    case 'didit_profile_stale':
      if (maxAge.value < Infinity) return { setting: 'max_age', level: maxAge.level };
      // Of a login that is not through Didit something is asked that nobody has to write.
      return applyTo.value === 'all' ? { setting: 'apply_to=all', level: applyTo.level } : undefined;
    case 'didit_profile_unavailable':
      return asking && onUnavailable.value === 'deny'
        ? { setting: 'on_unavailable=deny', level: onUnavailable.level }
        : asking;
    case 'didit_two_identities':
      return asking;
    case 'didit_connection_required':
      return applyTo.value === 'all' ? { setting: 'apply_to=all', level: applyTo.level } : undefined;
    case 'didit_policy_unreadable':
      return unreadableAt && { setting: 'a text that cannot be read', level: unreadableAt };
    default:
      return undefined;
  }
}
