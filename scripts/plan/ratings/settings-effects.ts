import { PERSONAL_NAMES } from '../../../actions/didit/fields.ts';
import { readClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import type { ClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import { NONE } from '../../../actions/didit/settings/value-types.ts';
import { formatValue } from '../../settings/describe.ts';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import type { PolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import { readSyncSettings } from '../../../actions/didit/settings/sync-settings.ts';
import type { SyncSettings } from '../../../actions/didit/settings/sync-settings.ts';
import type { ModelPair } from '../../tenant-model/diff/change.ts';
import { otherConnectionFor } from '../../tenant-model/didit-connection.ts';
import { applicationsOf, resourceIn, resourcesOf, textsBelow } from '../../tenant-model/tenant-model.ts';
import type { TenantModel } from '../../tenant-model/tenant-model.ts';
import { describeRules, isLooser, rulesOfOtherLogins, whatDiffers } from './looser-rules.ts';
import { otherLoginsEffects } from './other-logins.ts';
import { rated } from './security-codes.ts';
import type { SettingsEffect } from './settings-effect.ts';
import { claimsOfOtherLogins, describeClaims, personalAdded } from './shown-claims.ts';

/** The effective rules and claims of each application, and what is kept of a profile, where they change. */
export function settingsEffects(pair: ModelPair): readonly SettingsEffect[] {
  const { before, after } = pair;
  const ofConnections = resourcesOf(after, 'connection').flatMap(({ name: connection }) => {
    const applications = new Set([
      ...applicationsOf(before, connection),
      ...applicationsOf(after, connection),
    ]);
    return [
      ...[...applications].flatMap((application) => [
        ...rulesEffect(pair, connection, application),
        ...claimsEffect(pair, connection, application),
      ]),
      ...keptEffect(pair, connection),
    ];
  });
  const ofOtherLogins = resourcesOf(after, 'application').flatMap(({ name }) =>
    otherLoginsEffects(pair, name),
  );
  return [...ofConnections, ...ofOtherLogins];
}

/** The Actions that make settings come to something. */
const ACTION_FOR = {
  rules: 'didit-access-policy',
  claims: 'didit-claims',
  'kept data': 'didit-profile-sync',
} as const;

/** Whether the Action takes another connection for the Didit one, and so logins through this one for other people's. */
const isElsewhere = (model: TenantModel, what: SettingsEffect['what'], connection: string): boolean =>
  otherConnectionFor(model, ACTION_FOR[what], connection) !== undefined;

function elsewhereInWords(model: TenantModel, what: SettingsEffect['what'], connection: string): string {
  const other = otherConnectionFor(model, ACTION_FOR[what], connection);
  return other === undefined ? '' : ` (for ${ACTION_FOR[what]}, the Didit connection is ${other})`;
}

/** The texts of one metadata key for one login; `undefined` where that login is not possible. */
function textsOf(
  model: TenantModel,
  connection: string,
  application: string,
  key: string,
): { readonly connection: string | undefined; readonly client: string | undefined } | undefined {
  if (!applicationsOf(model, connection).includes(application)) return undefined;
  return {
    connection: textsBelow(resourceIn(model, 'connection', connection), 'metadata')[key],
    client: textsBelow(resourceIn(model, 'application', application), 'client_metadata')[key],
  };
}

function rulesEffect(
  { before, after }: ModelPair,
  connection: string,
  application: string,
): readonly SettingsEffect[] {
  const written = (model: TenantModel): PolicySettings | undefined => {
    const texts = textsOf(model, connection, application, 'didit_policy');
    return texts && readPolicySettings(texts);
  };
  const rules = (model: TenantModel): PolicySettings | undefined => {
    const settings = written(model);
    return settings && isElsewhere(model, 'rules', connection) ? rulesOfOtherLogins(settings) : settings;
  };
  const isPassedBy = (model: TenantModel): boolean =>
    written(model)?.applyTo.value === 'didit' && isElsewhere(model, 'rules', connection);
  const [old, now] = [rules(before), rules(after)];
  const describe = (model: TenantModel, settings: PolicySettings): string =>
    `${describeRules(settings)}${elsewhereInWords(model, 'rules', connection)}`;
  const [from, to] = [old && describe(before, old), now && describe(after, now)];
  if (from === to) return [];
  const security =
    old !== undefined && now !== undefined && isLooser(old, now)
      ? [rated('rules_loosened', whatDiffers(from ?? '', to ?? ''))]
      : // Of a new connection there are no old rules to compare with: those that it was meant to have count.
        isPassedBy(after) && !isPassedBy(before) && written(after)?.mode.value === 'enforce'
        ? [rated('rules_loosened', `everybody gets in through ${connection}: ${to ?? ''}`)]
        : [];
  return [{ connection, application, what: 'rules', before: from ?? null, after: to ?? null, security }];
}

function claimsEffect(
  { before, after }: ModelPair,
  connection: string,
  application: string,
): readonly SettingsEffect[] {
  const claims = (model: TenantModel): ClaimsSettings | undefined => {
    const texts = textsOf(model, connection, application, 'didit_claims');
    const settings = texts && readClaimsSettings(texts);
    return settings && isElsewhere(model, 'claims', connection) ? claimsOfOtherLogins(settings) : settings;
  };
  const [old, now] = [claims(before), claims(after)];
  const describe = (model: TenantModel, settings: ClaimsSettings): string =>
    `${describeClaims(settings)}${elsewhereInWords(model, 'claims', connection)}`;
  const [from, to] = [old && describe(before, old), now && describe(after, now)];
  if (from === to) return [];
  const security = personalAdded(old, now).map((added) => rated('personal_data_in_token', added));
  return [{ connection, application, what: 'claims', before: from ?? null, after: to ?? null, security }];
}

function keptEffect({ before, after }: ModelPair, connection: string): readonly SettingsEffect[] {
  const sync = (model: TenantModel): SyncSettings | undefined => {
    const resource = resourceIn(model, 'connection', connection);
    const settings = resource && readSyncSettings(textsBelow(resource, 'metadata')['didit_sync']);
    return settings && isElsewhere(model, 'kept data', connection) ? { ...settings, mode: 'off' } : settings;
  };
  const [old, now] = [sync(before), sync(after)];
  const describe = (model: TenantModel, settings: SyncSettings): string =>
    `${describeKept(settings)}${elsewhereInWords(model, 'kept data', connection)}`;
  const [from, to] = [old && describe(before, old), now && describe(after, now)];
  if (from === to) return [];
  const known = old === undefined ? [] : personalKept(old);
  const added = (now === undefined ? [] : personalKept(now)).filter((name) => !known.includes(name));
  const security = [
    ...(added.length === 0 ? [] : [rated('personal_data_kept', added.join(', '))]),
    ...(old !== undefined && now !== undefined && now.standIn > old.standIn
      ? [rated('rules_loosened', `stand_in=${standIn(old)} → stand_in=${standIn(now)}`)]
      : []),
  ];
  return [
    { connection, application: null, what: 'kept data', before: from ?? null, after: to ?? null, security },
  ];
}

const describeKept = (sync: SyncSettings): string =>
  sync.mode === 'off'
    ? 'mode=off'
    : `mode=on fields=${formatValue(sync.fields)} user_metadata=${formatValue(sync.userMetadata)} stand_in=${standIn(sync)}`;

/** A value that cannot be read counts as none. */
const standIn = (sync: SyncSettings): string => (sync.standIn === 0 ? NONE : formatValue(sync.standIn));

/** Personal fields that stay in the record, and those that are also copied to where other applications may read them. */
function personalKept(sync: SyncSettings): readonly string[] {
  if (sync.mode === 'off') return [];
  const fields = sync.fields.filter((name) => PERSONAL_NAMES.some((personal) => personal === name));
  return [
    ...fields.map((name) => `${name} in the record`),
    ...sync.userMetadata
      .filter(([name]) => fields.includes(name))
      .map(([name, key]) => `${name} in user_metadata.${key}`),
  ];
}
