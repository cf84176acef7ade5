import { claimsSettings } from '../../actions/didit/settings/claims-settings.ts';
import { policySettings } from '../../actions/didit/settings/policy-settings.ts';
import type { Level, Setting } from '../../actions/didit/settings/resolve.ts';
import { syncSettings } from '../../actions/didit/settings/sync-settings.ts';

/** One setting as people read about it. */
export interface SettingEntry {
  readonly name: string;
  readonly setting: Setting<unknown>;
  readonly example: string;
  readonly does: string;
  /** In words, what a default or a safest reading means, where no value means it. */
  readonly unwritten?: string;
}

/** One of our metadata keys. */
export interface SettingsKey {
  readonly key: 'didit_policy' | 'didit_claims' | 'didit_sync';
  /** Where the key can stand; a later level overrides an earlier one, setting by setting. */
  readonly levels: readonly Level[];
  readonly does: string;
  readonly settings: readonly SettingEntry[];
}

type Prose = Pick<SettingEntry, 'example' | 'does' | 'unwritten'>;

/** Settings and prose have the same names: the compiler sees to it. */
const entries = <Name extends string>(
  table: Readonly<Record<Name, Setting<unknown>>>,
  prose: Readonly<Record<NoInfer<Name>, Prose>>,
  names: readonly NoInfer<Name>[],
): readonly SettingEntry[] => names.map((name) => ({ name, setting: table[name], ...prose[name] }));

/**
 * All settings: what docs/settings.md, the JSON Schema for editors and the checks are made from. The prose stands apart from the
 * settings themselves so that no Action carries it.
 */
export const SETTINGS: readonly SettingsKey[] = [
  {
    key: 'didit_policy',
    levels: ['connection', 'client', 'organization'],
    does: 'Who is let in.',
    settings: entries(
      policySettings,
      {
        require: {
          example: 'verified,age_over_18',
          does: 'What must be true of the person. What Didit does not say counts as not true. `none`: nothing is required.',
        },
        max_age: {
          example: '30d',
          does: 'How old the last answer from Didit may be. A login that asks Didit itself always passes. `none`: no limit. Where nothing or `none` is set, a login through another connection (`apply_to=all`) still needs a record of the last 30 days.',
          unwritten: 'no age at all: only a login that asks Didit itself passes',
        },
        apply_to: {
          example: 'all',
          does: '`didit`: logins through the Didit connection only. `all`: every login; one through another connection needs a linked Didit identity with a record that is not too old. Only the settings of the application, its organization and that other connection count there; one that has a `didit_policy` of its own is held to it either way, and what it shows of a person is no answer of Didit.',
        },
        on_unavailable: {
          example: 'allow',
          does: 'What happens to a login through Didit whose answer could not be had (the Management API is slow, down or refuses), and for which no stored one may stand in. `allow` lets such a login in, and no other: not a refresh, a silent run or a session that goes on, and nobody whose answer was refused.',
        },
        mode: {
          example: 'report',
          does: '`enforce` denies. `report` lets everybody in and logs who would have been denied, and why. `off` checks nothing.',
        },
        step_up: {
          example: 'on',
          does: "`on` asks a person whom the rules would deny to sign in with Didit, in the same login, where that can help: no Didit identity yet, a record that is too old, something that Didit has not confirmed. A Didit identity that is nobody else's is then linked to the user (docs/linking.md). Where nobody can be sent anywhere (a refresh, `prompt=none`), the login ends with `didit_step_up_needed`. `off` denies.",
        },
      },
      ['require', 'max_age', 'apply_to', 'on_unavailable', 'mode', 'step_up'],
    ),
  },
  {
    key: 'didit_claims',
    levels: ['connection', 'client'],
    does: 'What the tokens say.',
    settings: entries(
      claimsSettings,
      {
        namespace: {
          example: 'https://example.com/didit/',
          does: 'The prefix of each claim that is not a standard claim. Without it there are no such claims.',
          unwritten: 'no namespace',
        },
        id_token: {
          example: 'verified,verified_at,age_over_18',
          does: 'Claims of the ID token. `none`: none of our claims.',
        },
        access_token: {
          example: 'verified',
          does: 'Claims of the access token. `none`: none of our claims.',
        },
        access_token_personal: {
          example: 'birthdate',
          does: 'Personal values also need to be listed here before the access token (or `verified_claims` in it) shows them. `none`: it shows none of them.',
        },
        verified_claims: {
          example: 'given_name,family_name,birthdate',
          does: 'What the claim `verified_claims` holds, where `id_token` or `access_token` names that claim. `none`: the claim is left out.',
        },
        trust_framework: {
          example: 'didit',
          does: 'The `trust_framework` in `verified_claims`.',
        },
        linked: {
          example: 'on',
          does: 'Whether a login through another connection gets the claims of a linked Didit identity. Only the settings of the application and of that other connection count there.',
        },
      },
      [
        'namespace',
        'id_token',
        'access_token',
        'access_token_personal',
        'verified_claims',
        'trust_framework',
        'linked',
      ],
    ),
  },
  {
    key: 'didit_sync',
    levels: ['connection'],
    does: 'What is kept of a Didit profile.',
    settings: entries(
      syncSettings,
      {
        mode: {
          example: 'off',
          does: '`on` keeps a record in `app_metadata.didit`. `off` removes it, and what it put into `user_metadata`: a refresh, a silent run and a login through another connection then know nothing, unless the event itself shows the answer; a session that goes on reads the answer again each time.',
        },
        refresh_after: {
          example: '7d',
          does: 'When a record that has not changed is written again, so that its age stays true. A session that began with an unwritten answer reads it again at each login of that session: a shorter time means more writes and fewer reads of the Management API.',
        },
        stand_in: {
          example: '7d',
          does: 'How old the newest stored answer may be when a login through Didit cannot get one (the Management API is slow, down or refuses). It then stands in, and the log says `record_stands_in`. At most 30 days; `max_age` still holds, and with two Didit identities nothing stands in. `none`: nothing ever does.',
        },
        fields: {
          example: 'verified,age_over_18,birthdate',
          does: 'The only fields that leave the profile script for the Actions and the record. To keep nothing, write `mode=off`.',
        },
        map: {
          example: 'gender:gender.value,address:address.formatted',
          does: 'Where a value is in the userinfo answer, if Didit does not document it. Such values are left out unless they are named here and in `fields`. `none`: no such value is read. Takes effect with the next build and deploy: it is written into the profile script.',
        },
        user_metadata: {
          example: 'name:display_name',
          does: 'Personal values that are also copied to a key of `user_metadata`. People can write there themselves, so `verified`, ages and other flags are refused: use the claim, or `app_metadata.didit`. A value that the user changed there stays. `none`: nothing is copied, and what was copied is removed.',
        },
        management_timeout: {
          example: '2s',
          does: 'For the Management API during a login: the token and the user together.',
        },
        profile_timeout: {
          example: '4s',
          does: "For Didit's userinfo, a second try included. Takes effect with the next build and deploy.",
        },
      },
      [
        'mode',
        'refresh_after',
        'stand_in',
        'fields',
        'map',
        'user_metadata',
        'management_timeout',
        'profile_timeout',
      ],
    ),
  },
];

/** Metadata keys that start so are ours: one that is not in `SETTINGS` is a mistake. */
export const SETTINGS_PREFIX = 'didit_';
