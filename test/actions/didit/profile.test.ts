import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIELD_NAMES } from '../../../actions/didit/fields.ts';
import { jsonBytes, parseJson } from '../../../actions/didit/json.ts';
import { readProfile } from '../../../actions/didit/profile.ts';
import type { DiditProfile } from '../../../actions/didit/profile.ts';
import { readSnapshot, writeSnapshot } from '../../../actions/didit/snapshot.ts';
import { anyJson, anyUserinfo } from '../hostile-values.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');

/** The answer that Didit documents. @see https://docs.didit.me */
const documented = {
  sub: 'user-unique-identifier',
  email: { email: 'alejandro.rosas@example.com', is_verified: true, is_primary: true },
  phone: { phone_number: '+34123456789', is_verified: true, is_primary: true },
  picture: 'https://example.com/picture.png',
  names: { first_name: 'John', family_name: 'Doe', full_name: 'John Doe', is_verified: true },
};

function profileOf(userinfo: unknown): DiditProfile {
  const profile = readProfile(userinfo, NOW);
  if (profile === undefined) throw new Error('There is no subject.');
  return profile;
}

const fieldsWith = (values: object): DiditProfile['fields'] =>
  profileOf({ sub: 'someone', ...values }).fields;

test("the answer of Didit's documentation is read in full", () => {
  expect(profileOf({ ...documented, is_verified: true, is_over_18: true })).toEqual({
    subject: 'user-unique-identifier',
    picture: 'https://example.com/picture.png',
    fields: {
      verified: true,
      age_over_18: true,
      email_verified: true,
      phone_verified: true,
      names_verified: true,
      name: 'John Doe',
      given_name: 'John',
      family_name: 'Doe',
      email: 'alejandro.rosas@example.com',
      phone_number: '+34123456789',
    },
    dropped: 0,
  });
});

describe('the subject', () => {
  test('is sub, else user_id', () => {
    expect(readProfile({ sub: 'one', user_id: 'two' }, NOW)?.subject).toBe('one');
    expect(readProfile({ user_id: 'two' }, NOW)?.subject).toBe('two');
    expect(readProfile({ sub: '', user_id: 'two' }, NOW)?.subject).toBe('two');
  });

  test.each([
    {},
    null,
    'sub',
    [{ sub: 'one' }],
    { sub: 12 },
    { sub: '' },
    { sub: 'with space' },
    { sub: 'a\u202Eb' },
    { sub: 'x'.repeat(129) },
    { sub: { id: 'one' } },
    parseJson('{"__proto__": {"sub": "one"}}'),
  ])('is missing in %j, and so is the profile', (userinfo) => {
    expect(readProfile(userinfo, NOW)).toBeUndefined();
  });
});

describe('a bad value', () => {
  test.each([
    { email: { email: 'no address', is_verified: true } },
    { email: { email: 'a\u202E@example.com', is_verified: true } },
    { email: { email: `${'x'.repeat(250)}@example.com`, is_verified: true } },
    { phone: { phone_number: '0034123456789', is_verified: true } },
    { phone: { phone_number: 34123456789, is_verified: true } },
    { names: { first_name: '\uD800', is_verified: true } },
    { names: { first_name: 'x'.repeat(1_000_000), is_verified: true } },
    { names: { first_name: ['John'], is_verified: true } },
  ])('and the statement about it are dropped and counted: %j', (values) => {
    const profile = profileOf({ sub: 'someone', ...values });
    expect(profile.fields).toEqual({});
    expect(profile.dropped).toBe(2);
  });

  test.each(['names', 'email', 'phone'])(
    'is a statement about a value that is not there, and is no knowledge: %s',
    (group) => {
      for (const is_verified of [true, false])
        expect(profileOf({ sub: 'someone', [group]: { is_verified } })).toMatchObject({
          fields: {},
          dropped: 1,
        });
    },
  );

  test('never takes a good one with it', () => {
    const profile = profileOf({ ...documented, email: { email: 7 }, is_verified: 'yes', is_over_18: true });
    expect(profile.fields).toMatchObject({
      age_over_18: true,
      name: 'John Doe',
      phone_number: '+34123456789',
    });
    expect(profile.fields).not.toHaveProperty('verified');
    expect(profile.fields).not.toHaveProperty('email');
    expect(profile.dropped).toBe(2);
  });

  test('of a whole group is counted once', () => {
    expect(profileOf({ sub: 'someone', names: 'John Doe', email: [1], phone: 3 }).dropped).toBe(3);
  });

  test('may be null: that is nothing at all', () => {
    expect(profileOf({ sub: 'someone', names: null, email: { email: null }, is_verified: null })).toEqual({
      subject: 'someone',
      picture: undefined,
      fields: {},
      dropped: 0,
    });
  });

  test.each([
    `https://example.com/${'é'.repeat(1_000)}`,
    'http://example.com/p.png',
    'https://user:secret@example.com/',
    'data:image/png;base64,AA',
    5,
  ])('is the picture %j', (picture) => {
    expect(profileOf({ sub: 'someone', picture })).toMatchObject({ picture: undefined, dropped: 1 });
  });
});

