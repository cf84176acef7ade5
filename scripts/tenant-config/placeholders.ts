import { recordOf } from '../base/json-values.ts';
import { Problem, Problems } from '../base/problem.ts';
import { DOCUMENTED_VARIABLES, isSecretVariable, valuesOfKind } from '../secrets/variables.ts';
import type { DeclaredVariables } from '../secrets/variables.ts';
import { secretSearch } from '../secrets/hidden-in-text.ts';
import type { Path } from './finding.ts';
import { likeAMarker, markersIn, replaceMarkers, wholeMarker } from './markers.ts';
import type { Marker } from './markers.ts';
import { placeOf } from './place-of.ts';
import type { TenantFile } from './read-tenant-file.ts';

/**
 * Placeholders that no variable fills in: the deploy makes their values, new ones each time it sends them, and keeps them
 * nowhere. Until then they stand for themselves. All Actions that have one share its value.
 */
export const MADE_BY_THE_DEPLOY: readonly string[] = [...DOCUMENTED_VARIABLES]
  .filter(([, kind]) => kind === 'made')
  .map(([name]) => name);

/** The name of a placeholder that the deploy makes the value of, where it is the whole of a text. */
export const madeByTheDeploy = (text: string): string | undefined =>
  MADE_BY_THE_DEPLOY.find((made) => made === wholeMarker(text)?.name);

/** The section of `tenant.yaml` that says which other names may be filled in. It is never sent. */
export const VARIABLES = 'variables';

/** What a file declares, as far as it can be read. */
export const declaredIn = (data: unknown): DeclaredVariables =>
  Object.fromEntries(
    Object.entries(recordOf(recordOf(data)[VARIABLES])).flatMap(
      ([name, kind]): [string, 'public' | 'secret'][] =>
        kind === 'public' || kind === 'secret' ? [[name, kind]] : [],
    ),
  );

export interface PlaceholderUse extends Marker {
  readonly line: number;
}

/** Values by placeholder name. An empty value counts as not there: an unset CI secret arrives as an empty string. */
export type PlaceholderValues = ReadonlyMap<string, string>;

/** Every text in plain data, with its path; of a key, the path is that of its value. */
export function textsIn(
  data: unknown,
  path: Path = [],
): readonly { readonly text: string; readonly path: Path; readonly isKey: boolean }[] {
  if (typeof data === 'string') return [{ text: data, path, isKey: false }];
  if (Array.isArray(data)) return data.flatMap((item: unknown, index) => textsIn(item, [...path, index]));
  return Object.entries(recordOf(data)).flatMap(([key, child]) => [
    { text: key, path: [...path, key], isKey: true },
    ...textsIn(child, [...path, key]),
  ]);
}

/** Every placeholder (not in comments), in the order of the file. */
export const placeholdersIn = (tenantFile: TenantFile): readonly PlaceholderUse[] =>
  textsIn(tenantFile.data).flatMap(({ text, path }) =>
    markersIn(text).map(({ name, written }) => ({ name, written, line: placeOf(tenantFile, path).line })),
  );

/**
 * The file as plain data, with all placeholders filled in but those that the deploy makes the values of. Replacement happens in
 * parsed values, never in the text of the file: a secret with quotes or line breaks in it stays one value, and what a value says
 * is not filled in again. `@@NAME@@` as a whole value is the list or object that the variable has as JSON.
 *
 * @param variablesFile That values may be set in, as errors name it. Default `.env`.
 * @throws {Problems} `PLACEHOLDER_UNRESOLVED` for each placeholder that has no value, naming it, the file and the line;
 *   `VARIABLE_VALUE` for each value that cannot be filled in.
 */
export function resolvePlaceholders(
  tenantFile: TenantFile,
  values: PlaceholderValues,
  variablesFile = '.env',
): unknown {
  const data: unknown = tenantFile.data;
  const uses = placeholdersIn(tenantFile).filter(({ name }) => !MADE_BY_THE_DEPLOY.includes(name));
  const missing = uses.filter(({ name }) => !values.get(name));
  const used = [...new Set(uses.map(({ name }) => name))];
  const problems = [
    ...missing.map((use) => unresolved(tenantFile, use, variablesFile)),
    ...used.flatMap((name) => wrongValue(name, values, declaredIn(data), variablesFile)),
  ];
  Problems.throwIfAny(problems);
  return filledIn(data, values);
}

function filledIn(data: unknown, values: PlaceholderValues): unknown {
  if (typeof data === 'string') {
    const { form, name } = wholeMarker(data) ?? {};
    const whole = form === '@@' && name !== undefined ? jsonIn(values.get(name) ?? '') : undefined;
    return (
      whole ??
      replaceMarkers(data, (marker) =>
        MADE_BY_THE_DEPLOY.includes(marker.name)
          ? marker.written
          : (values.get(marker.name) ?? marker.written),
      )
    );
  }
  if (Array.isArray(data)) return data.map((item: unknown) => filledIn(item, values));
  return typeof data === 'object' && data !== null
    ? Object.fromEntries(Object.entries(data).map(([key, child]) => [key, filledIn(child, values)]))
    : data;
}

/** A list or an object; other JSON is text like any other until the place asks for something else. */
function jsonIn(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Not of texts of several lines, as keys are, and not of JSON: blanks belong to how these are written. */
const hasInvisibleEnds = (value: string): boolean =>
  /^[\s\p{Cc}\p{Cf}]|[\s\p{Cc}\p{Cf}]$/u.test(value) &&
  !value.trim().includes('\n') &&
  jsonIn(value) === undefined;

/** Built code goes through the gates, and is no value of a person's. */
const BUILT = 'DIDIT_FETCH_USER_PROFILE';

function wrongValue(
  name: string,
  values: PlaceholderValues,
  declared: DeclaredVariables,
  variablesFile: string,
): readonly Problem[] {
  const value = values.get(name) ?? '';
  if (value === '' || name === BUILT) return [];
  const problem = (message: string, remedy: string): Problem =>
    new Problem({
      code: 'VARIABLE_VALUE',
      message,
      place: { variable: name, from: `environment or ${variablesFile}` },
      remedy,
    });
  if (likeAMarker(value) !== undefined)
    return [
      problem(
        `Nothing was sent: the value of ${name} looks like a placeholder itself, and is not filled in again.`,
        `Set ${name} to the value itself.`,
      ),
    ];
  // Of a secret of the project's own, nobody knows what it may consist of.
  if (isSecretVariable(name, declared)) return [];
  if (hasInvisibleEnds(value))
    return [
      problem(
        `Nothing was sent: the value of ${name} has a blank, a line break or a mark that nobody sees at its start or end.`,
        `Set ${name} to the value alone. A copied text and a file in a CI service often bring such things along.`,
      ),
    ];
  const secrets = valuesOfKind(['secret', 'deploy credential'], declared, values);
  const [held] = [...secrets].find(([, secret]) => secretSearch([secret])(value)) ?? [];
  return held === undefined
    ? []
    : [
        problem(
          `Nothing was sent: the value of ${name}, which is public, holds that of ${held}, which is secret.`,
          `Set ${name} to something else, and replace ${held} if this value was ever deployed.`,
        ),
      ];
}

const unresolved = (
  tenantFile: TenantFile,
  { name, written, line }: PlaceholderUse,
  variablesFile: string,
): Problem =>
  new Problem({
    code: 'PLACEHOLDER_UNRESOLVED',
    message: `Nothing was sent: the placeholder ${written} has no value.`,
    place: { file: tenantFile.file, line, key: name },
    remedy: `Set ${name} in the environment or in ${variablesFile} (see .env.example).`,
  });
