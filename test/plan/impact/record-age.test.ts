import { describe, expect, test } from 'vitest';
import { IMPACT_FLOWS } from '../../../scripts/plan/impact/login-cases.ts';
import type { LoginSide } from '../../../scripts/plan/impact/login-side.ts';
import { recordAges } from '../../../scripts/plan/impact/record-age.ts';

const DAY_MILLISECONDS = 86_400_000;

const side = (application: string | undefined, connection = 'mode=enforce', sync = 'mode=on'): LoginSide => ({
  connection: 'didit',
  connectionMetadata: { didit_policy: connection, didit_sync: sync },
  profileScript: '',
  scopes: [],
  actions: [],
  applications:
    application === undefined
      ? []
      : [{ name: 'Shop', metadata: { didit_policy: application }, enabled: true }],
});

/** The ages of each flow that has more than the usual one. */
const olderThan = (...sides: readonly LoginSide[]): Readonly<Record<string, string | null | undefined>> =>
  Object.fromEntries(
    IMPACT_FLOWS.map((flow) => [flow.label, recordAges(flow, 'Shop', sides)] as const)
      .filter(([, ages]) => ages.length > 1)
      .map(([label, ages]) => [label, ages[1]?.olderThan]),
  );

/** What follows from a limit on the age of records: sessions and tokens, and a record that stands in for an answer. */
const LIMITED = (age: string) => ({
  SSO: age,
  silent: age,
  refresh: age,
  'token exchange': age,
  'login again, Management API down': age,
});

describe('the age of what is known about a returning person', () => {
  test('is an hour in every flow, and no other where no rule limits it but that a record stands in for 30 days', () => {
    const rules = side('require=verified');
    expect(olderThan(rules, rules)).toEqual({ 'login again, Management API down': '30d' });
    for (const flow of IMPACT_FLOWS) {
      const [usual] = recordAges(flow, 'Shop', [rules, rules]);
      expect(usual).toEqual({ milliseconds: 3_600_000, olderThan: null });
    }
  });

  test('is also above the time for which a record stands in, the lower of both sides', () => {
    const [week, usual] = [side('require=verified', 'mode=enforce', 'stand_in=7d'), side('require=verified')];
    expect(olderThan(usual, week)).toEqual({ 'login again, Management API down': '7d' });
    const off = side('require=verified', 'mode=enforce', 'mode=off');
    expect(olderThan(off, off)).toEqual({});
  });

  test('is also above the lower of two limits, and below the higher', () => {
    const sides = [side('max_age=30d'), side('max_age=7d')];
    expect(olderThan(...sides)).toEqual(LIMITED('7d'));
    const refresh = IMPACT_FLOWS.find(({ label }) => label === 'refresh');
    const [, old] = refresh === undefined ? [] : recordAges(refresh, 'Shop', sides);
    expect(old?.milliseconds).toBeGreaterThan(7 * DAY_MILLISECONDS);
    expect(old?.milliseconds).toBeLessThan(8 * DAY_MILLISECONDS);
  });

  test.each([
    ['comes', side('mode=enforce'), side('max_age=30d')],
    ['goes', side('max_age=30d'), side('mode=enforce')],
    ['stays: code may heed it no longer', side('max_age=30d'), side('max_age=30d')],
    ['stands at the connection', side('mode=enforce', 'max_age=30d'), side('mode=enforce', 'max_age=30d')],
    ['is one of an application that was not there', side(undefined), side('max_age=30d')],
  ])('is also above a limit that %s', (_, before, after) => {
    expect(olderThan(before, after)).toEqual(LIMITED('30d'));
  });

  test('counts for a login through another connection by the rules of the application alone', () => {
    const all = side('apply_to=all', 'max_age=7d');
    expect(olderThan(all, side('mode=enforce', 'max_age=7d'))).toEqual({
      ...LIMITED('7d'),
      'another connection with Didit linked': '30d',
    });
    const own = side('apply_to=all max_age=90d');
    expect(olderThan(own, own)).toEqual({
      ...LIMITED('90d'),
      'login again, Management API down': '30d',
      'another connection with Didit linked': '90d',
    });
  });
});
