import { describe, expect, test } from 'vitest';
import { IMPACT_FLOWS } from '../../../scripts/plan/impact/login-cases.ts';
import { compareLogins } from '../../../scripts/plan/impact/compare-logins.ts';
import { impactTable } from '../../../scripts/plan/impact/impact-table.ts';
import { NOT_POSSIBLE } from '../../../scripts/plan/impact/login-result.ts';
import type { LoginResult } from '../../../scripts/plan/impact/login-result.ts';
import { USUAL_AGE } from '../../../scripts/plan/impact/record-age.ts';
import type { LoginPair } from '../../../scripts/plan/impact/simulate-logins.ts';

const CLAIM = 'ID token claim https://example.com/didit/verified';

const allowed = (facts: Readonly<Record<string, string>> = {}): LoginResult => ({
  outcome: 'allowed',
  code: undefined,
  facts: new Map(Object.entries(facts)),
  hosts: [],
});
const denied = (code: string): LoginResult => ({ outcome: 'denied', code, facts: new Map(), hosts: [] });

type Ends = readonly [before: LoginResult, after: LoginResult];

const SAME: Ends = [allowed(), allowed()];
const KEPT_OUT: Ends = [allowed(), denied('didit_age_under_18')];
const STALE: Ends = [allowed(), denied('didit_profile_stale')];
const LET_IN: Ends = [denied('didit_not_verified'), allowed()];
const CLAIM_ADDED: Ends = [allowed(), allowed({ [CLAIM]: 'true' })];

/** One person's logins at one application, by flow; `FLOW 30d` is the flow with a record older than 30 days. */
const logins = (
  endings: Readonly<Record<string, Ends>>,
  { person = 'minor', application = 'Shop', connection = 'didit' } = {},
): readonly LoginPair[] =>
  Object.entries(endings).map(([name, [before, after]]) => {
    const label = name.replace(/ 30d$/, '');
    const flow = IMPACT_FLOWS.find((known) => known.label === label);
    if (flow === undefined) throw new Error(`There is no flow "${label}".`);
    const age = label === name ? USUAL_AGE : { milliseconds: 30 * 86_400_000 + 1, olderThan: '30d' };
    return { connection, application, person, flow, age, before, after };
  });

describe('logins that change', () => {
  test('name people together whose logins change in the same way', () => {
    const changes = compareLogins([
      ...logins({ 'first login': KEPT_OUT }),
      ...logins({ 'first login': KEPT_OUT }, { person: 'renamed' }),
      ...logins({ 'first login': LET_IN }, { person: 'unverified' }),
    ]);
    expect(changes).toMatchObject([
      { people: ['minor', 'renamed'], flows: ['first login'] },
      { people: ['unverified'], flows: ['first login'] },
    ]);
  });

  test('are named with the connection where there are several, unless they change so through each', () => {
    const through = (connection: string, endings: Readonly<Record<string, Ends>>, person = 'minor') =>
      logins(endings, { connection, person });
    const changes = compareLogins([
      ...through('didit', { 'first login': KEPT_OUT, SSO: KEPT_OUT }),
      ...through('didit-b2b', { 'first login': SAME, SSO: SAME }),
      ...through('didit', { 'first login': LET_IN }, 'unverified'),
      ...through('didit-b2b', { 'first login': LET_IN }, 'unverified'),
      ...through('didit-b2b', { 'first login': KEPT_OUT }, 'renamed'),
    ]);
    expect(changes.map(({ people, through: of }) => [people, of])).toEqual([
      [['minor'], ['didit']],
      [['unverified'], undefined],
      [['renamed'], ['didit-b2b']],
    ]);
    const { rows } = impactTable(changes);
    expect(rows.map(({ people, cells }) => [people, cells.flat().map(({ text }) => text)])).toEqual([
      [['unverified'], ['denied (didit_not_verified) → allowed']],
      [['minor'], ['through didit: allowed → denied (didit_age_under_18)']],
      [['renamed'], ['through didit-b2b: allowed → denied (didit_age_under_18)']],
    ]);
  });

  test('do so of a claim that comes, whatever it says of each', () => {
    const changes = compareLogins([
      ...logins({ 'first login': CLAIM_ADDED }),
      ...logins({ 'first login': [allowed(), allowed({ [CLAIM]: 'false' })] }, { person: 'unverified' }),
    ]);
    expect(changes).toMatchObject([{ people: ['minor', 'unverified'], what: CLAIM, change: 'added' }]);
  });

  test('keep applications apart', () => {
    const changes = compareLogins([
      ...logins({ 'first login': KEPT_OUT }),
      ...logins({ 'first login': KEPT_OUT }, { application: 'Bank' }),
    ]);
    expect(changes.map(({ application }) => application)).toEqual(['Shop', 'Bank']);
  });
});

