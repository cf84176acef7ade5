import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeLine, safeText } from '../../scripts/base/safe-text.ts';

const codePoint = (value: number): string => String.fromCodePoint(value);

test.each([
  0x1b, 0x9b, 0xad, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180e, 0x200b, 0x200d, 0x2028, 0x202e, 0x2066, 0x2800,
  0x3164, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xe0001, 0xe0041, 0xe0100, 0x1d173,
])('the character %i is shown by its escape', (value) => {
  const shown = safeText(`a${codePoint(value)}b`);
  expect(shown).toMatch(/^a(?:\\u[0-9a-f]{4}){1,2}b$/);
  expect(JSON.parse(`"${shown}"`)).toBe(`a${codePoint(value)}b`);
});

test('letters, digits, signs and pictures of any script stay as they are', () => {
  const text = 'Zürich, 東京, القاهرة, हिन्दी, ไทย: 1 € → «ok» 😀\n\tand a second line';
  expect(safeText(text)).toBe(text);
});

test('a text is on one line, holds nothing that is not seen, and can be told from any other by its JSON', () => {
  const unit = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.integer({ min: 0xe0000, max: 0xe0fff }).map(codePoint),
    fc.constantFrom('\n', '\t', '\u2028', '\ud800', '\u180e'),
  );
  fc.assert(
    fc.property(fc.array(unit), (units) => {
      const text = units.join('');
      expect(safeLine(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u);
      expect(JSON.parse(safeText(JSON.stringify(text)))).toBe(text);
    }),
  );
});
