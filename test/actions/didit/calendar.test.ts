import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasReachedAge, readDate, readTimestamp, toTimestamp } from '../../../actions/didit/calendar.ts';

const at = (instant: string): number => Date.parse(instant);

describe('a birth date', () => {
  test.each(['1990-05-15', '2000-02-29', '1900-01-01', '2199-12-31'])('%s is read', (date) => {
    expect(readDate(date)).toBe(date);
  });

  test.each([
    '2023-02-29',
    '2023-02-30',
    '1900-02-29',
    '2023-13-01',
    '2023-00-10',
    '2023-04-31',
    '0000-00-00',
    '1899-12-31',
    '9999-12-31',
    '90-05-15',
    '1990-5-15',
    '1990-05-15T00:00:00Z',
    ' 1990-05-15',
    '1990-05-15\n',
    19900515,
    null,
    { date: '1990-05-15' },
  ])('%j is none', (value) => {
    expect(readDate(value)).toBeUndefined();
  });
});

describe('an age is reached', () => {
  test('once the birthday has begun in every time zone, not before', () => {
    expect(hasReachedAge('2008-06-01', 18, at('2026-06-01T11:59:59Z'))).toBe(false);
    expect(hasReachedAge('2008-06-01', 18, at('2026-06-01T12:00:00Z'))).toBe(true);
  });

  test('on 1 March by who was born on 29 February, unless the year has that day', () => {
    expect(hasReachedAge('2008-02-29', 18, at('2026-02-28T23:00:00Z'))).toBe(false);
    expect(hasReachedAge('2008-02-29', 18, at('2026-03-01T12:00:00Z'))).toBe(true);
    expect(hasReachedAge('2004-02-29', 20, at('2024-02-29T12:00:00Z'))).toBe(true);
  });

  test('at the same moment in whatever time zone the process runs', () => {
    const before = process.env['TZ'];
    try {
      const answers = ['UTC', 'Pacific/Kiritimati', 'Etc/GMT+12', 'America/New_York'].map((zone) => {
        process.env['TZ'] = zone;
        return [at('2026-06-01T11:59:59Z'), at('2026-06-01T12:00:00Z')].map((now) =>
          hasReachedAge('2008-06-01', 18, now),
        );
      });
      expect(answers).toEqual(Array.from({ length: 4 }, () => [false, true]));
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  test('for good: nobody grows younger', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1901-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        fc.integer({ min: 0, max: 1_000_000_000 }),
        (birth, now, later) => {
          const birthdate = birth.toISOString().slice(0, 10);
          fc.pre(hasReachedAge(birthdate, 18, now));
          expect(hasReachedAge(birthdate, 18, now + later)).toBe(true);
          expect(hasReachedAge(birthdate, 17, now)).toBe(true);
        },
      ),
    );
  });
});

describe('a timestamp', () => {
  test('that was written is read again, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        expect(readTimestamp(toTimestamp(seconds * 1_000 + 999))).toBe(seconds * 1_000);
      }),
    );
  });

  test.each([
    '2026-13-01T00:00:00Z',
    '+012026-01-01T00:00:00Z',
    '2026-01-01',
    '2026-01-01T00:00:00',
    'yesterday',
    0,
    null,
    ['2026-01-01T00:00:00Z'],
  ])('is not %j', (value) => {
    expect(readTimestamp(value)).toBeUndefined();
  });
});
