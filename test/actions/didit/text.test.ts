import { describe, expect, test } from 'vitest';
import { readEmail, readHttpsUrl, readLine, readPhoneNumber } from '../../../actions/didit/text.ts';

describe('an e-mail address', () => {
  test.each([
    'a@b',
    'alejandro.rosas@example.com',
    "o'neil+tag@sub.example.com",
    'josé@example.com',
    `${'x'.repeat(242)}@example.com`,
  ])('is %s', (address) => {
    expect(readEmail(address)).toBe(address);
  });

  test.each([
    '<x>a@b.c',
    'a@b.c<x>',
    '"a"@b.c',
    'John <a@b.c>',
    'mailto: a@b.c',
    'a b@c.d',
    'a@b.c d',
    'a@b.c\n',
    '\na@b.c',
    'a@b.c\r\nbcc: x@y.z',
    'a@b@c',
    '@b.c',
    'a@',
    'a',
    '',
    'a\\@b.c',
    'a\u202E@b.c',
    'a\u200B@b.c',
    'jose\u0301@example.com',
    '\uD800@b.c',
    `${'x'.repeat(243)}@example.com`,
    7,
    null,
    ['a@b.c'],
  ])('is not %j', (value) => {
    expect(readEmail(value)).toBeUndefined();
  });
});

describe('a phone number', () => {
  test.each([
    ['+34123456789', '+34123456789'],
    ['+34 (123) 456-789', '+34123456789'],
    ['+34.123.456.789', '+34123456789'],
    ['+1 202-555-0123', '+12025550123'],
    ['+1 (202) 555 0123', '+12025550123'],
    ['+44 20 7946 0958', '+442079460958'],
    ['+7 495 000-00-00', '+74950000000'],
    ['+290 12345', '+29012345'],
    ['+1234567', '+1234567'],
    ['+34 123 456 789'.padEnd(32), '+34123456789'],
    ['+123456789012345', '+123456789012345'],
    // Countries whose numbers keep a zero after the code.
    ['+39 06 1234 5678', '+390612345678'],
    ['+225 01 23 45 67 89', '+2250123456789'],
    ['+229 01 23 45 67 89', '+2290123456789'],
    ['+241 06 12 34 56', '+24106123456'],
    ['+242 06 612 3456', '+242066123456'],
    ['+378 0549 123456', '+3780549123456'],
  ])('%s is %s', (value, number) => {
    expect(readPhoneNumber(value)).toBe(number);
  });

  test.each([
    '+44 (0)20 7946 0958',
    '+44 (0) 20 7946 0958',
    '+44(0)2079460958',
    '+44 020 7946 0958',
    '+4402079460958',
    '+49 (0)30 123456',
    '+49 (030) 123456',
    '+49 030 123456',
    '+33 01 23 45 67 89',
    '+34 0123456789',
    '+31 (0) 20 123 4567',
    '+43 (0)1 123456',
    '+353 (0)1 234 5678',
    '+971 (0)4 123 4567',
    '+7 0951234567',
    '+1 0202 555 0123',
    '+61 (0)2 1234 5678',
    '+852 01234567',
    '+51 0123456789',
    '+60 0312345678',
    '+90 02121234567',
    // It stands in parentheses: this one is not dialled from abroad, even where others are.
    '+39 (0)6 12345678',
  ])('with a trunk zero is none: %s', (value) => {
    expect(readPhoneNumber(value)).toBeUndefined();
  });

  test.each([
    'tel+34123456789',
    'tel:+34123456789',
    '+34123456789 ext. 5',
    '+34123456789x5',
    '+34123456789\n',
    '0034123456789',
    '34123456789',
    '++34123456789',
    '+3412+3456789',
    '+034123456789',
    '+123456',
    '+1234567890123456',
    '+34 123\t456 789',
    '+34 123 456 789'.padEnd(33),
    '+٣٤١٢٣٤٥٦٧٨٩',
    '+',
    '',
    34123456789,
    null,
    ['+34123456789'],
  ])('is not %j', (value) => {
    expect(readPhoneNumber(value)).toBeUndefined();
  });
});

describe('an https URL', () => {
  test.each([
    'https://example.com/p.png',
    'https://example.com:8443/a?b=c#d',
    `https://example.com/${'x'.repeat(2_028)}`,
  ])('is %s', (url) => {
    expect(readHttpsUrl(url)).toBe(url);
  });

  test.each([
    'http://example.com/p.png',
    'javascript:alert(1)',
    'data:image/png;base64,AA',
    'https://user:secret@example.com/',
    'https://user@example.com/',
    'https://:secret@example.com/',
    `https://example.com/${'x'.repeat(2_029)}`,
    `https://example.com/${'./'.repeat(1_020)}p.png`,
    `https://example.com/${'é'.repeat(1_000)}`,
    'example.com',
    '',
    5,
    null,
    ['https://example.com/p.png'],
  ])('is not %j', (value) => {
    expect(readHttpsUrl(value)).toBeUndefined();
  });
});

describe('a line of text', () => {
  test.each([
    ['  John \t Doe\n', 'John Doe'],
    ['Jose\u0301', 'José'],
    ['a\u202Eb', 'ab'],
    ['a\u200Bb', 'ab'],
    ['a\u061Cb', 'ab'],
    ['a\u2067b\u2069', 'ab'],
    ['a\uFEFFb', 'a b'],
    ['a\u{E0041}b', 'ab'],
    ['a\u0007b', 'ab'],
    ['می\u200Cخواهم', 'می\u200Cخواهم'],
  ])('%j is %j', (value, line) => {
    expect(readLine(value, 256)).toBe(line);
  });

  test.each(['', ' ', '\u202E', '\uD800', 'x\uDFFF', 'x'.repeat(1_025), 7, null, ['John']])(
    'is not %j',
    (value) => {
      expect(readLine(value, 2_000)).toBeUndefined();
    },
  );

  test('takes no more bytes than it may, as JSON', () => {
    expect(readLine('éé', 6)).toBe('éé');
    expect(readLine('ééx', 6)).toBeUndefined();
    expect(readLine('x'.repeat(1_024), 2_000)).toBe('x'.repeat(1_024));
  });
});