describe('a later login', () => {
  test('that changes as the first one does is not told again', () => {
    const changes = compareLogins(
      logins({ 'first login': KEPT_OUT, 'login again': KEPT_OUT, SSO: KEPT_OUT, 'SSO 30d': KEPT_OUT }),
    );
    expect(changes).toMatchObject([{ flows: ['first login'], unchangedIn: [] }]);
    expect(changes).toHaveLength(1);
  });

  test('that changes while the first does not is told by its flow, flows with the same change together', () => {
    const changes = compareLogins([
      ...logins({ 'first login': SAME, SSO: KEPT_OUT, silent: SAME, refresh: KEPT_OUT }),
      ...logins({ 'first login': SAME, SSO: KEPT_OUT, refresh: KEPT_OUT }, { person: 'renamed' }),
      ...logins({ 'first login': SAME, refresh: KEPT_OUT }, { person: 'adult' }),
    ]);
    expect(changes).toMatchObject([
      { people: ['minor', 'renamed'], flows: ['SSO', 'refresh'], recordOlderThan: null },
      { people: ['adult'], flows: ['refresh'] },
    ]);
  });

  test('that changes in another way than the first is told beside it, after all first ones', () => {
    const changes = compareLogins([
      ...logins({ 'first login': LET_IN, refresh: STALE }),
      ...logins({ 'first login': KEPT_OUT, refresh: KEPT_OUT }, { person: 'adult' }),
    ]);
    expect(changes.map(({ people, flows, after }) => [people, flows, after])).toEqual([
      [['minor'], ['first login'], 'allowed'],
      [['adult'], ['first login'], 'denied (didit_age_under_18)'],
      [['minor'], ['refresh'], 'denied (didit_profile_stale)'],
    ]);
  });

  test('is rated as a first one is', () => {
    const birthdate = allowed({ 'ID token claim https://example.com/didit/birthdate': '"…"' });
    const changes = compareLogins(
      logins({ 'first login': SAME, SSO: [allowed(), birthdate], 'another connection': LET_IN }),
    );
    expect(changes.map(({ flows, security }) => [flows, security.map(({ code }) => code)])).toEqual([
      [['SSO'], ['personal_data_in_token']],
      [['another connection'], ['rules_loosened']],
    ]);
  });
});

describe('a later login with an old record', () => {
  test('is told with its age', () => {
    const changes = compareLogins(
      logins({ 'first login': SAME, SSO: SAME, 'SSO 30d': STALE, refresh: SAME, 'refresh 30d': STALE }),
    );
    expect(changes).toMatchObject([{ flows: ['SSO', 'refresh'], recordOlderThan: '30d' }]);
    expect(changes).toHaveLength(1);
  });

  test('is not told where the same flow changes so with a young one', () => {
    const changes = compareLogins(
      logins({ 'first login': SAME, refresh: KEPT_OUT, 'refresh 30d': KEPT_OUT, 'SSO 30d': KEPT_OUT }),
    );
    expect(changes.map(({ flows, recordOlderThan }) => [flows, recordOlderThan])).toEqual([
      [['refresh'], null],
      [['SSO'], '30d'],
    ]);
  });
});

describe('a change of the first login that later ones do not share', () => {
  test('names the later ones that stay as they were, but for those through another connection', () => {
    const later = {
      'login again': SAME,
      SSO: SAME,
      silent: SAME,
      refresh: KEPT_OUT,
      'another connection': SAME,
    };
    expect(compareLogins(logins({ 'first login': KEPT_OUT, ...later }))).toMatchObject([
      { what: 'login', unchangedIn: ['login again', 'SSO', 'silent'] },
    ]);
  });

  test('names none that was another one before: the person has changed since', () => {
    const changes = compareLogins(logins({ 'first login': LET_IN, 'login again': SAME, SSO: LET_IN }));
    expect(changes).toMatchObject([{ what: 'login', unchangedIn: [] }]);
  });

  test('names none of those in which nobody gets a token, or the login changes, where it is about a claim', () => {
    const out = denied('didit_not_verified');
    expect(
      compareLogins(logins({ 'first login': CLAIM_ADDED, SSO: [out, out], silent: STALE, refresh: SAME })),
    ).toMatchObject([{ what: CLAIM, unchangedIn: ['refresh'] }, { flows: ['silent'] }]);
  });

  test('names none where it is about what is kept with the user: they write nothing there', () => {
    const written = allowed({ 'app_metadata.didit.verified': 'true' });
    expect(compareLogins(logins({ 'first login': [allowed(), written], SSO: SAME }))).toMatchObject([
      { what: 'app_metadata.didit.verified', unchangedIn: [] },
    ]);
  });

  test('names none where the application is new', () => {
    expect(compareLogins(logins({ 'first login': [NOT_POSSIBLE, allowed()] }))).toMatchObject([
      { before: 'not possible', unchangedIn: [] },
    ]);
  });
});
