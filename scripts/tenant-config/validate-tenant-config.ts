import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { isSome, Problem, Problems } from '../base/problem.ts';
import type { Some } from '../base/problem.ts';
import { isRecord } from '../base/json-values.ts';
import { nearest, suggestionsFrom } from '../base/nearest.ts';
import type { Finding, Path } from './finding.ts';
import { indentFindings } from './indentation.ts';
import { placeOf } from './place-of.ts';
import { formerNamesTaken, listedTwice } from './listed-twice.ts';
import { isAboutLater, withExpectedTypes } from './later-values.ts';
import { holdsMarker } from './markers.ts';
import { whereElse } from './other-sections.ts';
import { placeholderFindings } from './placeholder-places.ts';
import type { TenantFile } from './read-tenant-file.ts';
import { actionSecretFindings } from './action-secrets.ts';
import { lineInstead, lineToAdd, pathOf, schemaMessage } from './schema-messages.ts';
import { settingsFindings } from './settings-problems.ts';
import { stepUpFindings } from './step-up-problems.ts';
import { DIDIT_CONNECTION } from './tenant-config.ts';
import type { TenantConfig } from './tenant-config.ts';
import { TENANT_SCHEMA } from './tenant-schema.ts';

const ajv = new Ajv({
  allErrors: true,
  allowUnionTypes: true,
  verbose: true,
  // The Management API's own formats are the tenant's to check.
  validateFormats: false,
  // The checks run once or twice: making them fast takes longer than they do.
  code: { optimize: false },
  // A test looks at the schema itself.
  meta: false,
  validateSchema: false,
});
let tenantShape: ValidateFunction<TenantConfig> | undefined;

/**
 * Checks the shape of the file's data (placeholders filled in or not) and that names used in one place are defined in
 * another. What a placeholder still stands for is checked once it is filled in.
 *
 * @param domain Of the tenant. Default: nobody knows it.
 * @returns The same data, typed.
 * @throws {Problems} `TENANT_FILE_KEY` (an unknown key, with the nearest valid one), `TENANT_FILE_VALUE` (a missing or wrong
 *   value), `TENANT_FILE_REFERENCE` (a name that nothing defines, or a thing that is listed twice), and what `actionSecretFindings`
 *   , `settingsFindings` and `stepUpFindings` find; all with file and line.
 */
export function validateTenantConfig(tenantFile: TenantFile, data: unknown, domain?: string): TenantConfig {
  const checked = checkTenantConfig(tenantFile, data, domain);
  if ('config' in checked) return checked.config;
  const [first, ...others] = checked.findings;
  throw new Problems([first.problem, ...others.map(({ problem }) => problem)]);
}

/** The same, with what is wrong given back instead of thrown. */
export function checkTenantConfig(
  tenantFile: TenantFile,
  data: unknown,
  domain?: string,
): { readonly config: TenantConfig } | { readonly findings: Some<Finding> } {
  const typed = withTypes(data, tenantFile);
  const misplaced = indentFindings(tenantFile, typed, shapeErrors(typed));
  if (isSome(misplaced)) return { findings: misplaced };
  const wrong = withoutConsequences(placeholderFindings(tenantFile), shapeFindings(tenantFile, typed));
  if (isSome(wrong)) return { findings: wrong };
  if (!isRightAsFarAsKnown(typed))
    throw new Error('What is wrong with the file is hidden by something that is not.');
  const findings = [
    ...listedTwice(tenantFile, typed),
    ...formerNamesTaken(tenantFile, typed),
    ...referenceFindings(tenantFile, typed),
    ...actionSecretFindings(tenantFile, typed),
    ...settingsFindings(tenantFile, typed),
    ...stepUpFindings(tenantFile, typed, domain),
  ];
  return isSome(findings) ? { findings } : { config: typed };
}

/** More than anybody reads. */
const MAX_ERRORS = 1_000;

function shapeFindings(tenantFile: TenantFile, data: unknown): readonly Finding[] {
  const errors = shapeErrors(data)
    .filter((error) => !isAboutLater(error, data))
    .slice(0, MAX_ERRORS);
  return errors
    .filter((error) => !isMisspelled(error, errors) && !isOfAnotherKind(error, errors))
    .map((error) => schemaFinding(tenantFile, error, data));
}