describe('a name', () => {
  const TOO_LONG = 'x'.repeat(1_000);

  test('is cleaned of what nobody sees, composed, and its spaces are single', () => {
    expect(fieldsWith({ names: { full_name: ' Jo\u202Ese\u0301 \u0007  Do\u200Be\n' } })).toEqual({
      name: 'José Doe',
    });
  });

  test('keeps the joiners that its script needs', () => {
    expect(fieldsWith({ names: { full_name: 'می\u200Cخواهم' } }).name).toBe('می\u200Cخواهم');
  });

  test.each<[string, object, object]>([
    [
      'put together where the full name is missing',
      { first_name: 'John', family_name: 'Doe', is_verified: true },
      { name: 'John Doe', given_name: 'John', family_name: 'Doe', names_verified: true },
    ],
    [
      'the first name alone of a person who has no other',
      { first_name: 'Sukarno', family_name: null, is_verified: true },
      { name: 'Sukarno', given_name: 'Sukarno', names_verified: true },
    ],
    ['the family name alone', { family_name: 'Doe' }, { name: 'Doe', family_name: 'Doe' }],
    ['the full name alone', { full_name: 'John Doe' }, { name: 'John Doe' }],
    [
      'not put together from what is left of one with a part that does not fit, and not verified',
      { first_name: 'John', family_name: TOO_LONG, is_verified: true },
      { given_name: 'John' },
    ],
    [
      'not put together from the family name alone, where the first name does not fit',
      { first_name: ['John'], family_name: 'Doe', is_verified: true },
      { family_name: 'Doe' },
    ],
    [
      'the full name that Didit says, and not verified, where a part of it does not fit',
      { first_name: 'John', family_name: TOO_LONG, full_name: 'John Doe', is_verified: true },
      { given_name: 'John', name: 'John Doe' },
    ],
    [
      'not put together, and not verified, where the full name does not fit',
      { first_name: 'John', family_name: 'Doe', full_name: TOO_LONG, is_verified: true },
      { given_name: 'John', family_name: 'Doe' },
    ],
    [
      'not said to be unverified either, where a part does not fit',
      { first_name: 'John', family_name: TOO_LONG, is_verified: false },
      { given_name: 'John' },
    ],
    [
      'not put together where both parts fit and their sum does not',
      { first_name: 'é'.repeat(79), family_name: 'é'.repeat(79) },
      { given_name: 'é'.repeat(79), family_name: 'é'.repeat(79) },
    ],
  ])('is %s', (_, names, fields) => {
    expect(fieldsWith({ names })).toEqual(fields);
  });

  test.each(['first_name', 'family_name'])('fits with 160 bytes as JSON, and not with more: %s', (part) => {
    const name = part === 'first_name' ? 'given_name' : 'family_name';
    const read = (text: string) => fieldsWith({ names: { [part]: text } });
    expect(read('é'.repeat(79))).toMatchObject({ [name]: 'é'.repeat(79) });
    expect(read('é'.repeat(79) + 'x')).toEqual({});
    expect(read('"'.repeat(80))).toEqual({});
  });
});

