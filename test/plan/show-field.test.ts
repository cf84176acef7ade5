import { expect, test } from 'vitest';
import type { Field } from '../../scripts/tenant-model/tenant-model.ts';
import { fieldDetails } from '../../scripts/plan/show-field.ts';

const policy = (text: string): Field => ({ kind: 'settings', key: 'didit_policy', text });

test('that another address of a list is the first is shown, where that counts', () => {
  const list = (...items: readonly [string, ...string[]]): Field => ({ kind: 'set', items, first: items[0] });
  expect(fieldDetails(list('a', 'b'), list('b', 'a'))).toEqual(['first: a → b']);
  expect(fieldDetails(list('a', 'b'), list('c', 'a'))).toEqual(['added c', 'removed b', 'first: a → c']);
  expect(fieldDetails(list('a', 'b'), { kind: 'set', items: [] })).toEqual(['removed a', 'removed b']);
});

test('a list that becomes none is shown as that word, and so is a limit', () => {
  expect(fieldDetails(policy('require=verified max_age=30d'), policy('require=none max_age=none'))).toEqual([
    'require: verified → none',
    'max_age: 30d → none',
  ]);
});
