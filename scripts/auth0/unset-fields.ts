import type { Json, JsonObject } from '../base/json-values.ts';
import { newClientSettings } from './client-defaults.ts';
import { alternatives, managementApi, propertiesOf } from './management-api.ts';
import { newResourceServer } from './resource-server-defaults.ts';
import type { Schema } from './schema-words.ts';

export type ResourceKind = 'client' | 'resource server' | 'client grant' | 'connection' | 'organization';

interface Patched {
  readonly path: string;
  /** What the service begins with, where a switch that nobody has set is not off. */
  readonly begins?: () => JsonObject;
  /** Fields whose value the description alone does not tell. */
  readonly others?: Readonly<Record<string, Json | undefined>>;
}

const PATCHED: Readonly<Record<ResourceKind, Patched>> = {
  client: { path: '/clients/{id}', begins: () => newClientSettings({}) },
  'resource server': { path: '/resource-servers/{id}', begins: () => newResourceServer({}) },
  'client grant': { path: '/client-grants/{id}' },
  // The only realm of a new connection is its name, which is not the same as none.
  connection: { path: '/connections/{id}', others: { realms: undefined } },
  organization: { path: '/organizations/{id}', others: { branding: {} } },
};

/** What a `PATCH` of a kind of resource may name, by field. */
export const patchedFields = (kind: ResourceKind): Readonly<Record<string, Schema>> =>
  propertiesOf(managementApi().paths[PATCHED[kind].path]?.patch?.body);

/**
 * The value that makes a field as if it had never been set, in a record of its own: `null` where the description of the `PATCH`
 * takes it, otherwise nothing of the field's type, and what the service begins with for a switch. `undefined` where none is
 * known.
 *
 * @see https://auth0.com/docs/api/management/v2/clients/patch-clients-by-id
 */
export function unsetValue(kind: ResourceKind, field: string): { readonly value: Json } | undefined {
  const { begins, others = {} } = PATCHED[kind];
  if (Object.hasOwn(others, field)) {
    const value = others[field];
    return value === undefined ? undefined : { value };
  }
  const schemas = alternatives(patchedFields(kind)[field]);
  const isOf = (type: string): boolean => schemas.some((schema) => [schema['type']].flat().includes(type));
  if (isOf('null')) return { value: null };
  if (isOf('boolean')) return { value: begins?.()[field] ?? false };
  const takesNothing = schemas.every(
    (schema) => !['minItems', 'minLength', 'pattern', 'enum'].some((limit) => limit in schema),
  );
  if (!takesNothing) return undefined;
  if (isOf('array')) return { value: [] };
  return isOf('string') ? { value: '' } : undefined;
}
