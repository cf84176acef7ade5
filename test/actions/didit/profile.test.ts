import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FIELD_NAMES } from '../../../actions/didit/fields.ts';
import { jsonBytes, parseJson } from '../../../actions/didit/json.ts';
import { readProfile } from '../../../actions/didit/profile.ts';
import type { DiditProfile } from '../../../actions/didit/profile.ts';
import { readSnapshot, writeSnapshot } from '../../../actions/didit/snapshot.ts';
import { anyJson, anyUserinfo } from '../hostile-values.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');

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

const fixture = new URL('../../../../shared/fixtures/didit/userinfo.json', import.meta.url);

test.skipIf(!existsSync(fixture))(
  'the recorded answer of the documentation is the one that is tested here',
  () => {
    expect(parseJson(readFileSync(fixture, 'utf8'))).toEqual(documented);
  },
);

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
  test('is cleaned of what nobody sees, composed, and its spaces are single', () => {
    expect(fieldsWith({ names: { full_name: ' Jo\u202Ese\u0301 \u0007  Do\u200Be\n' } }).name).toBe(
      'José Doe',
    );
  });

  test('keeps the joiners that its script needs', () => {
    expect(fieldsWith({ names: { full_name: 'می\u200Cخواهم' } }).name).toBe('می\u200Cخواهم');
  });

  test('is put together where full_name is missing', () => {
    expect(fieldsWith({ names: { first_name: 'John', family_name: 'Doe' } }).name).toBe('John Doe');
    expect(fieldsWith({ names: { family_name: 'Doe' } }).name).toBe('Doe');
  });
});

test('a phone number is written as E.164', () => {
  expect(fieldsWith({ phone: { phone_number: '+34 (123) 456-789' } }).phone_number).toBe('+34123456789');
});

describe('the birth date', () => {
  test.each(['1990-05-15', { birthdate: '1990-05-15' }, { date: '1990-05-15', is_verified: true }])(
    'is understood as %j',
    (birthdate) => {
      expect(fieldsWith({ birthdate }).birthdate).toBe('1990-05-15');
    },
  );

  test.each([
    { one: '1990-05-15', other: '1991-05-15' },
    '15/05/1990',
    '1990-02-30',
    '2026-06-17',
    { nested: { date: '1990-05-15' } },
  ])('is not known from %j', (birthdate) => {
    const profile = profileOf({ sub: 'someone', birthdate });
    expect(profile.fields).toEqual({});
    expect(profile.dropped).toBe(1);
  });

  test("gives the ages that Didit's own answers leave open", () => {
    expect(fieldsWith({ birthdate: '2006-06-15' })).toMatchObject({ age_over_18: true, age_over_21: false });
    expect(fieldsWith({ birthdate: '2006-06-15', is_over_18: false, is_over_21: false })).toMatchObject({
      age_over_18: false,
    });
  });
});

test('an age that contradicts itself is not known', () => {
  const profile = profileOf({ sub: 'someone', is_over_18: false, is_over_21: true });
  expect(profile.fields).toEqual({});
  expect(profile.dropped).toBe(2);
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

  test('cannot come from a prototype', () => {
    const paths = new Map([['gender', ['gender', 'constructor', 'name']]] as const);
    expect(readProfile(undocumented, NOW, paths)?.fields).toEqual({});
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