/** One mistake is one finding: below a key that is wrong, every placeholder is, and a marker that is wrong is of no type. */
function withoutConsequences(
  placeholders: readonly Finding[],
  shape: readonly Finding[],
): readonly Finding[] {
  const isBelow = ({ paths: [path] }: Finding, { paths: [other] }: Finding): boolean =>
    other.every((step, index) => String(step) === String(path[index]));
  const keys = shape.filter(({ problem }) => problem.code === 'TENANT_FILE_KEY');
  // Where no placeholder may stand, it helps nothing to declare one.
  const whyNot = ({ problem }: Finding): readonly Finding[] =>
    problem.code === 'PLACEHOLDER_UNDECLARED' ? shape : keys;
  // Only what is shown itself may hide something else: of two that hid each other, nothing would be left.
  const causes = placeholders.filter((finding) => !whyNot(finding).some((other) => isBelow(finding, other)));
  return [...causes, ...shape.filter((finding) => !causes.some((cause) => isBelow(finding, cause)))];
}

function shapeErrors(data: unknown): readonly ErrorObject[] {
  const hasTenantShape = (tenantShape ??= ajv.compile<TenantConfig>(TENANT_SCHEMA));
  return hasTenantShape(data)
    ? []
    : (hasTenantShape.errors ?? []).filter(({ keyword }) => keyword !== 'anyOf');
}

/** Values of placeholders as what their places take. A list that is filled in may have another one in it. */
function withTypes(data: unknown, tenantFile: TenantFile): unknown {
  const written: unknown = tenantFile.data;
  const once = withExpectedTypes(data, written, shapeErrors(data));
  return once === data ? data : withExpectedTypes(once, written, shapeErrors(once));
}

const isRightAsFarAsKnown = (data: unknown): data is TenantConfig =>
  shapeErrors(data).every((error) => isAboutLater(error, data));

/**
 * Whether a key is missing because it is there under a wrong name: that is one mistake, and the other error says how to fix it.
 */
const isMisspelled = ({ instancePath, params }: ErrorObject, errors: readonly ErrorObject[]): boolean => {
  const { missingProperty }: Record<string, unknown> = params;
  return errors.some(
    (error) =>
      error.keyword === 'additionalProperties' &&
      error.instancePath === instancePath &&
      missingProperty !== undefined &&
      unknownKey(error).suggestion === missingProperty,
  );
};

/** Which connections and Actions this project deploys. Of another one, nothing else has to be right. */
const KIND = /^\/(?:connections\/\d+\/strategy|actions\/\d+\/supported_triggers\/\d+\/(?:id|version))$/;

const isKindError = ({ keyword, instancePath }: ErrorObject): boolean =>
  keyword === 'const' && KIND.test(instancePath);

/** Whether an error is one more about a thing that is none of this project's. */
const isOfAnotherKind = (error: ErrorObject, errors: readonly ErrorObject[]): boolean => {
  const thingOf = ({ instancePath }: ErrorObject): string => instancePath.split('/').slice(0, 3).join('/');
  const first = errors.find((other) => isKindError(other) && thingOf(other) === thingOf(error));
  return first !== undefined && first !== error;
};

/** What an `additionalProperties` error is about. */
function unknownKey({ params, parentSchema }: ErrorObject): {
  readonly key: string;
  readonly known: readonly string[];
  readonly suggestion: string | undefined;
} {
  const { additionalProperty }: Record<string, unknown> = params;
  const key = String(additionalProperty);
  const known = Object.keys(isRecord(parentSchema?.['properties']) ? parentSchema['properties'] : {});
  return { key, known, suggestion: nearest(key, known) };
}

const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['uniqueItems', 'Remove this line.'],
  ['minLength', 'An empty text says nothing: write a value, or remove the line.'],
  ['minProperties', 'Write what should be set in it, or remove the line.'],
]);

/** A shell empties the file that it writes to before the command begins. */
const EMPTY_FILE =
  'Restore it, for example with `git checkout tenant.yaml`. To replace it by an export: `npm run export -- --output tenant.yaml`.';

function schemaFinding(tenantFile: TenantFile, error: ErrorObject, data: unknown): Finding {
  const path = pathOf(error.instancePath);
  const parameters: Record<string, unknown> = error.params;
  const key =
    parameters['additionalProperty'] ??
    parameters['missingProperty'] ??
    parameters['propertyName'] ??
    error.propertyName;
  return {
    paths: [typeof key === 'string' ? [...path, key] : path],
    problem: schemaProblem(tenantFile, error, data),
  };
}

