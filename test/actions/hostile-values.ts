import fc from 'fast-check';
import { anyCharacter, anyWebUrl } from '../any-text.ts';

/** What may stand where a text is expected: directions turned, halves of characters, megabytes, markup, nothing. */
export const HOSTILE_TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u202Eb',
  '\uD800',
  'x\uDFFF',
  '🧑\u200D🚀',
  '__proto__',
  'constructor',
  '2023-02-30',
  '0000-00-00',
  '9999-99-99',
  'javascript:alert(1)',
  'https://user:secret@example.com/',
  'M'.repeat(1_000_000),
  '\n'.repeat(5_000),
] as const;

const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: anyCharacter }),
  fc.string(),
);

/** Any JSON value, own `__proto__` keys and hostile texts included. */
export const anyJson = fc.oneof(
  hostileText,
  fc.jsonValue({ maxDepth: 6 }).map((value): unknown => value),
  fc.constant(JSON.parse('{"__proto__": {"is_verified": true}, "constructor": 1}')),
  fc.constant(nested(2_000)),
);

function nested(depth: number): unknown {
  let value: unknown = 'end';
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
}

const maybe = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: anyJson }, fc.constant(undefined));

const flag = maybe(fc.boolean());

/** Userinfo answers that are nearly right, so that tests get past the first check, with anything in any place. */
export const anyUserinfo = fc.record({
  sub: maybe(fc.uuid()),
  user_id: maybe(fc.uuid()),
  picture: maybe(anyWebUrl),
  names: maybe(
    fc.record({
      first_name: maybe(fc.string()),
      family_name: maybe(fc.string()),
      full_name: maybe(fc.string({ unit: 'grapheme' })),
      is_verified: flag,
    }),
  ),
  email: maybe(fc.record({ email: maybe(fc.emailAddress()), is_verified: flag, is_primary: flag })),
  phone: maybe(fc.record({ phone_number: maybe(fc.constant('+34123456789')), is_verified: flag })),
  birthdate: maybe(
    fc.oneof(
      fc.constant('1990-05-15'),
      fc.record({ any: maybe(fc.constant('2010-01-01')), is_verified: flag }),
    ),
  ),
  gender: maybe(fc.record({ value: hostileText })),
  document_detail: anyJson,
  is_verified: flag,
  is_over_18: flag,
  is_over_21: flag,
});
