import { FLAG_NAMES } from '../../actions/didit/fields.ts';
import { DENIALS, requirementDenials } from '../../actions/didit/policy-codes.ts';
import { readPolicySettings } from '../../actions/didit/settings/policy-settings.ts';
import type { PolicySettings } from '../../actions/didit/settings/policy-settings.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';

/**
 * Why a login was denied, for the person who wrote the rules: the code's own sentence, the rule, and where that stands.
 *
 * @param description `error_description` of the callback.
 * @returns `undefined` when the denial is not one of `didit-access-policy`.
 */
export function explainDenial(
  description: string,
  config: TenantConfig,
  applicationName: string,
): string | undefined {
  const code = Object.keys(DENIALS).find((known) => description.startsWith(`${known}:`));
  if (code === undefined) return undefined;
  const [connection] = config.connections;
  const application = config.clients.find(({ name }) => name === applicationName);
  const settings = readPolicySettings({
    connection: connection?.metadata?.['didit_policy'],
    client: application?.client_metadata?.['didit_policy'],
  });
  const { rule, level } = ruleBehind(code, settings);
  const place = {
    default: 'by default',
    connection: `in the metadata of the connection ${connection?.name ?? ''}`,
    client: `in the client_metadata of ${applicationName}`,
    organization: "in the organization's metadata",
  }[level];
  return `The rule behind it: ${rule}, ${place} (didit_policy, docs/settings.md).`;
}

interface Rule {
  readonly rule: string;
  readonly level: PolicySettings['require']['level'];
}

function ruleBehind(code: string, settings: PolicySettings): Rule {
  const flag = FLAG_NAMES.find((name) => {
    const { no, unknown } = requirementDenials[name];
    return (code === no || code === unknown) && settings.require.value.includes(name);
  });
  if (flag !== undefined) return { rule: `require=${flag}`, level: settings.require.level };
  switch (code) {
    case 'didit_profile_stale':
      return { rule: 'max_age', level: settings.maxAge.level };
    case 'didit_profile_unavailable':
      return { rule: `on_unavailable=${settings.onUnavailable.value}`, level: settings.onUnavailable.level };
    case 'didit_connection_required':
      return { rule: `apply_to=${settings.applyTo.value}`, level: settings.applyTo.level };
    case 'didit_policy_unreadable':
      return { rule: 'a text that cannot be read', level: settings.unreadableAt ?? 'default' };
    default:
      return {
        rule: 'a setting of an organization, or one that was changed on the tenant only',
        level: 'organization',
      };
  }
}
