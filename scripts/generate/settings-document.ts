import { expectation, writtenAs } from '../settings/describe.ts';
import { MAX_SETTINGS_CHARACTERS } from '../../actions/didit/settings/grammar.ts';
import { SETTINGS } from '../settings/table.ts';
import type { SettingEntry, SettingsKey } from '../settings/table.ts';
import { generatedNotice } from './generated-notice.ts';

const PLACES = {
  connection: "the connection's `metadata`",
  client: "an application's `client_metadata`",
  organization: "an organization's `metadata`",
} as const;

/** docs/settings.md: every setting with its levels, type, default, example and effect. */
export const renderSettingsDocument = (): string =>
  [
    '# Settings',
    `<!-- ${generatedNotice('scripts/settings/table.ts')} -->`,
    INTRODUCTION,
    ...SETTINGS.map(section),
    READING,
    ACTION_SECRETS,
    ROOT_ATTRIBUTES,
  ].join('\n\n') + '\n';

const INTRODUCTION = `Settings are part of \`tenant.yaml\`: metadata of the Didit connection, of an application, or of an organization. There are three keys. Each value is one text of \`name=value\` pairs, separated by spaces, of at most ${MAX_SETTINGS_CHARACTERS} characters; lists are separated by commas:

\`\`\`yaml
didit_policy: require=verified,age_over_18 max_age=30d
\`\`\`

A later level overrides an earlier one setting by setting: connection, then application, then organization.

The word \`none\`, alone, is a value where the tables say so: no item of the list, no limit. It is written like any other value, and overrides what an earlier level, or the default, says. A default in code font can be written exactly so.`;

const READING = `## Invalid settings

\`npm run check\` refuses an unknown key that starts with \`didit_\`, an unknown setting and a bad value, with the nearest valid name. A value that is changed by hand in the dashboard is not checked. At login, an invalid setting then counts as its safest value (the tables name it), anything invalid in \`didit_policy\` denies the logins that the policy applies to with \`didit_policy_unreadable\`, and the Action's log line says \`settings_unreadable\`. A key that begins with \`didit_\` and is not one of ours has no effect; \`didit-access-policy\` logs \`settings_unknown_key\`.`;

const ACTION_SECRETS = `## Settings among the secrets of the Actions

Two settings stand in \`tenant.yaml\` with the secrets of the Actions. They are no secrets and may be written out there.

| secret | default | what it does |
| --- | --- | --- |
| \`DIDIT_CONNECTION\` | \`didit\` | The name of the Didit connection, for each of the Actions. |
| \`DIDIT_RECORD_KEY\` | \`didit\` | The key of \`app_metadata\` for the record, for \`didit-profile-sync\`: \`didit\`, or \`didit_\` with up to 40 small letters, digits and \`_\`, but not \`didit_profile\`. For a tenant where \`app_metadata.didit\` belongs to somebody else (the log says \`record_foreign\`). |`;

const ROOT_ATTRIBUTES = `## The connection's \`set_user_root_attributes\`

Auth0's own option of the connection decides when five attributes of a user follow Didit: \`name\`, \`given_name\`, \`family_name\`, \`nickname\` and \`picture\`; and whether somebody who signs in for the first time gets a user at all. The snapshot that our Actions read is none of the five. Whether it follows Didit where they do not, Auth0's documentation does not say: the local tenant lets it, and the Actions work either way. The snapshot's own \`fetched_at\` says how old it is, so an old one never counts as fresh.

| value | what it means for people | what it means for the record |
| --- | --- | --- |
| \`on_each_login\` | Name, picture and the like follow Didit at each login, and cannot be edited at Auth0. | Follows Didit at each login. |
| \`on_first_login\` | They are set once; afterwards people and administrators may edit them. | Follows Didit at each login, or stays as the first login left it and grows old: \`source\` is then \`stale\`, and \`max_age\` counts from that login. |
| \`never_on_login\` | They are never set. Who has no user yet gets none and cannot sign in: make the users yourself, or by an import. The plan says so (\`new_people_locked_out\`). | As with \`on_first_login\`, or there is none: what the policy requires then cannot be met. |`;

function section({ key, levels, does, settings }: SettingsKey): string {
  return [
    `## \`${key}\``,
    `${does} Belongs in ${levels.map((level) => PLACES[level]).join(', ')}.`,
    [
      '| setting | values | default | if invalid | example | what it does |',
      '| --- | --- | --- | --- | --- | --- |',
      ...settings.map(row),
    ].join('\n'),
  ].join('\n\n');
}

const row = ({ name, setting, example, does, unwritten }: SettingEntry): string =>
  `| ${[
    `\`${name}\``,
    expectation(setting.type),
    ...[setting.absent, setting.unreadable].map((value) => {
      const text = writtenAs(setting.type, value);
      return text === undefined ? (unwritten ?? '') : `\`${text}\``;
    }),
    `\`${name}=${example}\``,
    does,
  ]
    .map((cell) => cell.replaceAll('|', '\\|'))
    .join(' | ')} |`;
