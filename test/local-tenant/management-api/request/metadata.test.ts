import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeMetadata } from '../../../../scripts/local-tenant/management-api/request/metadata.ts';
import type { Json, JsonObject } from '../../../../scripts/base/json-values.ts';

const NAMES = ['a', 'b', 'c', 'constructor', '__proto__'];
const key = fc.constantFrom(...NAMES);
const value = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.constantFrom<Json>(true, { inner: [1, { deep: 'x' }] }, []),
);
const metadata: fc.Arbitrary<JsonObject> = fc.dictionary(key, value);
const change: fc.Arbitrary<JsonObject> = fc.dictionary(key, fc.oneof(value, fc.constant(null)), {
  minKeys: 1,
});
const own = (object: JsonObject, name: string): Json =>
  Object.hasOwn(object, name) ? (object[name] ?? null) : null;

test('a merge sets the keys that were sent, takes away those sent as null, and leaves the rest', () => {
  fc.assert(
    fc.property(metadata, change, (current, sent) => {
      const merged = mergeMetadata(current, sent);
      for (const name of NAMES) {
        expect(own(merged, name)).toEqual(own(Object.hasOwn(sent, name) ? sent : current, name));
      }
    }),
  );
});

test('merging the same change twice is merging it once', () => {
  fc.assert(
    fc.property(metadata, change, (current, sent) => {
      const once = mergeMetadata(current, sent);
      expect(mergeMetadata(once, sent)).toEqual(once);
    }),
  );
});

test('a value is replaced whole, not merged into', () => {
  expect(mergeMetadata({ a: { x: 1, y: 2 } }, { a: { x: 3 } })).toEqual({ a: { x: 3 } });
});

test('an empty object takes everything away', () => {
  expect(mergeMetadata({ a: 1, b: 2 }, {})).toEqual({});
});
