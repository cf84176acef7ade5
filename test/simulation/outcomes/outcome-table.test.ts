// @module-tag long
import { beforeAll, describe, expect, test } from 'vitest';
import { DENIALS } from '../../../actions/didit/policy-codes.ts';
import { stepUpDenials } from '../../../actions/didit/step-up.ts';
import { buildBundles } from '../../../scripts/bundle/build-bundles.ts';
import { parseJsonObject } from '../../../scripts/base/json-values.ts';
import { outcomesDocument } from '../../../scripts/generate/outcomes-document.ts';
import { loadEveryPersona } from '../../../scripts/local-tenant/runtime.ts';
import { OUTCOME_APPLICATIONS } from '../../../scripts/simulation/outcomes/applications.ts';
import { OUTCOME_FLOWS } from '../../../scripts/simulation/outcomes/flows.ts';
import type { OutcomeRow } from '../../../scripts/simulation/outcomes/outcome-table.ts';
import { outcomeSource, runOutcomes } from '../../../scripts/simulation/outcomes/outcome-table.ts';
import { readTenantConfig } from '../../../scripts/tenant-config/read-tenant-config.ts';

let rows: readonly OutcomeRow[];

beforeAll(async () => {
  const read = readTenantConfig();
  rows = await runOutcomes(read.config, await buildBundles(read));
});

test.each([
  ['another display name', true, { display_name: 'Other' }, {}],
  ['other applications', true, { enabled_clients: [] }, {}],
  ['another token endpoint', true, {}, { tokenURL: 'https://other.example/' }],
  ['another name', false, { name: 'other' }, {}],
  ['other settings', false, { metadata: { didit_policy: 'require=none' } }, {}],
  ['other scopes', false, {}, { scope: 'openid' }],
])('what logins see is told by what they use: %s (the same: %s)', (_, isSame, change, changedOptions) => {
  const { config } = readTenantConfig();
  const connections = config.connections.map((connection) => ({
    ...connection,
    ...change,
    options: { ...connection.options, ...changedOptions },
  }));
  const [before, after] = [config, { connections }].map((one) => JSON.stringify(outcomeSource(one)));
  expect(before === after).toBe(isSame);
});

/** Every text and number that says something of a persona, at any depth. */
function personalValues(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.length > 3 ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(personalValues) : [];
}

/** Two applications that differ in nothing but that. */
const STEPPING_UP = 'verified people, whatever the login, who may step up';
const NOT_STEPPING_UP = 'verified people, whatever the login';

/** What keeps a person out whom signing in with Didit may get in. */
const CURABLE: readonly string[] = ['didit_not_verified', 'didit_connection_required'];

/** Flows in which nobody is asked, and nothing is shown but the record. */
const UNASKED: readonly string[] = ['silent', 'refresh', 'token exchange'];

const hasWritten = ({ written }: OutcomeRow['outcome']): boolean =>
  [written.app_metadata, written.user_metadata].some((metadata) => Object.keys(metadata).length > 0);

/** What people see of a login: how it ended, and its claims. */
const ending = ({ outcome: { result, denial, idToken, accessToken } }: OutcomeRow): unknown => ({
  result,
  denial,
  idToken,
  accessToken,
});

/** Endings by application and person. */
const endingsIn = (flow: string): ReadonlyMap<string, unknown> =>
  new Map(
    rows
      .filter((row) => row.flow === flow)
      .map((row) => [`${row.persona} at ${row.application}`, ending(row)]),
  );

/** `source` in the log of the Action that decides: the rules, or the step-up where that ends the run before them. */
function sourceIn({ outcome }: OutcomeRow): unknown {
  const logs = outcome.logs.map((line) => parseJsonObject(line) ?? {});
  const of = (action: string) => logs.find((log) => log['action'] === action);
  return (of('didit-access-policy') ?? of('didit-step-up'))?.['source'];
}

/** Whether a login has been sent to Didit by our Action, once, and stands still until the person is back. */
const isSentToDidit = ({ application, flow, outcome: { result, redirects, denial, trace } }: OutcomeRow) => {
  const [to, ...more] = redirects.map((address) => new URL(address));
  return (
    result === 'redirected' &&
    application === STEPPING_UP &&
    !UNASKED.includes(flow) &&
    more.length === 0 &&
    to?.href.startsWith('https://tenant.example.com/authorize?') === true &&
    to.searchParams.get('connection') === 'didit' &&
    denial === undefined &&
    trace.at(-1)?.action === 'didit-step-up'
  );
};

const at = (application: string, flows: readonly string[], personas: readonly string[]): OutcomeRow[] =>
  rows.filter(
    (row) => row.application === application && flows.includes(row.flow) && personas.includes(row.persona),
  );

const codes = (found: readonly OutcomeRow[]): readonly unknown[] => [
  ...new Set(found.map(({ outcome }) => outcome.denial?.code ?? outcome.result)),
];

