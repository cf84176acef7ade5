import { CLAIMS } from '../../../actions/didit/claims-contract.ts';
import type { ClaimName, Token } from '../../../actions/didit/claims-contract.ts';
import { PERSONAL_NAMES } from '../../../actions/didit/fields.ts';
import { readClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import type { ClaimsSettings } from '../../../actions/didit/settings/claims-settings.ts';
import { formatValue } from '../../../actions/didit/settings/describe.ts';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import type { PolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import { readSyncSettings } from '../../../actions/didit/settings/sync-settings.ts';
import type { SyncSettings } from '../../../actions/didit/settings/sync-settings.ts';
import type { ModelPair } from '../diff/change.ts';
import { otherConnectionFor } from '../model/didit-connection.ts';
import { applicationsOf, resourceIn, resourcesOf, textsBelow } from '../model/tenant-model.ts';
import type { TenantModel } from '../model/tenant-model.ts';
import { rated } from './security-codes.ts';
import type { SecurityRating } from './security-codes.ts';

/** What changed settings come to, the levels taken together. */
export interface SettingsEffect {
  readonly connection: string;
  /** `null` for what holds for all applications of the connection. */
  readonly application: string | null;
  readonly what: 'rules' | 'claims' | 'kept data';
  /** As it would be written in one text; `null` where there was, or is, no such login. */
  readonly before: string | null;
  readonly after: string | null;
  readonly security: readonly SecurityRating[];
}

/** The effective rules and claims of each application, and what is kept of a profile, where they change. */
export function settingsEffects(pair: ModelPair): readonly SettingsEffect[] {
  const { before, after } = pair;
  return resourcesOf(after, 'connection').flatMap(({ name: connection }) => {
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
  // Logins that the Action does not take for Didit's meet rules for all logins only.
  const isPassedBy = (model: TenantModel): boolean =>
    written(model)?.applyTo.value === 'didit' && isElsewhere(model, 'rules', connection);
  const rules = (model: TenantModel): PolicySettings | undefined => {
    const settings = written(model);
    return settings !== undefined && isPassedBy(model)
      ? { ...settings, mode: { ...settings.mode, value: 'off' }, unreadableAt: undefined }
      : settings;
  };
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

/** The rules that differ between two descriptions, or both as they are where one of them is no list of rules. */
function whatDiffers(from: string, to: string): string {
  const [old, now] = [from.split(' '), to.split(' ')];
  return old.length === now.length
    ? old.flatMap((rule, index) => (rule === now[index] ? [] : [`${rule} → ${now[index] ?? ''}`])).join(', ')
    : `${from} → ${to}`;
}

const describeRules = (rules: PolicySettings): string =>
  rules.unreadableAt === undefined
    ? [
        `mode=${rules.mode.value}`,
        `require=${formatValue(rules.require.value)}`,
        `max_age=${formatValue(rules.maxAge.value)}`,
        `apply_to=${rules.applyTo.value}`,
        `on_unavailable=${rules.onUnavailable.value}`,
      ].join(' ')
    : `unreadable at the ${rules.unreadableAt}: nobody gets in`;

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
    (old.onUnavailable.value === 'deny' && now.onUnavailable.value === 'allow')
  );
}

function claimsEffect(
  { before, after }: ModelPair,
  connection: string,
  application: string,
): readonly SettingsEffect[] {
  const claims = (model: TenantModel): ClaimsSettings | undefined => {
    const texts = textsOf(model, connection, application, 'didit_claims');
    const settings = texts && readClaimsSettings(texts);
    return settings?.linked === false && isElsewhere(model, 'claims', connection)
      ? { ...settings, idToken: [], accessToken: [] }
      : settings;
  };
  const [old, now] = [claims(before), claims(after)];
  const describe = (model: TenantModel, settings: ClaimsSettings): string =>
    `${describeClaims(settings)}${elsewhereInWords(model, 'claims', connection)}`;
  const [from, to] = [old && describe(before, old), now && describe(after, now)];
  if (from === to) return [];
  // Then the same claims are in tokens in which they were not: those of logins through another connection.
  const isLinkedNow = old?.linked === false && now?.linked === true;
  const security = (['id_token', 'access_token'] as const).flatMap((token) => {
    const known = old === undefined || isLinkedNow ? [] : personalIn(old, token);
    const added = (now === undefined ? [] : personalIn(now, token)).filter((name) => !known.includes(name));
    return added.length === 0
      ? []
      : [
          rated(
            'personal_data_in_token',
            `${added.join(', ')} in the ${token === 'id_token' ? 'ID token' : 'access token'}${isLinkedNow ? ', after logins through another connection too' : ''}`,
          ),
        ];
  });
  return [{ connection, application, what: 'claims', before: from ?? null, after: to ?? null, security }];
}

const describeClaims = (claims: ClaimsSettings): string =>
  [
    ...(claims.namespace === undefined ? [] : [`namespace=${claims.namespace}`]),
    `id_token=${formatValue(claims.idToken)}`,
    `access_token=${formatValue(claims.accessToken)}`,
    ...(claims.accessTokenPersonal.length === 0
      ? []
      : [`access_token_personal=${formatValue(claims.accessTokenPersonal)}`]),
    ...([...claims.idToken, ...claims.accessToken].includes('verified_claims')
      ? [`verified_claims=${formatValue(claims.verifiedClaims)}`, `trust_framework=${claims.trustFramework}`]
      : []),
    `linked=${claims.linked ? 'on' : 'off'}`,
  ].join(' ');

const isPersonal = (name: ClaimName): boolean =>
  CLAIMS.some((claim) => claim.name === name && claim.sensitivity !== 'answer' && name !== 'verified_claims');

/** What identifies a person, or is a value about them, in one token: alone or inside `verified_claims`. */
function personalIn(claims: ClaimsSettings, token: Token): readonly string[] {
  const named = token === 'id_token' ? claims.idToken : claims.accessToken;
  const verified = named.includes('verified_claims') ? claims.verifiedClaims : [];
  return [...new Set<ClaimName>([...named, ...verified])].filter(
    (name) =>
      isPersonal(name) &&
      (token === 'id_token' ||
        name === 'subject' ||
        claims.accessTokenPersonal.some((twice) => twice === name)),
  );
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
  const security = added.length === 0 ? [] : [rated('personal_data_kept', added.join(', '))];
  return [
    { connection, application: null, what: 'kept data', before: from ?? null, after: to ?? null, security },
  ];
}

const describeKept = (sync: SyncSettings): string =>
  sync.mode === 'off'
    ? 'mode=off'
    : `mode=on fields=${formatValue(sync.fields)} user_metadata=${formatValue(sync.userMetadata)}`;

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
