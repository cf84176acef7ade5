import fc from 'fast-check';
import { expect, test } from 'vitest';
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