describe('every person at every application in every flow', () => {
  test('is let in, denied with a code that is documented, or sent to Didit where the rules say so: no login fails', () => {
    expect(rows.length).toBe(
      OUTCOME_APPLICATIONS.length * OUTCOME_FLOWS.length * (loadEveryPersona().length - 1),
    );
    const documented = new Set(Object.keys({ ...DENIALS, ...stepUpDenials() }));
    const surprises = rows.filter(
      (row) =>
        row.outcome.result !== 'allowed' &&
        !(row.outcome.result === 'denied' && documented.has(row.outcome.denial?.code ?? '')) &&
        !isSentToDidit(row),
    );
    expect(surprises).toEqual([]);
  });

  test('is sent to Didit, or told to sign in again, only if kept out otherwise; everybody else sees nothing of the step-up', () => {
    const without = new Map(
      rows
        .filter(({ application }) => application === NOT_STEPPING_UP)
        .map((row) => [`${row.persona} in ${row.flow}`, row]),
    );
    const ends = new Set<string>();
    for (const row of rows.filter(({ application }) => application === STEPPING_UP)) {
      const otherwise = without.get(`${row.persona} in ${row.flow}`);
      const steppedUp =
        row.outcome.result === 'redirected' || row.outcome.denial?.code === 'didit_step_up_needed';
      if (!steppedUp) expect(ending(row)).toEqual(otherwise && ending(otherwise));
      else {
        expect(CURABLE).toContain(otherwise?.outcome.denial?.code);
        expect(hasWritten(row.outcome)).toBe(false);
        ends.add(`${row.outcome.result} in ${UNASKED.includes(row.flow) ? 'an unasked' : 'another'} flow`);
      }
    }
    expect([...ends].sort()).toEqual(['denied in an unasked flow', 'redirected in another flow']);
  });

  test('costs at most one read of the user, none where nothing new can have come from Didit, and none in a session whose answer is stored', () => {
    const reads = ({ outcome }: OutcomeRow): number =>
      outcome.requests.filter(({ url }) => url.includes('/api/v2/')).length;
    // A refused token is dropped and asked for once more, as the design says.
    expect(rows.filter((row) => reads(row) > (/answers 40[13]\)$/.test(row.flow) ? 2 : 1))).toEqual([]);
    const quiet = rows.filter(
      ({ flow, persona }) =>
        UNASKED.includes(flow) ||
        flow.startsWith('another connection') ||
        (flow === 'SSO' && persona !== 'foreign-record'),
    );
    expect(quiet.length).toBeGreaterThan(100);
    expect(quiet.filter(({ outcome }) => outcome.requests.length > 0)).toEqual([]);
    expect(quiet.filter(({ outcome }) => hasWritten(outcome))).toEqual([]);
  });

  test('leaves one line of JSON of at most 256 bytes per Action, with nothing of the person in it', () => {
    const personal = loadEveryPersona().flatMap(({ subject, profile, later }) => [
      subject,
      ...personalValues(profile),
      ...personalValues(later),
    ]);
    expect(personal).toContain('alejandro.rosas@example.com');
    for (const { outcome } of rows) {
      for (const line of outcome.logs) {
        expect(JSON.parse(line)).toBeTypeOf('object');
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(256);
        expect(personal.filter((value) => line.includes(value))).toEqual([]);
      }
      const own = outcome.trace.filter(({ action }) => action.startsWith('didit-'));
      expect(outcome.logs.length).toBe(own.length);
    }
  });

  test('has no claim that the settings do not name, and never an unknown one as false', () => {
    const names = new Set(
      rows.flatMap(({ outcome }) => [...Object.keys(outcome.idToken), ...Object.keys(outcome.accessToken)]),
    );
    expect([...names].sort()).toEqual([
      'https://example.com/didit/age_over_18',
      'https://example.com/didit/verified',
    ]);
    const unverified = rows.filter(
      ({ persona, outcome }) => persona === 'unverified' && outcome.result === 'allowed',
    );
    expect(
      unverified.filter(({ outcome }) => 'https://example.com/didit/age_over_18' in outcome.idToken),
    ).toEqual([]);
  });
});

describe('what Didit said last', () => {
  const later = ['login again', 'login again held for 5 minutes'];
  const withRules = ['verified people', 'verified people, let in when nothing can be known'];

  test.each(withRules)(
    'keeps out at "%s" who is no longer verified, and lets in who is by now',
    (application) => {
      expect(codes(at(application, later, ['no-longer-verified']))).toEqual(['didit_not_verified']);
      expect(codes(at(application, later, ['newly-verified']))).toEqual(['allowed']);
    },
  );

  test('counts the same however long another Action has held the login, and wherever it has sent people', () => {
    expect(endingsIn('login again held for 5 minutes')).toEqual(endingsIn('login again'));
    expect(endingsIn("first login after another team's step")).toEqual(endingsIn('first login'));
  });

  test('is what a session, a refresh and an exchanged token go by: the record, where there is one', () => {
    for (const flow of UNASKED) expect(endingsIn(flow)).toEqual(endingsIn('silent'));
    const kept = rows.filter(({ flow, persona }) => flow === 'silent' && persona !== 'foreign-record');
    const first = endingsIn('first login');
    for (const row of kept) {
      const of = (application: string): unknown => first.get(`${row.persona} at ${application}`);
      if (row.outcome.denial?.code === 'didit_step_up_needed') {
        // Nobody can be sent to Didit here. Who is told so is kept out by that record where nobody may step up.
        expect(row.application).toBe(STEPPING_UP);
        expect(of(STEPPING_UP)).toMatchObject({ result: 'denied', denial: { code: 'didit_not_verified' } });
      } else expect(ending(row)).toEqual(of(row.application));
    }
  });
});

