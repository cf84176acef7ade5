import { isDeepStrictEqual } from 'node:util';
import { sameSettings } from '../../settings/setting-values.ts';
import type { Field } from '../tenant-model.ts';

/**
 * Whether two settings mean the same to the service: absent, `null` and an empty list do; so do lists in another order, unless
 * another text is the first and that counts, or the whole order does.
 */
export function equalFields(before: Field | undefined, after: Field | undefined): boolean {
  if (isNothing(before) || isNothing(after)) return isNothing(before) && isNothing(after);
  switch (before.kind) {
    case 'value':
      return after.kind === 'value' && before.value === after.value;
    case 'set':
      if (after.kind !== 'set' || before.first !== after.first) return false;
      return before.ordered === true
        ? isDeepStrictEqual(before.items, after.items)
        : sorted(before.items) === sorted(after.items);
    case 'code':
      return after.kind === 'code' && before.text === after.text;
    case 'settings':
      return (
        after.kind === 'settings' &&
        before.key === after.key &&
        sameSettings(after.key, before.text, after.text)
      );
    case 'secret':
      // One that cannot be read cannot be compared: that it is set on both sides is all there is to know.
      return (
        after.kind === 'secret' &&
        (before.mark === undefined || after.mark === undefined || before.mark === after.mark)
      );
  }
}

const isNothing = (field: Field | undefined): field is undefined =>
  field === undefined ||
  (field.kind === 'value' && (field.value === null || field.value === '')) ||
  (field.kind === 'set' && field.items.length === 0) ||
  (field.kind === 'settings' && field.text.trim() === '');

const sorted = (items: readonly string[]): string => JSON.stringify([...new Set(items)].sort());