test('a person with one name, whose other name Didit sends empty, keeps it, and that it is verified', () => {
  expect(
    readProfile({ sub: 'someone', names: { first_name: 'Mono', family_name: '', is_verified: true } }, NOW)
      ?.fields,
  ).toEqual({ names_verified: true, name: 'Mono', given_name: 'Mono' });
});

describe('what Didit does not document', () => {
  const undocumented = {
    sub: 'someone',
    gender: { value: 'F' },
    address: { formatted: '1 Example Street\nExampletown' },
    document_detail: { number: 'X1' },
  };

  test('stays out', () => {
    expect(profileOf(undocumented).fields).toEqual({});
  });

  test('comes in along the path that a setting names', () => {
    const paths = new Map([
      ['gender', ['gender', 'value']],
      ['address', ['address', 'formatted']],
      ['birthdate', ['document_detail', 'missing', 'deeper']],
    ] as const);
    expect(readProfile(undocumented, NOW, paths)?.fields).toEqual({
      gender: 'F',
      address: '1 Example Street Exampletown',
    });
  });

  test.each<[string, readonly string[]]>([
    ['a method', ['gender', 'constructor', 'name']],
    ['a prototype', ['__proto__', 'gender']],
    ['what is inherited', ['inherited', 'value']],
    ['a character of a text', ['gender', 'value', '0']],
    ['the length of a text', ['gender', 'value', 'length']],
    ['an item of a list', ['list', '0']],
  ])('cannot come from %s', (_, path) => {
    const userinfo: unknown = Object.assign(Object.create({ inherited: { value: 'F' } }) as object, {
      ...undocumented,
      list: ['F'],
    });
    expect(readProfile(userinfo, NOW, new Map([['gender', path]]))?.fields).toEqual({});
  });
});

describe('whatever Didit sends', () => {
  const anyAnswer = fc.oneof(anyUserinfo, anyJson, fc.anything());

  test('reading it never throws, and gives only known fields of bounded size', () => {
    fc.assert(
      fc.property(anyAnswer, (userinfo) => {
        const profile = readProfile(userinfo, NOW);
        if (profile === undefined) return;
        expect(FIELD_NAMES).toEqual(expect.arrayContaining(Object.keys(profile.fields)));
        expect(jsonBytes(profile.fields)).toBeLessThan(2_048);
        expect(profile.dropped).toBeGreaterThanOrEqual(0);
        expect(JSON.stringify(profile.fields)).not.toMatch(/[\u202A-\u202E\u2066-\u2069]|\\u00[01]/);
      }),
      { numRuns: 500 },
    );
  });

  test.each(['subject', 'fetched_at'])('a snapshot without its %s is none', (name) => {
    const snapshot = { subject: 'someone', verified: true, fetched_at: '2026-06-15T12:00:00Z' };
    expect(readSnapshot(snapshot)).toEqual({
      subject: 'someone',
      fields: { verified: true },
      fetchedAt: NOW,
    });
    expect(readSnapshot({ ...snapshot, [name]: undefined })).toBeUndefined();
  });

  test('a snapshot of it reads back the same, and holds nothing that is not on the list', () => {
    fc.assert(
      fc.property(anyUserinfo, fc.subarray([...FIELD_NAMES]), (userinfo, allowed) => {
        const profile = readProfile(userinfo, NOW);
        if (profile === undefined) return;
        const written = writeSnapshot(profile, allowed, NOW);
        const names = Object.keys(written);
        expect(['subject', 'fetched_at', 'dropped', ...allowed]).toEqual(expect.arrayContaining(names));
        const read = readSnapshot(parseJson(JSON.stringify(written)));
        expect(read).toMatchObject({ subject: profile.subject, fetchedAt: NOW });
        expect(allowed.map((name) => read?.fields[name])).toEqual(
          allowed.map((name) => profile.fields[name]),
        );
      }),
    );
  });
});
