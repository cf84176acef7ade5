import { isOnlyThere } from '../flatten.ts';
import { serviceDefault } from '../service-defaults.ts';
import { mentions, resourceIn } from '../tenant-model.ts';
import type { Field, Resource } from '../tenant-model.ts';
import type { FieldChange, ModelPair } from './change.ts';
import { equalFields } from './equal-fields.ts';

/** Every setting of every resource that differs in meaning, in the order in which the resources come. The flow is not among it. */
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

/** Every setting of one resource that differs in meaning. */
export function diffFields(before: Resource, after: Resource): readonly FieldChange[] {
  const paths = new Set([...after.fields.keys(), ...before.fields.keys()]);
  return (
    [...paths]
      .map((path) => ({
        kind: after.kind,
        name: after.name,
        path,
        before: before.fields.get(path),
        after: after.fields.get(path),
      }))
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

/** A setting as the service reads it. */
const filledIn = (field: Field | undefined, resource: Resource, path: string): Field | undefined =>
  field === undefined || (field.kind === 'value' && field.value === null)
    ? serviceDefault(resource, path)
    : field;
