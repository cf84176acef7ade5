import type { Document, ParsedNode } from 'yaml';
import { Problem } from '../base/problem.ts';
import type { Finding, Path } from '../tenant-config/finding.ts';
import { likeAMarker, markersIn } from '../tenant-config/markers.ts';
import { declaredIn, placeholdersIn } from '../tenant-config/placeholders.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
import { secretSearch } from '../secrets/hidden-in-text.ts';
import { isSecretVariable, valuesOfKind } from '../secrets/variables.ts';
import { serviceDefaultAt } from '../auth0/service-defaults.ts';
import type { CompletedResource } from '../auth0/service-defaults.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { isRecord, recordOf, textOf, without } from '../base/json-values.ts';
import { isOwnMetadata } from '../tenant-model/metadata.ts';
import { sameMeaning, sameToTheService } from '../tenant-model/same-meaning.ts';
import { segment } from '../tenant-model/flatten.ts';
import { holdsSecretAt } from '../tenant-model/secret-paths.ts';
import type { ResourceKind } from '../tenant-model/tenant-model.ts';
import { isWithin, settingName, valueAt } from './setting-names.ts';
import type { SettingName } from './setting-names.ts';

/** Says of one setting why the file does not have what the tenant has. */
export type ExportProblem = Problem<
  Finding['problem']['code'] | 'PLACEHOLDER_ON_TENANT' | 'SECRET_ON_TENANT' | 'APPLICATION_NOT_EXPORTED'
>;

export interface ExportWriter {
  /** Sets what the tenant has; nothing and an empty text take the setting out. A secret is never written. */
  value(path: Path, to: unknown): void;
  /** Something that the tenant does not have goes out of its list. */
  removed(path: Path): void;
  /** Applications of a connection. A file cannot say that there are none; without the key, a deploy leaves them alone. */
  enabled(connection: Path, wanted: readonly string[] | undefined, now: readonly string[] | undefined): void;
  /** Those of the fields that the tenant has otherwise; where it says nothing, what the service takes instead. */
  changed(
    path: Path,
    fields: object,
    now: Readonly<Record<string, unknown>>,
    resource?: CompletedResource,
  ): void;
  /** The same, and those that only the tenant has. */
  all(path: Path, fields: object, now: Readonly<Record<string, unknown>>): void;
  /** Whether something of the tenant can be in a file: it is not a secret and not a placeholder. If not, `problems` says so. */
  canStand(path: Path, to: unknown): boolean;
  /** Whether it holds no secret. If it does, `problems` says so. */
  isPublic(path: Path, to: unknown): boolean;
  /** Whether nothing is to be written there, since a file cannot hold it. */
  isRefused(path: Path): boolean;
  /** `PLACEHOLDER_ON_TENANT` or `SECRET_ON_TENANT`, one for each setting that was not written. */
  readonly problems: readonly ExportProblem[];
}

/**
 * Writes a tenant's values into a copy of the file. A placeholder of the file comes back where a whole value is what it stands
 * for, and where the file has it already; no other variable of the shell ever does.
 *
 * @param values What the placeholders were filled in with.
 * @param config The file with its placeholders filled in: it names the things in its lists.
 * @param refused Settings that a file cannot hold as the tenant has them: they stay as they were.
 * @param secrets That the tenant has told, beside those that placeholders were filled in with.
 */
