import type { ErrorObject } from 'ajv';
import { isRecord } from '../base/json-values.ts';
import { Problem } from '../base/problem.ts';
import type { Finding, Path } from './finding.ts';
import { placeOf } from './place-of.ts';
import type { TenantFile } from './read-tenant-file.ts';
import { pathOf } from './schema-messages.ts';

/**
 * Keys that stand a level too high or too deep, so that the file is YAML and says something else: `TENANT_FILE_VALUE` for each,
 * in place of all that follows from it.
 *
 * @param errors Of the schema, for this data.
 */
export const indentFindings = (
  tenantFile: TenantFile,
  data: unknown,
  errors: readonly ErrorObject[],
): readonly Finding[] =>
  errors.flatMap(
    (error) => outdented(tenantFile, data, error, errors) ?? tooDeep(tenantFile, data, error) ?? [],
  );

/** A key without a value whose own keys stand beside it. */
function outdented(
  tenantFile: TenantFile,
  data: unknown,
  { keyword, instancePath, parentSchema }: ErrorObject,
  errors: readonly ErrorObject[],
): Finding | undefined {
  const path = pathOf(instancePath);
  const [parent, key] = [path.slice(0, -1), path.at(-1)];
  if (keyword !== 'type' || key === undefined || valueAt(data, path) !== null) return undefined;
  const own: unknown = parentSchema?.['properties'];
  const beside = valueAt(data, parent);
  const after = isRecord(beside) ? Object.keys(beside) : [];
  const unknown = errors.flatMap((error) => {
    const { additionalProperty }: Record<string, unknown> = error.params;
    return error.keyword === 'additionalProperties' && error.instancePath === pointerOf(parent)
      ? [String(additionalProperty)]
      : [];
  });
  const [first] = isRecord(own)
    ? unknown.filter((name) => Object.hasOwn(own, name))
    : unknown.filter((name) => after.indexOf(name) > after.indexOf(key));
  if (first === undefined) return undefined;
  return finding(
    tenantFile,
    [...parent, first],
    `"${first}" belongs below "${key}", and is not indented more than it.`,
    'Indent it, and the lines that belong with it, by two blanks more.',
  );
}

/** A key that is missing, and stands in a mapping beside its place. */
function tooDeep(
  tenantFile: TenantFile,
  data: unknown,
  { keyword, instancePath, params }: ErrorObject,
): Finding | undefined {
  const { missingProperty }: Record<string, unknown> = params;
  const path = pathOf(instancePath);
  const value = valueAt(data, path);
  if (keyword !== 'required' || typeof missingProperty !== 'string' || !isRecord(value)) return undefined;
  const inside = Object.entries(value).find(
    ([, child]) => isRecord(child) && Object.hasOwn(child, missingProperty),
  );
  if (inside === undefined) return undefined;
  const [holder] = inside;
  return finding(
    tenantFile,
    [...path, holder, missingProperty],
    `"${missingProperty}" stands below "${holder}", and belongs beside it.`,
    `Indent it, and the lines that belong with it, as far as "${holder}".`,
  );
}

const finding = (tenantFile: TenantFile, path: Path, message: string, remedy: string): Finding => ({
  paths: [path],
  problem: new Problem({ code: 'TENANT_FILE_VALUE', message, place: placeOf(tenantFile, path), remedy }),
});

const pointerOf = (path: readonly string[]): string =>
  path.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const valueAt = (data: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, step) => (Array.isArray(value) ? value[Number(step)] : isRecord(value) ? value[step] : undefined),
    data,
  );
