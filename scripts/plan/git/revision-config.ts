import { Ajv } from 'ajv';
import type { ErrorObject } from 'ajv';
import { isAboutLater, withExpectedTypes } from '../../tenant-config/later-values.ts';
import { Problem } from '../../base/problem.ts';
import { placeOf } from '../../tenant-config/place-of.ts';
import type { TenantFile } from '../../tenant-config/read-tenant-file.ts';
import { pathOf, schemaMessage } from '../../tenant-config/schema-messages.ts';
import type { TenantConfig } from '../../tenant-config/tenant-config.ts';
import { TENANT_SCHEMA } from '../../tenant-config/tenant-schema.ts';

/** What says how data is built. The rest of the schema limits values, and is the business of who deploys them. */
const SHAPE_KEYWORDS = ['type', 'required', 'anyOf'];

/**
 * The configuration of a revision, only as right as it takes to compare with it: a mistake in it does not stop whoever
 * fixes it.
 *
 * @throws {Problem} `TENANT_FILE_VALUE` for data of another shape.
 */
export function configOfRevision(tenantFile: TenantFile): TenantConfig {
  const written: unknown = tenantFile.data;
  const hasTenantShape = new Ajv({
    strict: false,
    verbose: true,
    allErrors: true,
    meta: false,
    validateSchema: false,
    code: { optimize: false },
  }).compile<TenantConfig>(shapeOf(TENANT_SCHEMA));
  const errorsIn = (value: unknown): readonly ErrorObject[] =>
    hasTenantShape(value) ? [] : (hasTenantShape.errors ?? []);
  const data = withExpectedTypes(written, written, errorsIn(written));
  const wrong = (value: unknown): ErrorObject | undefined =>
    errorsIn(value).find((error) => !isAboutLater(error, value));
  const isRightAsFarAsKnown = (value: unknown): value is TenantConfig => wrong(value) === undefined;
  if (isRightAsFarAsKnown(data)) return data;
  const error = wrong(data);
  throw new Problem({
    code: 'TENANT_FILE_VALUE',
    message:
      error === undefined ? 'The file has another shape.' : schemaMessage(error, data, tenantFile.file),
    place: placeOf(tenantFile, pathOf(error?.instancePath ?? '')),
  });
}

/** A JSON Schema without what limits values: an unknown key, a number too many, a wrong word. */
function shapeOf(schema: object): object {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]: [string, unknown]): [string, unknown][] => {
      if (SHAPE_KEYWORDS.includes(keyword)) {
        return [[keyword, Array.isArray(value) ? value.map(shapeIn) : value]];
      }
      if (keyword === 'items' || keyword === 'additionalProperties') {
        return typeof value === 'object' && value !== null ? [[keyword, shapeOf(value)]] : [];
      }
      if (keyword !== 'properties' || typeof value !== 'object' || value === null) return [];
      const properties = Object.entries(value).map(([name, child]: [string, unknown]) => [
        name,
        shapeIn(child),
      ]);
      return [[keyword, Object.fromEntries(properties)]];
    }),
  );
}

const shapeIn = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? shapeOf(value) : value;
