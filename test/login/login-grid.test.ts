import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gridAsJson, gridAsText } from '../../scripts/login/login-grid.ts';

const people = [
  { name: 'adult', description: '', outcomes: ['signs in', 'signs in'] },
  { name: 'unverified', description: '', outcomes: ['didit_not_verified', 'signs in'] },
];

describe('who gets in where, as a table', () => {
  test('has a row for each person and a column for each application', () => {
    expect(gridAsText({ applications: ['Shop', 'Forum'], people }, 80).text).toBe(
      [
        '            Shop                Forum',
        'adult       signs in            signs in',
        'unverified  didit_not_verified  signs in',
      ].join('\n'),
    );
  });

  test('is several tables where it does not fit, and loses nothing', () => {
    const word = fc.stringMatching(/^[a-z_]{1,30}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 6 }),
        fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
        word,
        fc.integer({ min: 70, max: 140 }),
        (applications, names, outcome, columns) => {
          const grid = {
            applications,
            people: names.map((name) => ({
              name,
              description: '',
              outcomes: applications.map(() => outcome),
            })),
          };
          const { text } = gridAsText(grid, columns);
          for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
          const heads = text.split('\n\n').map((table) => table.split('\n')[0] ?? '');
          expect(heads.join(' ').trim().split(/\s+/)).toEqual(applications);
        },
      ),
    );
  });

  test('shows no control characters of a name', () => {
    expect(gridAsText({ applications: ['Sh\u001b[31mop', 'Forum'], people }, 80).text).not.toContain(
      '\u001b[31m',
    );
  });

  test('is one object for programs', () => {
    expect(gridAsJson({ applications: ['Shop', 'Forum'], people })).toEqual({
      people: [
        { name: 'adult', outcomes: { Shop: 'signs in', Forum: 'signs in' } },
        { name: 'unverified', outcomes: { Shop: 'didit_not_verified', Forum: 'signs in' } },
      ],
    });
  });
});
