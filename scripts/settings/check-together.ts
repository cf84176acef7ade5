import { CLAIMS, MAX_CLAIMS_BYTES, PERSONAL_CLAIM_NAMES } from '../../actions/didit/claims-contract.ts';
import type { ClaimName, Token } from '../../actions/didit/claims-contract.ts';
import { FIELD_NAMES } from '../../actions/didit/fields.ts';
import type { FieldName } from '../../actions/didit/fields.ts';
import type { FieldPaths } from '../../actions/didit/profile.ts';
import type { SettingsProblem } from './check.ts';
import { readClaimsSettings } from '../../actions/didit/settings/claims-settings.ts';
import type { ClaimsSettings } from '../../actions/didit/settings/claims-settings.ts';
import { formatValue } from './describe.ts';
import { readPolicySettings } from '../../actions/didit/settings/policy-settings.ts';
import { readProfileScriptSettings } from '../../actions/didit/settings/profile-script-settings.ts';
import { readSyncSettings } from '../../actions/didit/settings/sync-settings.ts';

/** The metadata of the Didit connection and of one application that it is enabled for, of any content. */
export interface SettingsTogether {
  readonly connection: Readonly<Record<string, unknown>>;
  readonly client: Readonly<Record<string, unknown>>;
  /** Of the organization that people sign in to it as members of. Default: of none. */
  readonly organization?: Readonly<Record<string, unknown>>;
  /** The scopes that the connection asks Didit for; `undefined` where they are not known yet. */
  readonly scopes?: readonly string[] | undefined;
}

/**
 * What is wrong with the settings of a connection, an application and an organization only when they are seen together: claims
 * and rules that no synced field or no scope can ever meet, personal values that were named once but not twice, tokens that would
 * grow too large, and a rule that lets everybody in whose answer cannot be had.
 */
export function checkTogether({
  connection,
  client,
  organization = {},
  scopes,
}: SettingsTogether): readonly SettingsProblem[] {
  const claims = readClaimsSettings({
    connection: connection['didit_claims'],
    client: client['didit_claims'],
  });
  const policy = readPolicySettings({
    connection: connection['didit_policy'],
    client: client['didit_policy'],
    organization: organization['didit_policy'],
  });
  const sync = readSyncSettings(connection['didit_sync']);
  const script = readProfileScriptSettings(connection['didit_sync']);
  const configured = connection['didit_claims'] != null || client['didit_claims'] != null;
  const unsynced = (names: readonly string[]): readonly FieldName[] =>
    FIELD_NAMES.filter((name) => names.includes(name) && !sync.fields.includes(name));
  const missing = (key: string, setting: string, names: readonly string[]): readonly SettingsProblem[] =>
    unsynced(names).map((name) => ({
      key,
      setting,
      wrong: `it wants ${name}, but didit_sync does not store it`,
      write: `\`fields=${[...sync.fields, name].join(',')}\` in didit_sync of the connection, or take ${name} out of ${setting}`,
    }));
  return [
    ...(configured && claims.namespace === undefined && claims.idToken.length + claims.accessToken.length > 0
      ? [
          {
            key: 'didit_claims',
            setting: 'namespace',
            wrong: 'it is missing, so no claim under it is ever set',
            write: '`namespace=https://example.com/didit/` in didit_claims, with a domain of your own',
          },
        ]
      : []),
    ...missing('didit_claims', 'id_token', claims.idToken),
    ...missing('didit_claims', 'access_token', claims.accessToken),
    ...([...claims.idToken, ...claims.accessToken].includes('verified_claims')
      ? missing('didit_claims', 'verified_claims', claims.verifiedClaims)
      : []),
    ...missing('didit_policy', 'require', policy.require.value),
    ...missing(
      'didit_sync',
      'user_metadata',
      sync.userMetadata.map(([name]) => name),
    ),
    ...missing('didit_sync', 'map', [...script.paths.keys()]),
    ...unsaidTwice(claims),
    ...(configured
      ? withoutScope('didit_claims', 'id_token', claims.idToken, script.paths, scopes).concat(
          withoutScope('didit_claims', 'access_token', claims.accessToken, script.paths, scopes),
        )
      : []),
    ...withoutScope('didit_policy', 'require', policy.require.value, script.paths, scopes),
    ...(sync.mode === 'off' &&
    policy.mode.value === 'enforce' &&
    policy.onUnavailable.value === 'allow' &&
    policy.require.value.length > 0
      ? [
          {
            key: 'didit_policy',
            setting: 'on_unavailable',
            wrong:
              'with mode=off of didit_sync nothing is stored that could stand in, so `allow` would let in everybody whose answer cannot be had',
            write: '`on_unavailable=deny` in didit_policy, or `mode=on` in didit_sync',
          },
        ]
      : []),
    ...(policy.maxAge.value < sync.refreshAfter && sync.mode === 'on'
      ? [
          {
            key: 'didit_policy',
            setting: 'max_age',
            wrong: `it is shorter than refresh_after of didit_sync (${formatValue(sync.refreshAfter)}): a session goes stale before its record is written again`,
            write: `\`max_age=${formatValue(sync.refreshAfter)}\` or more, or \`refresh_after=${formatValue(policy.maxAge.value)}\` in didit_sync of the connection`,
          },
        ]
      : []),
    ...claimBudgets(claims)
      .filter(({ bytes }) => bytes > MAX_CLAIMS_BYTES)
      .map(({ token, bytes }) => ({
        key: 'didit_claims',
        setting: token,
        wrong: `its claims can take ${bytes} bytes; at most ${MAX_CLAIMS_BYTES} are allowed`,
        write: `fewer claims: those that take most are ${largestClaims(claims, token).join(', ')}`,
      })),
  ];
}

