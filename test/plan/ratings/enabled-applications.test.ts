import { expect, test } from 'vitest';
import { diffModels } from '../../../scripts/tenant-model/diff/diff-models.ts';
import { rateChange } from '../../../scripts/plan/ratings/rate-change.ts';
import { sample } from '../sample.ts';
import type { Edit } from '../sample.ts';

const KEY = '    enabled_clients:\n      - Didit Sample Application\n      - Didit Step-up\n';

/** The codes of what changes about the applications of the connection. */
const codes = (edit: Edit): readonly string[] => {
  const pair = { before: sample().model, after: sample(edit).model };
  return diffModels(pair)
    .filter(({ path }) => path === 'enabled_clients')
    .flatMap((change) => rateChange(change, pair))
    .map(({ code }) => code);
};

test('an application that is no longer named among others is disabled', () => {
  expect(codes([KEY, '    enabled_clients:\n      - Didit Actions\n'])).toEqual([
    'application_enabled',
    'application_disabled',
    'application_disabled',
  ]);
});

test('without the list, which a tenant then keeps, none is', () => {
  expect(codes([KEY, ''])).toEqual([]);
});
