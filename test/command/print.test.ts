import { stripVTControlCharacters, styleText } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wrapped } from '../../scripts/command/print.ts';

describe('a line that is longer than the terminal is wide', () => {
  test('is broken between words, and goes on with an indent', () => {
    expect(
      wrapped('  secrets Action didit-step-up: AUTH0_DOMAIN, DIDIT_CONNECTION: sent, it is new', 40),
    ).toBe('  secrets Action didit-step-up:\n    AUTH0_DOMAIN, DIDIT_CONNECTION:\n    sent, it is new');
  });

  test.each([
    ['a command', '  npm run deploy -- --yes --allow rules_loosened endpoint_host action_code'],
    ['a line of JSON', '    "https://example.com/didit/name": "one two three four five six seven"'],
    ['a line of a table', 'adult              signs in                  didit_not_verified'],
    ['a line of code that changed', '      +  const text = one + two + three + four + five + six;'],
  ])('stays whole where it is %s', (_what, line) => {
    expect(wrapped(line, 40)).toBe(line);
  });

  test('is broken before an address, and not in it', () => {
    const address = 'https://localhost:4000/console/open/a-long-secret';
    expect(wrapped(`Open this address in a browser: ${address}`, 40)).toBe(
      `Open this address in a browser:\n  ${address}`,
    );
  });

  test('is broken around what stands between backticks, and not in it', () => {
    expect(wrapped('  how to solve it: Fix it; `npm run check` shows more of the errors.', 40)).toBe(
      '  how to solve it: Fix it;\n    `npm run check` shows more of the\n    errors.',
    );
    const long =
      'Write `scope: openid user_id names email phone is_verified` in the options of the connection.';
    expect(wrapped(long, 40)).toBe(long);
  });

  test('is broken between the items of a list without blanks where there is no other way', () => {
    expect(wrapped('  fields=verified,age_over_18,age_over_21,email_verified mode=on', 40)).toBe(
      '  fields=verified,age_over_18,\n    age_over_21,email_verified mode=on',
    );
  });

  test('is broken where it is a change of a plan, which begins like one of code', () => {
    expect(wrapped('  + connection didit · metadata.didit_policy: mode=report', 40)).toBe(
      '  + connection didit ·\n    metadata.didit_policy: mode=report',
    );
  });

  test.each([
    [
      'a command and what it does',
      '  npm run tenant     keeps it running, for your own application or SDK',
      44,
      '  npm run tenant     keeps it running, for\n                     your own application or\n                     SDK',
    ],
    [
      'a code and its meaning',
      '! action_code  Other code runs at logins: it sees who signs in.',
      44,
      '! action_code  Other code runs at logins: it\n               sees who signs in.',
    ],
  ])('goes on in the second of two columns: %s', (_what, line, columns, expected) => {
    expect(wrapped(line, columns)).toBe(expected);
    const [, left = '', right = ''] = /^(.*\S)( {2}.*)$/.exec(line) ?? [];
    const red = wrapped(`${styleText('red', left, { validateStream: false })}${right}`, columns);
    expect(stripVTControlCharacters(red)).toBe(expected);
  });

  test.each([
    ['whose second column is a command', '  next      npm run deploy -- --yes --allow rules_loosened'],
    [
      'whose first column takes most of the line',
      '  a first column of many words that goes on  and a second',
    ],
  ])('is not put into columns %s', (_what, line) => {
    expect(
      wrapped(line, 40)
        .split('\n')
        .slice(1)
        .every((more) => /^ {4}\S/.test(more)),
    ).toBe(true);
  });

  test('keeps its words and their colours, and no line is too long that has more than one word', () => {
    // A line with a command in it stays whole.
    const word = fc.stringMatching(/^[a-z]{1,12}$/).filter((each) => !['npm', 'npx', 'curl'].includes(each));
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 40, max: 140 }),
        fc.nat(6),
        (words, columns, blanks) => {
          const plain = `${' '.repeat(blanks)}${words.join(' ')}`;
          const lines = wrapped(plain, columns).split('\n');
          expect(lines.join(' ').split(/ +/).filter(Boolean)).toEqual(words);
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
          const red = wrapped(styleText('red', plain, { validateStream: false }), columns);
          expect(stripVTControlCharacters(red)).toBe(lines.join('\n'));
        },
      ),
      { numRuns: 60 },
    );
  });
});
