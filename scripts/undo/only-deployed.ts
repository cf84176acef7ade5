import { only, recordOf, textsOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { sameValue } from './operation.ts';
import type { Snapshot } from '../records/snapshot.ts';
import { thingsOf, touchedThings, withFields } from '../records/touched-things.ts';
import type { Thing } from '../records/touched-things.ts';
import { METADATA_FIELDS } from '../tenant-model/metadata.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/**
 * Whether a value is somebody else's, and not the one that the deploy left.
 *
 * @param thing As it is now.
 * @param path Such as `options.scope`.
 */
export type IsOfOthers = (thing: Thing, path: string, left: unknown, is: unknown) => boolean;

/**
 * What to go back to so that only what the deploy changed goes back: where it left something as it was, that stays as it is
 * now, whoever changed it since. Actions go back whole: one that a deploy touches runs another version after it.
 *
 * @param after What the deploy left. Same things as in `before`.
 * @param isOfOthers Values that stay although the deploy had changed the same. Default none.
 */
export function onlyDeployed(
  before: Snapshot,
  after: Snapshot,
  now: TenantState,
  isOfOthers: IsOfOthers = () => false,
): Snapshot {
  const [left, there] = [touchedThings(after), thingsOf(now)];
  return withFields(before, (was, index) => {
    const leftOne = left[index]?.before;
    const isOne = there.find(
      // An API goes by its identifier, also where somebody made it anew.
      ({ kind, name, id }) => kind === was.kind && (kind === 'API' ? name === was.name : id === leftOne?.id),
    );
    // What nobody knows more about goes back whole.
    if (leftOne === undefined || isOne === undefined) return was.fields;
    const keepsOthers: KeepsOthers = (path, ...values) =>
      isOfOthers({ ...isOne, name: was.name }, path, ...values);
    // Settings of others than the deploy's are not in a snapshot.
    return only(fieldsBack(was.fields, leftOne.fields, isOne.fields, keepsOthers), Object.keys(was.fields));
  });
}

/** Fields that hold others, which are told apart: different people write them. */
export const NESTED: readonly string[] = [...METADATA_FIELDS, 'options', 'options.scripts', 'connections'];

/** Lists whose items are told apart. */
const MEMBERS: readonly string[] = ['enabled_clients', 'scope'];

type KeepsOthers = (path: string, left: unknown, is: unknown) => boolean;

function fieldsBack(
  was: JsonRecord,
  left: JsonRecord,
  is: JsonRecord,
  keepsOthers: KeepsOthers,
  above = '',
): JsonRecord {
  const names = new Set([...Object.keys(was), ...Object.keys(left), ...Object.keys(is)]);
  return Object.fromEntries(
    [...names]
      .map((name): [string, unknown] => {
        const path = `${above}${name}`;
        // No record holds a secret: a setting that was not set, and that the deploy left so that it is not there to see, is one.
        const leftSecret = above === '' && name in was && !(name in left);
        if (sameValue(was[name], left[name]) && !leftSecret) return [name, is[name]];
        if (MEMBERS.includes(path)) {
          return [name, membersBack(textsOf(was[name]), textsOf(left[name]), textsOf(is[name]))];
        }
        if (NESTED.includes(path)) {
          const [then, leftOnes, now] = [recordOf(was[name]), recordOf(left[name]), recordOf(is[name])];
          return [name, fieldsBack(then, leftOnes, now, keepsOthers, `${path}.`)];
        }
        const stays = !sameValue(was[name], is[name]) && keepsOthers(path, left[name], is[name]);
        return [name, stays ? is[name] : was[name]];
      })
      .filter(([, value]) => value !== undefined),
  );
}

function membersBack(
  was: readonly string[],
  left: readonly string[],
  is: readonly string[],
): readonly string[] {
  const members = new Set([...was, ...is]);
  return [...members].filter((member) =>
    (was.includes(member) === left.includes(member) ? is : was).includes(member),
  );
}
