import { describe, expect, test } from 'vitest';
import { ORDINARY_FLOWS } from '../../../scripts/simulation/outcomes/flows.ts';
import type { LoginSide } from '../../../scripts/plan/impact/login-side.ts';
import { recordAges } from '../../../scripts/plan/impact/record-age.ts';

const DAY_MILLISECONDS = 86_400_000;

const side = (application: string | undefined, connection = 'mode=enforce'): LoginSide => ({
  connection: 'didit',
  connectionMetadata: { didit_policy: connection },
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
    ORDINARY_FLOWS.map((flow) => [flow.label, recordAges(flow, 'Shop', sides)] as const)
      .filter(([, ages]) => ages.length > 1)
      .map(([label, ages]) => [label, ages[1]?.olderThan]),
  );

const SESSIONS = (age: string) => ({ SSO: age, silent: age, refresh: age });

describe('the age of what is known about a returning person', () => {
  test('is an hour in every flow where no rule limits it', () => {
    const rules = side('require=verified');
    expect(olderThan(rules, rules)).toEqual({});
    for (const flow of ORDINARY_FLOWS) {
      expect(recordAges(flow, 'Shop', [rules, rules])).toEqual([
        { milliseconds: 3_600_000, olderThan: null },
      ]);
    }
  });

  test('is also above the lower of two limits, and below the higher', () => {
    const sides = [side('max_age=30d'), side('max_age=7d')];
    expect(olderThan(...sides)).toEqual(SESSIONS('7d'));
    const refresh = ORDINARY_FLOWS.find(({ label }) => label === 'refresh');
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
    expect(olderThan(before, after)).toEqual(SESSIONS('30d'));
  });

  test('counts for a login through another connection by the rules of the application alone', () => {
    const all = side('apply_to=all', 'max_age=7d');
    expect(olderThan(all, side('mode=enforce', 'max_age=7d'))).toEqual({
      ...SESSIONS('7d'),
      'another connection with Didit linked': '30d',
    });
    const own = side('apply_to=all max_age=90d');
    expect(olderThan(own, own)).toEqual({
      ...SESSIONS('90d'),
      'another connection with Didit linked': '90d',
    });
  });
});
