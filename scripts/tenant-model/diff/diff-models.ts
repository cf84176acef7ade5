import { isOnlyThere } from '../flatten.ts';
import { serviceDefault } from '../service-defaults.ts';
import { mentions, resourceIn } from '../tenant-model.ts';
import type { Field, Resource } from '../tenant-model.ts';
import type { FieldChange, ModelPair } from './change.ts';
import { equalFields } from './equal-fields.ts';

/**
 * Every setting of every resource that differs in meaning, in the order in which the resources come. The flow is not among it.
 */
export function diffModels({ before, after }: ModelPair): readonly FieldChange[] {
  return [
    ...after.resources.flatMap((resource) => {
      const existing = resourceIn(before, resource.kind, resource.name);
      return existing === undefined ? [whole(resource)] : diffFields(existing, resource);
    }),
    ...before.resources
      .filter(({ kind, name }) => resourceIn(after, kind, name) === undefined)
      .map((resource) => whole(resource)),
  ];
}

const whole = ({ kind, name }: Resource): FieldChange => ({
  kind,
  name,
  path: undefined,
  before: undefined,
  after: undefined,
});

/** Every setting that one resource has on either side. */
const fieldsOf = (before: Resource, after: Resource): readonly (FieldChange & { readonly path: string })[] =>
  [...new Set([...after.fields.keys(), ...before.fields.keys()])].map((path) => ({
    kind: after.kind,
    name: after.name,
    path,
    before: before.fields.get(path),
    after: after.fields.get(path),
  }));

/** Every setting of one resource that differs in meaning. */
export function diffFields(before: Resource, after: Resource): readonly FieldChange[] {
  return (
    fieldsOf(before, after)
      // What only is there is there all the same where the other side says what is in it.
      .filter(
        ({ before: was, after: is, path }) =>
          !(isOnlyThere(was) && is === undefined && mentions(after, path)) &&
          !(isOnlyThere(is) && was === undefined && mentions(before, path)),
      )
      .filter(
        (change) =>
          !equalFields(
            filledIn(change.before, before, change.path),
            filledIn(change.after, after, change.path),
          ),
      )
  );
}

/**
 * What one of two files says and the other does not, and the service does anyway: a default that is written out, or that there is
 * nothing. On a tenant on which it is otherwise, a deploy changes it with the one file, and not with the other. What of metadata
 * is ours goes from a tenant whether the file says so or not.
 */
export const onlySaid = ({ before, after }: ModelPair): readonly FieldChange[] =>
  after.resources.flatMap((resource) => {
    const existing = resourceIn(before, resource.kind, resource.name);
    if (existing === undefined) return [];
    const differing = new Set(diffFields(existing, resource).map(({ path }) => path));
    return fieldsOf(existing, resource).filter(
      (change) =>
        (change.before === undefined) !== (change.after === undefined) &&
        !differing.has(change.path) &&
        !/^(?:client_)?metadata$/.test(change.path),
    );
  });

/** A setting as the service reads it. */
const filledIn = (field: Field | undefined, resource: Resource, path: string): Field | undefined =>
  field === undefined || (field.kind === 'value' && field.value === null)
    ? serviceDefault(resource, path)
    : field;
