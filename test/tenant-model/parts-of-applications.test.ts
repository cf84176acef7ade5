import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { rateSetting } from '../../scripts/plan/ratings/rate-setting.ts';
import { fieldDetails } from '../../scripts/plan/show-field.ts';
import { diffFields } from '../../scripts/tenant-model/diff/diff-models.ts';
import { resourceFields } from '../../scripts/tenant-model/resource-fields.ts';
import { sameToTheService } from '../../scripts/tenant-model/same-meaning.ts';
import type { Resource } from '../../scripts/tenant-model/tenant-model.ts';

const shop = (settings: Readonly<Record<string, unknown>>): Resource => ({
  kind: 'application',
  name: 'Shop',
  fields: resourceFields('application', settings),
});

/** Each change with what a reviewer is told of it. */
const changes = (before: object, after: object): readonly string[] =>
  diffFields(shop({ ...before }), shop({ ...after })).map((change) =>
    [
      ...[change.path, ...fieldDetails(change.before, change.after)],
      ...rateSetting(shop({ ...after }), change.path ?? '', change).map(({ code }) => code),
    ].join(' · '),
  );

const JUDGED = 'setting_not_judged';
const PROBES = (...nameIdentifierProbes: readonly string[]) => ({
  addons: { samlp: { nameIdentifierProbes } },
});

describe('a part of an application that says something by being there', () => {
  test.each<[string, object, object, readonly string[]]>([
    ['comes', {}, { addons: { wsfed: {} } }, [`addons.wsfed · ${JUDGED}`]],
    [
      'comes beside another',
      { addons: { samlp: {} } },
      { addons: { samlp: {}, wsfed: {} } },
      [`addons.wsfed · ${JUDGED}`],
    ],
    ['goes', { addons: { wsfed: {} } }, { addons: { wsfed: null } }, [`addons.wsfed · ${JUDGED}`]],
    [
      'comes with nothing but what is empty',
      {},
      { addons: { samlp: { audience: null } } },
      [`addons.samlp · ${JUDGED}`],
    ],
    [
      'is a way to authenticate that nobody can use so far',
      {},
      { client_authentication_methods: { private_key_jwt: { credentials: [] } } },
      ['client_authentication_methods.private_key_jwt · client_authentication'],
    ],
    ['stays', { addons: { wsfed: {} } }, { addons: { wsfed: {} } }, []],
    ['is not there', { addons: {} }, { addons: null }, []],
    [
      'gets a setting',
      { addons: { samlp: {} } },
      { addons: { samlp: { audience: 'a' } } },
      [`addons.samlp.audience · ${JUDGED}`],
    ],
    [
      'loses its only setting',
      { addons: { samlp: { audience: 'a' } } },
      { addons: { samlp: {} } },
      [`addons.samlp.audience · ${JUDGED}`],
    ],
  ])('is shown and rated where it %s', (_, before, after, expected) => {
    expect(changes(before, after)).toEqual(expected);
  });

  test('is another thing to whoever puts back or exports than one that is not there', () => {
    const same = (wanted: unknown, existing: unknown): boolean =>
      sameToTheService({ kind: 'application', name: 'Shop' }, 'addons', wanted, existing);
    expect(same({ wsfed: {} }, {})).toBe(false);
    expect(same({ wsfed: null }, { wsfed: {} })).toBe(false);
    expect(same({ wsfed: {} }, { wsfed: {} })).toBe(true);
    expect(
      same({ samlp: { nameIdentifierProbes: ['a', 'b'] } }, { samlp: { nameIdentifierProbes: ['b', 'a'] } }),
    ).toBe(false);
  });
});

describe('a list of an add-on', () => {
  test('is shown and rated where its order is another: the first that fits says who a person is', () => {
    expect(changes(PROBES('a', 'b', 'c'), PROBES('a', 'c', 'b'))).toEqual([
      `addons.samlp.nameIdentifierProbes · order: a, b, c → a, c, b · ${JUDGED}`,
    ]);
    expect(changes(PROBES('a', 'b'), PROBES('a', 'b'))).toEqual([]);
    expect(changes({ grant_types: ['a', 'b'] }, { grant_types: ['b', 'a'] })).toEqual([]);
  });
});

test('an object with numbers for names is not the list that it looks like', () => {
  const mappings = (value: unknown) => ({ addons: { samlp: { mappings: value } } });
  expect(changes(mappings([{ a: 'x' }]), mappings({ 0: { a: 'x' } }))).not.toEqual([]);
});

test('whatever an add-on holds, another JSON of it is a change, unless only what is empty differs', () => {
  const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('x', 'y', 1, 2, true),
      fc.array(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', '0', '1'), tie('value'), {
        minKeys: 1,
        maxKeys: 2,
        noNullPrototype: true,
      }),
    ),
  }));
  const part = fc.dictionary(fc.constantFrom('a', 'b', '0'), anyValue, { maxKeys: 2, noNullPrototype: true });
  const addons = fc.dictionary(fc.constantFrom('samlp', 'wsfed'), part, {
    minKeys: 1,
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(addons, addons, (one, other) => {
      expect(changes({ addons: one }, { addons: other }).length === 0).toBe(isDeepStrictEqual(one, other));
    }),
    { numRuns: 500 },
  );
});