describe('where nothing is known', () => {
  const failing = OUTCOME_FLOWS.filter(({ failure }) => failure !== undefined).map(({ label }) => label);
  /** With a record of an hour ago, something is. */
  const unknown = failing.filter((flow) => flow !== 'login again (Management API down)');

  test('the log says why', () => {
    const why = (flows: readonly string[], persona: string): readonly unknown[] => [
      ...new Set(rows.filter((row) => flows.includes(row.flow) && row.persona === persona).map(sourceIn)),
    ];
    expect(why(unknown, 'adult')).toEqual(['failed']);
    expect(why([...unknown, ...UNASKED], 'two-identities')).toEqual(['refused_two_identities']);
    expect(why(UNASKED, 'foreign-record')).toEqual(['not_asked']);
    expect(why(['another connection'], 'adult')).toEqual(['none']);
    expect(why(['login again (Management API down)'], 'adult')).toEqual(['record']);
    expect(why(['login again (Management API down)'], 'foreign-record')).toEqual(['failed']);
  });

  test('no token has a claim of ours', () => {
    const ignorant = rows.filter((row) =>
      ['failed', 'none', 'not_asked', 'refused_two_identities'].includes(String(sourceIn(row))),
    );
    expect(ignorant.length).toBeGreaterThan(500);
    for (const { outcome } of ignorant) expect({ ...outcome.idToken, ...outcome.accessToken }).toEqual({});
  });

  test('on_unavailable=allow lets people in whose answer could not be had, and nobody else', () => {
    const allowing = 'verified people, let in when nothing can be known';
    const personas = [...new Set(rows.map(({ persona }) => persona))];
    const others = personas.filter((persona) => persona !== 'two-identities');
    expect(codes(at(allowing, unknown, others))).toEqual(['allowed']);
    expect(codes(at(allowing, unknown, ['two-identities']))).toEqual(['didit_two_identities']);
    expect(codes(at(allowing, UNASKED, ['foreign-record']))).toEqual(['didit_profile_unavailable']);
  });
});

describe('what somebody else keeps where our record would stand', () => {
  test('is never written over, never removed, and never believed', () => {
    const foreign = rows.filter(({ persona }) => persona === 'foreign-record');
    expect(foreign.length).toBe(OUTCOME_APPLICATIONS.length * OUTCOME_FLOWS.length);
    const withMetadata = foreign.filter(({ flow }) => flow !== 'another connection');
    for (const { outcome } of withMetadata) {
      expect(outcome.user.app_metadata).toEqual({ didit: { verified: true, checked_by: 'support' } });
    }
    expect(foreign.filter(({ outcome }) => hasWritten(outcome))).toEqual([]);
  });
});

describe('docs/outcomes.md', () => {
  test('puts people and logins together to which the same happens, and says why nothing is known', () => {
    const some = rows.filter(
      ({ application, persona, flow }) =>
        application === 'verified adults' &&
        ['adult', 'minor', 'renamed', 'two-identities'].includes(persona) &&
        ['first login', 'refresh', 'another connection', 'first login (Management API down)'].includes(flow),
    );
    const [, section] = outcomesDocument(some).split('## Application: verified adults\n\n');
    const [, , ...lines] = section?.split('\n\n## ')[0]?.split('\n') ?? [];
    expect(lines).toEqual([
      '|  | adult<br>renamed | minor | two-identities |',
      '| --- | --- | --- | --- |',
      '| first login<br>refresh | in: verified, age_over_18 | **didit_age_under_18** | **didit_two_identities** (refused_two_identities) |',
      '| another connection | in (none) | in (none) | in (none) |',
      '| first login (Management API down) | **didit_profile_unavailable** (failed) | **didit_profile_unavailable** (failed) | **didit_two_identities** (refused_two_identities) |',
    ]);
  });

  test('says of rules that only report what they would have denied', () => {
    const some = rows.filter(
      ({ application, persona, flow }) =>
        application === 'verified adults, report only' && persona === 'minor' && flow === 'first login',
    );
    expect(outcomesDocument(some)).toContain(
      '| first login | in: verified, no age_over_18; reported: didit_age_under_18 |',
    );
  });
});
