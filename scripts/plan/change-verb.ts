import type { ChangeVerb, FieldChange } from '../tenant-model/diff/change.ts';
import { isKept } from '../tenant-model/after-deploy.ts';
import type { Resource } from '../tenant-model/tenant-model.ts';
import type { PlanTarget } from './plan.ts';

/**
 * What happens to one setting. What is not there afterwards is erased; but what a file alone no longer names may well stay on a
 * tenant. Of a tenant the other side is what it will be.
 *
 * @param after The resource as it will be, or as the file has it.
 */
export function changeVerb(
  { path = '', before, after: field }: Pick<FieldChange, 'path' | 'before' | 'after'>,
  after: Resource | undefined,
  target: PlanTarget['kind'],
): ChangeVerb {
  if (field !== undefined) return before === undefined ? 'create' : 'change';
  return target === 'revision' && after !== undefined && isKept(path, after) ? 'unmanage' : 'erase';
}
