import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyCharacter } from '../any-text.ts';
import { block, joined, json, safe, safeText, styled } from '../../scripts/base/safe-text.ts';

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

test.each([
  ['a Cyrillic letter in a host', 'https://\u0430uth.didit.me/token', 'https://\\u0430uth.didit.me/token'],
  ['a host of Cyrillic letters alone', 'https://\u0430\u0440.com', 'https://\\u0430\\u0440.com'],
  ['a letter with a mark in a host', 'https://did\u00eft.me', 'https://did\\u00eft.me'],
  ['what looks like a slash', 'https://didit.me\u2044evil.example/', 'https://didit.me\\u2044evil.example/'],
  ['what is read as a dot', 'https://didit.me\u3002evil.example/', 'https://didit.me\\u3002evil.example/'],
  ['a picture in a host', 'custom://\u{1f600}', 'custom://\\ud83d\\ude00'],
  ['a Cyrillic letter in a name', 'Didit S\u0430mple', 'Didit S\\u0430mple'],
  ['a Greek letter in a host without a scheme', '\u03bfkta.example.com', '\\u03bfkta.example.com'],
] as const)('%s is shown by its escape, since it looks like another', (_, text, shown) => {
  expect(safeText(text)).toBe(shown);
  expect(JSON.parse(json(text).text)).toBe(text);
});

test('words of one script stay as they are, beside those of others and beside addresses', () => {
  const text =
    'Войти с Didit, Ελληνικά, Հայերեն: https://example.com/a → https://example.com/b («сайт») https://example.com/abc…';
  expect(safeText(text)).toBe(text);
});

const unit = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.integer({ min: 0xe0000, max: 0xe0fff }).map(codePoint),
  fc.constantFrom('\n', '\t', '\r', '\u0085', '\u2028', '\ud800', '\u180e', '\u0301', '::', '##[', ' '),
);
const hostile = fc.array(unit, { maxLength: 30 }).map((units) => units.join(''));

test('a value is on one line, and holds nothing that is not seen', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = safe`before ${text} after`.text;
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u);
      expect(shown).toMatch(/^before .* after$/su);
      expect(shown).not.toMatch(/\p{M}{6}/u);
      expect(shown).not.toContain('##[');
      expect(safe`${text}`.text).not.toMatch(/^\s*::/);
    }),
  );
});

test('data is told from any other by its JSON, which is safe to look at', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = json({ [text]: [text] }).text;
      expect(JSON.parse(shown)).toEqual({ [text]: [text] });
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u);
    }),
  );
});

test('lines of somebody else stand further in, each of them, and are no orders to a runner', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      for (const line of block(`a${text}`, '  | ').text.split('\n')) {
        expect(line).toMatch(/^ {2}\| /);
        expect(line).not.toMatch(/(?!\t)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u);
      }
      expect(block(text, '').text).not.toMatch(/^\s*::/m);
    }),
  );
});

test('of a value of ten thousand characters the start and the end are shown, and what follows it', () => {
  const shown = safe`${`begin${'x'.repeat(10_000)}end`} → ${'evil'}`.text;
  expect(shown).toMatch(/^beginx+… \(8208 more characters\) …x+end → evil$/);
  expect(shown.length).toBeLessThan(2_000);
});

test('blanks do not push what follows into a line of its own', () => {
  expect(safe`${`a${' '.repeat(80)}ok  types`}`.text).toBe('a (80 blanks) ok  types');
  expect(safe`${'a          b'}`.text).toBe('a          b');
});

test('what is safe stays as it is inside other text, in a colour too', () => {
  const inner = styled('red', safe`${'a\nb'}`);
  expect(safe`(${inner})`.text).toBe('(\u001b[31ma\\nb\u001b[39m)');
  expect(joined([safe`a`, safe`b`], ', ').text).toBe('a, b');
});

test('nothing else passes for safe text', () => {
  const forged = { text: '\u001b[2K', toString: () => '\u001b[2K' };
  // @ts-expect-error it only looks like it
  const shown = safe`${forged}`.text;
  expect(shown).toBe('\\u001b[2K');
});