/**
 * The scope that Didit gives a value for.
 * @see https://docs.didit.me
 */
const SCOPE_OF: Readonly<Record<FieldName, string>> = {
  verified: 'is_verified',
  age_over_18: 'is_over_18',
  age_over_21: 'is_over_21',
  email_verified: 'email',
  phone_verified: 'phone',
  names_verified: 'names',
  name: 'names',
  given_name: 'names',
  family_name: 'names',
  email: 'email',
  phone_number: 'phone',
  birthdate: 'birthdate',
  gender: 'gender',
  address: 'address',
};

function withoutScope(
  key: SettingsProblem['key'],
  setting: string,
  names: readonly string[],
  paths: FieldPaths,
  scopes: readonly string[] | undefined,
): readonly SettingsProblem[] {
  if (scopes === undefined) return [];
  // An age can also be computed from a birth date, where `map` says which part of Didit's answer is one.
  const ageIsComputed = paths.has('birthdate') && scopes.includes('birthdate');
  const lacking = FIELD_NAMES.filter(
    (name) =>
      names.includes(name) &&
      !scopes.includes(SCOPE_OF[name]) &&
      !(ageIsComputed && name.startsWith('age_over_')),
  );
  const all = [...new Set([...scopes, ...lacking.map((name) => SCOPE_OF[name])])];
  return lacking.map((name) => ({
    key,
    setting,
    wrong: `${name} is never known: the connection does not ask Didit for it`,
    write: `\`scope: ${all.join(' ')}\` in the options of the connection, or take ${name} out of ${setting}`,
  }));
}

const unsaidTwice = ({ accessToken, accessTokenPersonal }: ClaimsSettings): readonly SettingsProblem[] =>
  PERSONAL_CLAIM_NAMES.filter(
    (name) => accessToken.includes(name) && !accessTokenPersonal.includes(name),
  ).map((name) => ({
    key: 'didit_claims',
    setting: 'access_token',
    wrong: `${name} is personal: it enters the access token only when access_token_personal names it too`,
    write: `\`access_token_personal=${[...accessTokenPersonal, name].join(',')}\`, or take ${name} out of access_token`,
  }));

/** Names of claims, the largest first. */
const largestClaims = (settings: ClaimsSettings, token: Token): readonly ClaimName[] => {
  const names = token === 'id_token' ? settings.idToken : settings.accessToken;
  return CLAIMS.filter(({ name }) => names.includes(name))
    .toSorted((one, other) => other.maxBytes - one.maxBytes)
    .slice(0, 3)
    .map(({ name }) => name);
};

/** The most bytes that our claims can take in each token, names and namespace included, whoever logs in. */
export function claimBudgets(
  settings: ClaimsSettings,
): readonly { readonly token: Token; readonly bytes: number }[] {
  const most = (names: readonly ClaimName[]): number =>
    CLAIMS.filter(({ name }) => names.includes(name))
      .map(({ name, naming, maxBytes }) => {
        const fullName = naming === 'standard' ? name : `${settings.namespace ?? ''}${name}`;
        // Quotes, colon and comma.
        return Buffer.byteLength(fullName) + 4 + maxBytes;
      })
      .reduce((sum, bytes) => sum + bytes, 0);
  return [
    { token: 'id_token', bytes: most(settings.idToken) },
    { token: 'access_token', bytes: most(settings.accessToken) },
  ];
}
