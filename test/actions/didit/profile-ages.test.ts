import { describe, expect, test } from 'vitest';
import { readProfile } from '../../../actions/didit/profile.ts';
import type { DiditProfile } from '../../../actions/didit/profile.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');

function profileOf(userinfo: unknown): DiditProfile {
  const profile = readProfile(userinfo, NOW);
  if (profile === undefined) throw new Error('There is no subject.');
  return profile;
}

const fieldsWith = (values: object): DiditProfile['fields'] =>
  profileOf({ sub: 'someone', ...values }).fields;

describe('a birth date', () => {
  const TODAY = '2026-06-15';

  test('is understood where it stands as YYYY-MM-DD', () => {
    expect(fieldsWith({ birthdate: '1990-05-15' })).toEqual({
      birthdate: '1990-05-15',
      age_over_18: true,
      age_over_21: true,
    });
  });

  test.each([
    { birthdate: '1990-05-15' },
    { date: '1990-05-15', is_verified: true },
    { value: '1990-05-15' },
    { one: '1990-05-15', other: '1991-05-15' },
    ['1990-05-15'],
    '15/05/1990',
    '1990-05-15T00:00:00Z',
    '1990-02-30',
    '2026-06-17',
    643_000_000,
    { nested: { date: '1990-05-15' } },
  ])('is not known from %j, and no age either', (birthdate) => {
    const profile = profileOf({ sub: 'someone', birthdate });
    expect(profile.fields).toEqual({});
    expect(profile.dropped).toBe(1);
  });

  test('comes from an object only where a setting names the place', () => {
    const userinfo = { sub: 'someone', birthdate: { date: '1990-05-15' } };
    const paths = new Map([['birthdate', ['birthdate', 'date']]] as const);
    expect(readProfile(userinfo, NOW, paths)?.fields).toEqual({
      birthdate: '1990-05-15',
      age_over_18: true,
      age_over_21: true,
    });
  });

  test.each([
    ['2008-06-14', { age_over_18: true, age_over_21: false }],
    // The birthday has just begun everywhere: at noon UTC it is midnight in the last time zone.
    ['2008-06-15', { age_over_18: true, age_over_21: false }],
    ['2008-06-16', { age_over_18: false, age_over_21: false }],
    ['2005-06-14', { age_over_18: true, age_over_21: true }],
    ['2005-06-15', { age_over_18: true, age_over_21: true }],
    ['2005-06-16', { age_over_18: true, age_over_21: false }],
    ['2009-06-15', { age_over_18: false, age_over_21: false }],
    [TODAY, { age_over_18: false, age_over_21: false }],
    // At noon UTC it is two o'clock of the next day where the day begins first.
    ['2026-06-16', { age_over_18: false, age_over_21: false }],
  ])('%s gives the ages %j', (birthdate, ages) => {
    expect(fieldsWith({ birthdate })).toEqual({ birthdate, ...ages });
  });

  test("a second before noon UTC, today's birthday has not begun everywhere", () => {
    const ages = (birthdate: string) => readProfile({ sub: 'someone', birthdate }, NOW - 1)?.fields;
    expect(ages('2008-06-15')).toEqual({ birthdate: '2008-06-15', age_over_18: false, age_over_21: false });
    expect(ages('2005-06-15')).toEqual({ birthdate: '2005-06-15', age_over_18: true, age_over_21: false });
  });
});

describe("Didit's own answer about an age counts", () => {
  const OLD = { birthdate: '1990-05-15' };
  const YOUNG = { birthdate: '2015-05-15' };

  test.each<[string, object, object]>([
    ['over 18, without a birth date', { is_over_18: true }, { age_over_18: true }],
    ['under 18, without a birth date', { is_over_18: false }, { age_over_18: false }],
    ['over 21, without a birth date', { is_over_21: true }, { age_over_21: true }],
    ['under 21, without a birth date', { is_over_21: false }, { age_over_21: false }],
    ['both', { is_over_18: true, is_over_21: false }, { age_over_18: true, age_over_21: false }],
    [
      'under 21, against the birth date',
      { ...OLD, is_over_21: false },
      { ...OLD, age_over_18: true, age_over_21: false },
    ],
    [
      'under 18 and under 21, against the birth date',
      { ...OLD, is_over_18: false, is_over_21: false },
      { ...OLD, age_over_18: false, age_over_21: false },
    ],
    [
      'over 18, against the birth date',
      { ...YOUNG, is_over_18: true },
      { ...YOUNG, age_over_18: true, age_over_21: false },
    ],
    [
      'under 18, against the birth date, which then does not make the person over 21',
      { ...OLD, is_over_18: false },
      { ...OLD, age_over_18: false },
    ],
    [
      'over 21, against the birth date, which then does not make the person under 18',
      { ...YOUNG, is_over_21: true },
      { ...YOUNG, age_over_21: true },
    ],
    ['neither, where it is a text', { is_over_18: 'true', is_over_21: 1 }, {}],
  ])('%s', (_, userinfo, fields) => {
    expect(fieldsWith(userinfo)).toEqual(fields);
  });

  test('not where it contradicts itself', () => {
    const profile = profileOf({ sub: 'someone', is_over_18: false, is_over_21: true });
    expect(profile.fields).toEqual({});
    expect(profile.dropped).toBe(2);
  });
});
