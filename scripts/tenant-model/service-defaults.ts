import { serviceDefaultAt } from '../auth0/service-defaults.ts';
import type { Field, Resource } from './tenant-model.ts';

/** As `serviceDefaultAt`, for a setting of a model. */
export function serviceDefault({ kind, name, fields }: Resource, path: string): Field | undefined {
  if (kind === 'Action') return undefined;
  const rotation = fields.get('refresh_token.rotation_type');
  const rotates = rotation?.kind === 'value' && rotation.value === 'rotating';
  const found = serviceDefaultAt({ kind, name, rotates }, path);
  if (found === undefined) return undefined;
  return typeof found === 'object' ? { kind: 'set', items: found } : { kind: 'value', value: found };
}
