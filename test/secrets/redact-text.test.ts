import { inspect } from 'node:util';
import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { secretSearch } from '../../scripts/secrets/hidden-in-text.ts';
import { redactorOf } from '../../scripts/secrets/redact-text.ts';
import { secretTexts } from '../../scripts/secrets/secret-texts.ts';

/** A text inside this many levels of JSON. */
const inJson = (text: string, levels: number): string =>
  levels === 0 ? text : inJson(JSON.stringify({ said: text }), levels - 1);

test('a secret is taken out of JSON inside JSON, whatever characters it has', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', minLength: 8, maxLength: 24 }),
      fc.integer({ min: 0, max: 4 }),
      (secret, levels) => {
        // Between letters that no secret here holds, what is left can be told from what was there.
        const redacted = redactorOf([secret])(inJson(`\u00abbefore\u00bb${secret}\u00abafter\u00bb`, levels));
        expect(redacted).toContain('\u00abbefore\u00bb[redacted]\u00abafter\u00bb');
      },
    ),
  );
});

test('a secret is taken out of a URL', () => {
  const secret = 'a secret/with=signs & a "quote"';
  expect(redactorOf([secret])(`https://example.com/?s=${encodeURIComponent(secret)}&t=1`)).toBe(
    'https://example.com/?s=[redacted]&t=1',
  );
});

const inHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const inAscii = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[^\0-~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** What other programs make of a text that they put into theirs. */
const WRITERS: readonly (readonly [string, (text: string) => string])[] = [
  ['JSON', (text) => JSON.stringify({ text })],
  ['JSON of ASCII alone', inAscii],
  ['a form', (text) => new URLSearchParams({ text }).toString()],
  ['an address', (text) => encodeURI(`https://a.example/?text=${text}`)],
  ['an address that was read', (text) => new URL(`https://a.example/?text=${text}`).href],
  [
    'an address of lower case',
    (text) => encodeURIComponent(text).replaceAll(/%../g, (byte) => byte.toLowerCase()),
  ],
  ['an address in an address', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['JSON in an address', (text) => encodeURIComponent(JSON.stringify({ text }))],
  ['HTML', (text) => inHtml(text)],
  [
    'HTML with names',
    (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
  ],
  ['what Node prints', (text) => inspect({ text })],
  ['built code', (text) => transformSync(`f(${JSON.stringify(text)})`, { charset: 'utf8' }).code],
  ['built code of ASCII alone', (text) => transformSync(`f(${JSON.stringify(text)})`).code],
  [
    'built code that is made short',
    (text) => transformSync(`f(${JSON.stringify(text)})`, { minify: true }).code,
  ],
  ['YAML', (text) => stringify({ deep: { text } })],
  ['hexadecimal digits', (text) => Buffer.from(text).toString('hex').toUpperCase()],
  ['base64', (text) => Buffer.from(`client:${text}`).toString('base64')],
  ['base64 in an address', (text) => encodeURIComponent(Buffer.from(`client:${text}`).toString('base64'))],
  [
    'a diff',
    (text) =>
      text
        .split('\n')
        .map((line) => `+${line}`)
        .join('\n'),
  ],
];

const KEY = `-----BEGIN KEY-----
${'MIIEvgIBADANBgkqhkiG9w0BAQEFAASC'.repeat(2)}
${'BKgwggSkAgEAAoIBAQC7VJTUt9Us8cKj'.repeat(2)}
-----END KEY-----`;

const SECRETS = [
  'a-plain-secret-1234',
  'blanks & \'signs\' "of" <all>/?=%+#',
  'back\\\\slash\\$(regex).*[a-z]+{2}|^',
  'of several lines\nas a service\r\nkeeps them: one',
  'ünïcödé-sécrét 😀',
  'tick`${x}`, and more of it',
  `${'long '.repeat(40)}line`,
  KEY,
];

test.each(WRITERS)('a secret is found in %s, and no half of it is left there', (_, write) => {
  for (const secret of SECRETS) {
    const text = `before ${write(secret)} after`;
    expect(secretSearch([secret])(text), secret).toBe(true);
    const redacted = redactorOf([secret])(text);
    expect(redacted, secret).toContain('[redacted]');
    for (const word of secret.match(/\w{5,}/g) ?? [])
      if (word !== 'BEGIN') expect(redacted, secret).not.toContain(word);
    expect(redactorOf([secret])(`before ${write('something else')} after`)).not.toContain('[redacted]');
  }
});

/** A text with what can be read from the digits and the base64 in it. */
const readable = (text: string): string =>
  [
    text,
    ...(text.match(/(?:[\dA-F]{2}){8,}/g) ?? []).map((digits) => Buffer.from(digits, 'hex').toString()),
    ...(text.match(/[\w+/-]{12,}/g) ?? []).map((encoded) => Buffer.from(encoded, 'base64').toString()),
  ].join('\n');

test.each(WRITERS)('nothing that tells a secret is left of one in %s that was cut', (_, write) => {
  for (const secret of SECRETS) {
    const written = write(secret);
    for (const part of [0.5, 0.75, 0.9, 0.95]) {
      const cut = `before ${written.slice(0, Math.floor(written.length * part))}…`;
      const redacted = readable(redactorOf([secret])(cut));
      for (const word of secret.match(/\w{8,}/g) ?? []) expect(redacted, cut).not.toContain(word.slice(0, 8));
    }
  }
});

test('of a text that was cut, other words than the beginning of a secret stay, and so does a text that was not', () => {
  const redact = redactorOf(['management-client-secret-0815']);
  for (const text of ['the management-client', 'the managem…', 'management-client is gone…', '…', ''])
    expect(redact(text)).toBe(text);
  expect(redact('the management-client…')).toBe('the [redacted]…');
});

test('of a secret of several lines, a line alone is taken out', () => {
  const [, line = ''] = KEY.split('\n');
  expect(redactorOf([KEY])(`@@ -1,3 +1,3 @@\n+${line}\n more`)).toBe('@@ -1,3 +1,3 @@\n+[redacted]\n more');
});

test('a text that nearly holds a secret again and again is looked through to its end', () => {
  for (const secret of ['\\'.repeat(20), ' '.repeat(20), '\n'.repeat(20), '\\n '.repeat(10)])
    for (const piece of ['\\', '\\n', ' ', '\n', '\n ', '%5C', '+'])
      expect(redactorOf([`${secret}x`])(piece.repeat(500))).not.toContain('[redacted]');
});

test('texts of a body that authenticate somebody are found by their names, the rest is left alone', () => {
  expect(
    secretTexts({
      name: 'didit',
      options: {
        client_secret: 'secret of the connection',
        tokenURL: 'https://example.com/token',
        customHeaders: { 'x-one': 'header' },
      },
      secrets: [{ name: 'KEY', value: 'secret of an Action' }],
    }).toSorted(),
  ).toEqual(['header', 'secret of an Action', 'secret of the connection']);
});

test.each([
  ['backslashes', '\\'.repeat(100_000)],
  ['a beginning and backslashes', `abc${'\\'.repeat(100_000)}`],
  ['ends of lines and blanks', '\n          '.repeat(10_000)],
  ['percent signs', '%25'.repeat(40_000)],
])('a text of %s alone is searched to its end, and stays as it is', (_, text) => {
  const secrets = [`"'<&>" x`, 'abc\\"defghij', '\n\n  a line\nand another one'];
  expect(redactorOf(secrets)(text)).toBe(text);
  expect(secretSearch(secrets)(text)).toBe(false);
});