function schemaProblem(tenantFile: TenantFile, error: ErrorObject, data: unknown): Finding['problem'] {
  const path = pathOf(error.instancePath);
  const parameters: Record<string, unknown> = error.params;
  const message = schemaMessage(error, data, tenantFile.file);
  if (error.keyword === 'additionalProperties') {
    const { key, known, suggestion } = unknownKey(error);
    const elsewhere = path.length === 0 ? whereElse(key) : undefined;
    return new Problem({
      code: 'TENANT_FILE_KEY',
      message: elsewhere === undefined ? message : `This project does not deploy the section "${key}".`,
      place: placeOf(tenantFile, [...path, key]),
      remedy:
        elsewhere ??
        (suggestion === undefined
          ? `Valid keys here: ${known.join(', ')}.`
          : `Write "${suggestion}" if that is what you mean, or remove the line.`),
    });
  }
  const repeatedAt =
    error.keyword === 'uniqueItems'
      ? [Math.max(...[parameters['i'], parameters['j']].filter((at) => typeof at === 'number'))]
      : [];
  const line = lineToAdd(error);
  const instead = lineInstead(error);
  const remedy = isKindError(error)
    ? 'Remove it, with what refers to it: it is not deployed from here, and stays on the tenant as it is.'
    : data == null
      ? EMPTY_FILE
      : line === undefined
        ? (REMEDIES.get(error.keyword) ??
          (instead === undefined ? undefined : `Write, for example: \`${instead}\`.`))
        : `Add \`${line}\`.`;
  return new Problem({
    code: 'TENANT_FILE_VALUE',
    message,
    place: placeOf(tenantFile, [...path, ...repeatedAt]),
    ...(remedy === undefined ? {} : { remedy }),
  });
}

const NAMED = { actions: 'Action', clients: 'Application', connections: 'Connection' } as const;

interface Reference {
  readonly name: string;
  readonly path: Path;
}

function referenceFindings(tenantFile: TenantFile, config: TenantConfig): readonly Finding[] {
  const finding = ({ path }: Omit<Reference, 'name'>, message: string, remedy: string): Finding => ({
    paths: [path],
    problem: new Problem({
      code: 'TENANT_FILE_REFERENCE',
      message,
      place: placeOf(tenantFile, path),
      remedy,
    }),
  });
  const undefinedNames = (
    references: readonly Reference[],
    defined: readonly string[],
    kind: keyof typeof NAMED,
  ): readonly Finding[] => {
    // One of them may turn out to be any name.
    if (defined.some(holdsMarker)) return [];
    const names = new Set(defined);
    const suggestionFor = suggestionsFrom(defined);
    return references
      .filter(({ name }) => !names.has(name) && !holdsMarker(name))
      .map((reference) => {
        const suggestion = suggestionFor(reference.name);
        return finding(
          reference,
          `${NAMED[kind]} "${reference.name}" is not listed under \`${kind}\`.`,
          suggestion === undefined
            ? `Add it under \`${kind}\`, or remove it here.`
            : `Write "${suggestion}" if that is what you mean.`,
        );
      });
  };

  const clientNames = config.clients.map(({ name }) => name);
  const actionNames = config.actions.map(({ name }) => name);
  return [
    ...undefinedNames(
      config.triggers['post-login'].map(({ action_name }, index) => ({
        name: action_name,
        path: ['triggers', 'post-login', index, 'action_name'],
      })),
      actionNames,
      'actions',
    ),
    ...undefinedNames(
      config.connections.flatMap(({ enabled_clients = [] }, index) =>
        enabled_clients.map((name, position) => ({
          name,
          path: ['connections', index, 'enabled_clients', position],
        })),
      ),
      clientNames,
      'clients',
    ),
    ...undefinedNames(
      config.clientGrants.map(({ client_id }, index) => ({
        name: client_id,
        path: ['clientGrants', index, 'client_id'],
      })),
      clientNames,
      'clients',
    ),
    // An Action that looks for another connection lets everybody in who comes through this one.
    ...undefinedNames(
      config.actions.flatMap(({ secrets = [] }, index) =>
        secrets.flatMap(({ name, value }, position) =>
          name === DIDIT_CONNECTION && value.trim() === value
            ? [{ name: value, path: ['actions', index, 'secrets', position, 'value'] }]
            : [],
        ),
      ),
      config.connections.map(({ name }) => name),
      'connections',
    ),
  ];
}