export function exportWriter(
  document: Document<ParsedNode>,
  tenantFile: TenantFile,
  values: PlaceholderValues,
  config: TenantConfig,
  refused: readonly SettingName[],
  secrets: readonly string[],
): ExportWriter {
  const file: unknown = tenantFile.data;
  const declared = declaredIn(file);
  const known = [...new Map(placeholdersIn(tenantFile).map((use) => [use.written, use.name]))].flatMap(
    ([placeholder, name]): [string, string][] => {
      const value = values.get(name) ?? '';
      return value === '' || isSecretVariable(name, declared) ? [] : [[placeholder, value]];
    },
  );
  const hasSecretPlaceholder = (text: string): boolean =>
    markersIn(text).some(({ name }) => isSecretVariable(name, declared));
  const problems: ExportProblem[] = [];
  const holdsKnownSecret = secretSearch([
    ...valuesOfKind(['secret', 'deploy credential'], declared, values).values(),
    ...secrets,
  ]);
  const holdsSecret = (path: Path, to: unknown): boolean =>
    isSecret(path, to) || textsIn(to).some(holdsKnownSecret);

  const filledIn = (text: string): string =>
    known.reduce((filled, [placeholder, value]) => filled.replaceAll(placeholder, value), text);
  const textWithPlaceholders = (text: string, before: unknown): string => {
    const whole = known.find(([, value]) => value === text);
    if (whole !== undefined) return whole[0];
    if (typeof before !== 'string') return text;
    const edited = known
      .filter(([placeholder]) => before.includes(placeholder))
      .reduce((result, [placeholder, value]) => result.replaceAll(value, placeholder), text);
    // One value may be part of another, or of a placeholder's name.
    return filledIn(edited) === text ? edited : text;
  };
  /** @param before What the file has in the same place. */
  const withPlaceholders = (to: unknown, before: unknown): unknown => {
    if (typeof to === 'string') return textWithPlaceholders(to, before);
    if (Array.isArray(to)) {
      const items: readonly unknown[] = Array.isArray(before) ? before : [];
      return to.map((item: unknown) =>
        withPlaceholders(
          item,
          items.find((other) => typeof other === 'string' && filledIn(other) === item),
        ),
      );
    }
    if (!isRecord(to)) return to;
    return Object.fromEntries(
      Object.entries(to).map(([name, child]) => [name, withPlaceholders(child, recordOf(before)[name])]),
    );
  };

  const placeOf = (path: Path) => ({
    file: tenantFile.file,
    key: settingName(path, config).join('.'),
  });
  const hasNoPlaceholder = (path: Path, to: unknown): boolean => {
    const marker = textsIn([path, to])
      // JavaScript may have anything in its comments.
      .map((text) => (path.includes('scripts') ? markersIn(text)[0]?.written : likeAMarker(text)))
      .find((found) => found !== undefined);
    if (marker !== undefined) {
      problems.push(
        new Problem({
          code: 'PLACEHOLDER_ON_TENANT',
          message: `The tenant has the text ${marker} there. In a file it would be a placeholder, so the setting is not exported.`,
          place: placeOf(path),
        }),
      );
    }
    return marker === undefined;
  };
  const hasNoSecret = (path: Path, to: unknown): boolean => {
    const isPublic = !holdsSecret(path, to);
    if (!isPublic) {
      problems.push(
        new Problem({
          code: 'SECRET_ON_TENANT',
          message:
            'The tenant has something there that may be a secret. A secret is never written into a file, so the setting is not exported.',
          place: placeOf(path),
        }),
      );
    }
    return isPublic;
  };
  const isRefused = (path: Path): boolean =>
    refused.some((whole) => isWithin(settingName(path, config), whole));

  const value = (path: Path, to: unknown): void => {
    const before = valueAt(file, path);
    if (textsIn(before).some(hasSecretPlaceholder) || isRefused(path)) return;
    const name = settingName(path, config);
    const rest = refused
      .filter((part) => isWithin(part, name))
      .reduce((kept, part) => leaveOut(kept, part.slice(name.length)), to);
    // Only a part that can be left out is refused alone.
    if (rest === REFUSED) return;
    if (rest === undefined || rest === null || rest === '') document.deleteIn(path);
    else if (isLeftAlone(path, before) && holdsSecret(path, rest)) return;
    else if (hasNoSecret(path, rest) && hasNoPlaceholder(path, rest))
      document.setIn(path, document.createNode(withPlaceholders(rest, before)));
  };
  return {
    problems,
    value,
    isPublic: hasNoSecret,
    canStand: (path, to) => hasNoSecret(path, to) && hasNoPlaceholder(path, to),
    isRefused,
    removed: (path) => {
      if (!isRefused(path)) document.deleteIn(path);
    },
    enabled: (connection, wanted, now) => {
      if (!sameMeaning(wanted, now))
        value([...connection, 'enabled_clients'], now?.length === 0 ? undefined : now);
    },
    changed: (path, fields, now, resource) => {
      for (const [name, wanted] of Object.entries(fields)) {
        if (name === 'deployed') continue;
        const isSame =
          resource === undefined
            ? sameMeaning(wanted, now[name])
            : sameToTheService(resource, name, wanted, now[name]);
        if (!isSame) {
          const byDefault = resource === undefined ? undefined : serviceDefaultAt(resource, name);
          value([...path, name], now[name] ?? byDefault);
        }
      }
    },
    all: (path, fields, now) => {
      const wanted = new Map<string, unknown>(Object.entries(fields));
      for (const name of new Set([...wanted.keys(), ...Object.keys(now)])) {
        if (!sameMeaning(wanted.get(name), now[name])) value([...path, name], now[name]);
      }
    },
  };
}

/**
 * Whether a deploy says nothing about it: the file does not mention it, and it is not one of our rules, which would be removed.
 */
const isLeftAlone = (path: Path, before: unknown): boolean =>
  before === undefined && !isOwnMetadata(textOf(path.at(-1)));

const REFUSED = Symbol('refused');

/**
 * An object without a part of it; `REFUSED` where it cannot be left out alone: an item of a list, or something that is not there.
 */
function leaveOut(value: unknown, [step, ...rest]: SettingName): unknown {
  if (step === undefined || !isRecord(value) || !Object.hasOwn(value, step)) return REFUSED;
  if (rest.length === 0) return without(value, [step]);
  const child = leaveOut(value[step], rest);
  return child === REFUSED ? REFUSED : { ...value, [step]: child };
}

/** As the plan hides it. The place of a whole thing, and of its name, says nothing of the value. */
function isSecret([list, , ...rest]: Path, to: unknown): boolean {
  const kind = KINDS[String(list)];
  return kind === undefined
    ? false
    : holdsSecretAt(kind, rest.map((step) => segment(String(step))).join('.'), to);
}

const KINDS: Readonly<Record<string, ResourceKind>> = {
  connections: 'connection',
  actions: 'Action',
  clients: 'application',
  clientGrants: 'grant',
  resourceServers: 'API',
  organizations: 'organization',
};

/** Every text in a value, names included. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isRecord(value) ? Object.entries(value).flatMap(textsIn) : [];
}
