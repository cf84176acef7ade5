import { isDeepStrictEqual } from 'node:util';
import { settingValues } from '../settings/setting-values.ts';
import type { Field } from '../tenant-model/tenant-model.ts';
import type { ShownValue } from './plan.ts';

/** A setting as a plan shows it: of a secret only that it is set, and where it comes from; of code nothing. */
export function shownValue(field: Field | undefined): ShownValue {
  switch (field?.kind) {
    case undefined:
    case 'code':
      return null;
    case 'value':
      return field.value;
    case 'set':
      return field.items;
    case 'settings':
      return field.text;
    case 'secret':
      return field.from === undefined ? '(set, not shown)' : `(set from ${field.from}, not shown)`;
  }
}

/** What comes and goes inside a setting, in words; empty where the two values say it all. */
export function fieldDetails(before: Field | undefined, after: Field | undefined): readonly string[] {
  const isList = (field: Field | undefined): boolean => field === undefined || field.kind === 'set';
  if ((before?.kind === 'set' || after?.kind === 'set') && isList(before) && isList(after)) {
    const [old, now] = [new Set(itemsOf(before)), new Set(itemsOf(after))];
    return [
      ...[...now].filter((item) => !old.has(item)).map((item) => `added ${item}`),
      ...[...old].filter((item) => !now.has(item)).map((item) => `removed ${item}`),
      ...firstDetails(before, after),
      ...orderDetails(before, after),
    ];
  }
  if (before?.kind === 'settings' && after?.kind === 'settings') {
    const [old, now] = [settingValues(before.key, before.text), settingValues(after.key, after.text)];
    if (old === undefined || now === undefined) return [];
    return [...new Set([...now.keys(), ...old.keys()])]
      .filter((name) => old.get(name) !== now.get(name))
      .map((name) => `${name}: ${old.get(name) ?? 'not set'} → ${now.get(name) ?? 'not set'}`);
  }
  if (before?.kind === 'secret' && after?.kind === 'secret') return ['another value'];
  return [];
}

function firstDetails(before: Field | undefined, after: Field | undefined): readonly string[] {
  if (before?.kind !== 'set' || after?.kind !== 'set') return [];
  const [was, is] = [before.first, after.first];
  return was === undefined || is === undefined || was === is ? [] : [`first: ${was} → ${is}`];
}

/** Where nothing comes and nothing goes. */
function orderDetails(before: Field | undefined, after: Field | undefined): readonly string[] {
  const [old, now] = [itemsOf(before), itemsOf(after)];
  const isSameSet = isDeepStrictEqual(old.toSorted(), now.toSorted());
  return isSameSet && after?.kind === 'set' && after.ordered === true
    ? [`order: ${old.join(', ')} → ${now.join(', ')}`]
    : [];
}

const itemsOf = (field: Field | undefined): readonly string[] => (field?.kind === 'set' ? field.items : []);
