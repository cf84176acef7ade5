import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LoginChange } from '../../../scripts/plan/impact/compare-logins.ts';
import { impactLines, impactTable } from '../../../scripts/plan/impact/impact-table.ts';

const login = (given: Partial<LoginChange>): LoginChange => ({
  application: 'Shop',
  people: ['minor'],
  flows: ['first login'],
  recordOlderThan: null,
  what: 'login',
  change: 'changed',
  before: 'allowed',
  after: 'denied (didit_age_under_18)',
  unchangedIn: [],
  security: [],
  ...given,
});

const kept = (name: string, given: Partial<LoginChange> = {}): LoginChange =>
  login({
    ...{ what: `app_metadata.didit.${name}`, change: 'added', before: null, after: null },
    ...given,
  });

describe('the table of logins', () => {
  test('has applications with the same changes in one column, and people in one row', () => {
    const changes = ['Shop', 'Desk', 'Admin'].flatMap((application) => [
      login({ application, people: ['minor', 'renamed'] }),
      ...(application === 'Admin' ? [login({ application, people: ['adult'] })] : []),
    ]);
    const out = [{ text: 'allowed → denied (didit_age_under_18)', isMarked: false }];
    expect(impactTable(changes)).toEqual({
      applications: [['Shop', 'Desk'], ['Admin']],
      rows: [
        { people: ['minor', 'renamed'], cells: [out, out] },
        { people: ['adult'], cells: [[], out] },
      ],
    });
  });

  test('has those first who get in and did not', () => {
    const getsIn = login({
      people: ['unverified'],
      before: 'denied (didit_not_verified)',
      after: 'allowed',
      security: [{ code: 'rules_loosened', because: '' }],
    });
    expect(impactTable([login({}), getsIn]).rows.map(({ people }) => people)).toEqual([
      ['unverified'],
      ['minor'],
    ]);
  });

  test('says of a login that was not possible nothing but how it ends', () => {
    const [row] = impactTable([login({ before: 'not possible', after: 'allowed' })]).rows;
    expect(row?.cells).toEqual([[{ text: 'new: allowed', isMarked: false }]]);
  });

  test('loses nobody and invents nobody', () => {
    const some = (names: readonly string[]) => fc.subarray([...names], { minLength: 1 });
    const change = fc
      .record({
        application: fc.constantFrom('A', 'B', 'C'),
        people: some(['adult', 'minor', 'renamed']),
        after: fc.constantFrom('allowed', 'denied (x)', 'failed'),
        flows: some(['first login', 'SSO', 'refresh']),
      })
      .map((given) => login({ ...given, before: 'before' }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
        const { applications, rows } = impactTable(changes);
        const told = rows.flatMap(({ people, cells }) =>
          cells.flatMap((cell, column) =>
            cell.flatMap(({ text }) =>
              people.flatMap((person) =>
                (applications[column] ?? []).map(
                  (application) => `${person} ${application} ${text.split(' → ')[1] ?? ''}`,
                ),
              ),
            ),
          ),
        );
        const true_ = changes.flatMap(({ people, application, after }) =>
          people.map((person) => `${person} ${application} ${after ?? ''}`),
        );
        expect(told.sort()).toEqual(true_.sort());
      }),
    );
  });
});

describe('what else changes', () => {
  test('is on one line where it is the same at several applications', () => {
    const claim = { what: 'ID token claim x', change: 'added', before: null, after: null } as const;
    expect(impactLines([login(claim), login({ ...claim, application: 'Desk' })])).toEqual([
      { people: ['minor'], applications: ['Shop', 'Desk'], text: 'ID token claim x added', isMarked: false },
    ]);
  });

  test('is, of a whole record, that it is kept', () => {
    const names = ['schema_version', 'subject', 'verified', 'synced_at'];
    const lines = impactLines([
      ...names.map((name) => kept(name)),
      kept('age_over_18', { people: ['adult'] }),
    ]);
    expect(lines.map(({ people, text }) => [people, text])).toEqual([
      [['minor'], 'a record is kept'],
      [['adult'], 'the record gets age_over_18'],
    ]);
    const gone = impactLines(names.map((name) => kept(name, { change: 'removed' })));
    expect(gone.map(({ text }) => text)).toEqual(['no record is kept any more']);
  });

  test('is, of a part of records, what comes and goes, and marked where somebody must see it', () => {
    const security = [{ code: 'personal_data_kept', because: 'birth_date' }] as const;
    const [line, ...more] = impactLines([
      kept('phone_verified', { change: 'removed' }),
      kept('birth_date', { security }),
      kept('email_verified', { change: 'removed', people: ['adult'] }),
    ]);
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      people: ['minor', 'adult'],
      text: 'the record gets birth_date, and loses phone_verified, email_verified',
      isMarked: true,
    });
  });
});
