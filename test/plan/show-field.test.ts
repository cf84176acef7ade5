import { expect, test } from 'vitest';
import type { Field } from '../../scripts/tenant-model/tenant-model.ts';
import { fieldDetails } from '../../scripts/plan/show-field.ts';

const policy = (text: string): Field => ({ kind: 'settings', key: 'didit_policy', text });

test('a list that becomes none is shown as that word, and so is a limit', () => {
  expect(fieldDetails(policy('require=verified max_age=30d'), policy('require=none max_age=none'))).toEqual([
    'require: verified → none',
    'max_age: 30d → none',
  ]);
});
