import { Problem } from '../base/problem.ts';
import type { Finding } from '../tenant-config/finding.ts';
import { declaredIn, placeholdersIn, resolvePlaceholders } from '../tenant-config/placeholders.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import { parseTenantFile } from '../tenant-config/read-tenant-file.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { isSecretVariable } from '../secrets/variables.ts';
import { checkTenantConfig } from '../tenant-config/validate-tenant-config.ts';
import { isOwnMetadata } from '../tenant-model/metadata.ts';
import { isWithin, sameSetting, settingName, valueAt } from './setting-names.ts';
import type { SettingName } from './setting-names.ts';

/** A setting that a file cannot hold as the tenant has it, and what validation says of it. */
export interface Refusal {
  readonly setting: SettingName;
  readonly problem: Finding['problem'];
  /** Whether the text was the same without it. Default false. */
  readonly isMoot?: boolean;
}

/** A text as the commands will see it, and what they would refuse. */
export interface CheckedText {
  /** With its placeholders filled in. */
  readonly data: unknown;
  readonly findings: readonly Finding[];
}

/**
 * Stands for values that only a deploy has. It is a name that the record may have: `DIDIT_RECORD_KEY` may come from a variable,
 * too.
 */
const KNOWN_LATER = { public: 'didit_known_later', secret: 'didit_secret_later' } as const;

/**
 * Validates a text as the commands do: as it stands, and with its placeholders filled in.
 *
 * @throws {Problems} `TENANT_FILE_SYNTAX`.
 */
export function checkText(text: string, file: string, values: PlaceholderValues): CheckedText {
  const tenantFile = parseTenantFile(text, file);
  const declared = declaredIn(tenantFile.data);
  const filledIn = new Map([
    ...placeholdersIn(tenantFile).map(({ name }): [string, string] => [
      name,
      KNOWN_LATER[isSecretVariable(name, declared) ? 'secret' : 'public'],
    ]),
    ...[...values].filter(([, value]) => value !== ''),
  ]);
  const data = resolvePlaceholders(tenantFile, filledIn);
  const [found] = [tenantFile.data, data]
    .map((each) => checkTenantConfig(tenantFile, each))
    .filter((checked) => 'findings' in checked);
  return { data, findings: found?.findings ?? [] };
}

/**
 * What has to be refused beside what is refused already, so that the findings go. What does not help makes way for something
 * wider: at last everything is as the file had it, and that was let in.
 *
 * @param config The file as it was: applications that it does not list are only in the text to be named.
 */
export function moreRefusals(
  { data, findings }: CheckedText,
  refusals: readonly Refusal[],
  config: TenantConfig,
): readonly Refusal[] {
  // Settings that contradict each other are taken back one by one: one may be enough for several findings.
  const alone = findings.filter(({ paths }) => paths.length === 1);
  return (alone.length > 0 ? alone : findings.slice(0, 1)).flatMap((finding) => {
    const setting = nextToRefuse(finding, data, refusals, config);
    return setting === undefined ? [] : [{ setting, problem: finding.problem }];
  });
}

function nextToRefuse(
  { paths }: Finding,
  data: unknown,
  refusals: readonly Refusal[],
  config: TenantConfig,
): SettingName | undefined {
  const settings = paths.map((path) => settingName(path, data));
  const [likeliest = []] = settings;
  const wider = likeliest.map((_, index) => likeliest.slice(0, -index - 1));
  const isOfOthers = ([list, name]: SettingName): boolean =>
    list === 'clients' && !config.clients.some((client) => client.name === name);
  // An application of others is better not named than any rule changed.
  return [...settings.filter(isOfOthers), ...settings, ...wider].find(
    (candidate) => !refusals.some(({ setting }) => sameSetting(setting, candidate)),
  );
}

/**
 * One problem for each setting that was taken back, with what a deploy of the text makes of it.
 *
 * @param data Of the text, placeholders filled in.
 */
export function refusalProblems(
  refusals: readonly Refusal[],
  file: string,
  data: unknown,
): readonly Finding['problem'][] {
  const effective = refusals.filter(({ isMoot = false }) => !isMoot);
  return effective
    .filter(
      ({ setting }, index) =>
        !effective.some(
          (other, otherIndex) =>
            isWithin(setting, other.setting) && (otherIndex < index || !sameSetting(setting, other.setting)),
        ),
    )
    .map(({ setting, problem }) => {
      const stays = valueAt(data, setting) !== undefined;
      const isListed = valueAt(data, setting.slice(0, 2)) !== undefined;
      const goes =
        isListed && setting.at(-2)?.endsWith('metadata') === true && isOwnMetadata(setting.at(-1) ?? '');
      const effect = stays
        ? 'puts there what the file says'
        : goes
          ? 'takes it off the tenant'
          : 'leaves it as it is on the tenant';
      return new Problem({
        code: problem.code,
        message: `A file cannot hold what the tenant has there: ${problem.message} ${stays ? 'The setting is as the file had it.' : 'The setting is not exported.'}`,
        place: { file, key: setting.join('.') || 'the whole file' },
        remedy: `A deploy of the export ${effect}. Correct it on the tenant, then export again.`,
      });
    });
}
