import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPlan } from '../../../scripts/plan/build-plan.ts';
import { IMPACT_FLOWS } from '../../../scripts/plan/impact/login-cases.ts';
import type { LoginChange } from '../../../scripts/plan/impact/compare-logins.ts';
import type { TenantModel } from '../../../scripts/tenant-model/tenant-model.ts';
import type { Plan, PlannedChange } from '../../../scripts/plan/plan.ts';
import { SECURITY_CODES } from '../../../scripts/plan/ratings/security-codes.ts';
import { renderPlan } from '../../../scripts/plan/render/render-plan.ts';
import { PROJECT_ROOT } from '../../../scripts/base/project.ts';
import { arbitraryModel } from '../arbitrary-models.ts';
import { sample } from '../sample.ts';

const EMPTY: Plan = {
  version: 2,
  target: { kind: 'revision', revision: 'origin/main', commit: '0123456789abcdef0123456789abcdef01234567' },
  changes: [],
  effects: [],
  flow: [],
  impact: {
    people: ['adult'],
    applications: ['Shop'],
    flows: ['first login', 'SSO'],
    changes: [],
    lockedOut: [],
    openToAll: [],
    accounts: [],
    notRun: [],
    hosts: [],
  },
  secretValues: [],
  noLongerListed: [],
  otherOrganizations: [],
  notLookedAt: [],
  otherActions: [],
  variables: [],
  digest: null,
};

const change = (given: Partial<PlannedChange>): PlannedChange => ({
  verb: 'change',
  resource: { kind: 'connection', name: 'didit' },
  field: 'display_name',
  before: 'old',
  after: 'new',
  details: [],
  code: null,
  security: [],
  causes: [],
  ...given,
});

const codeChange = (diff: string): PlannedChange =>
  change({
    resource: { kind: 'Action', name: 'didit-claims' },
    field: 'code',
    before: null,
    after: null,
    code: { before: state('a'), after: state('b'), added: 1, removed: 1, diff },
  });

const state = (digit: string) => ({ bytes: 1, sha256: digit.repeat(64) });

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

const withLogins = (...changes: readonly LoginChange[]): Plan => ({
  ...EMPTY,
  changes: [change({})],
  impact: { ...EMPTY.impact, changes },
});

/** The lines of the section, without its title. */
const impactIn = (text: string): readonly string[] =>
  (/\nImpact\n([^]*?)(?:\n\n|$)/.exec(text)?.[1] ?? '').split('\n');

describe('a plan at a terminal', () => {
  test('names what it compares with in the first line', () => {
    expect(renderPlan(EMPTY, 'terminal').text.split('\n')[0]).toBe(
      'Plan of the working tree against origin/main (0123456789ab); no tenant was asked',
    );
  });

  test('has colours only where they are asked for', () => {
    const plan = { ...EMPTY, changes: [codeChange('@@ -1,1 +1,1 @@\n-a\n+b')] };
    expect(renderPlan(plan, 'terminal').text).not.toContain('\u001b');
    expect(renderPlan(plan, 'terminal', true).text).toContain('\u001b[32m      +b');
  });

  test('shows every changed line of code, and of new code its size and its digest alone', () => {
    const diff = Array.from({ length: 200 }, (_, index) => `+line ${index}`).join('\n');
    const codeOf = (before: ReturnType<typeof state> | null): Plan => ({
      ...EMPTY,
      changes: [change({ code: { before, after: state('b'), added: 200, removed: 0, diff } })],
    });
    for (const format of ['terminal', 'markdown'] as const) {
      const text = renderPlan(codeOf(null), format).text;
      expect(text).not.toContain('+line');
      expect(text).toContain('1 bytes, sha256 bbbbbbbbbbbb');
      expect(renderPlan(codeOf(state('a')), format).text.match(/\+line/g)).toHaveLength(200);
    }
  });

  test('says in words which logins change, in which flows, and that none does', () => {
    const claim = { what: 'ID token claim age_over_21', change: 'added', before: null, after: null } as const;
    const text = renderPlan(
      withLogins(
        login({}),
        login({ ...claim, people: ['adult', 'renamed'], unchangedIn: ['SSO', 'refresh'] }),
        login({ ...claim, flows: ['login again'] }),
        login({ flows: ['SSO', 'refresh'], recordOlderThan: '30d' }),
      ),
      'terminal',
    ).text;
    expect(impactIn(text)).toEqual([
      '  Logins that change (1 person × 1 application: first login, SSO):',
      '  Shop',
      '    minor',
      '      allowed → denied (didit_age_under_18)',
      '      SSO, refresh (record older than 30d): allowed → denied (didit_age_under_18)',
      '  adult, renamed @ Shop: ID token claim age_over_21 added; unchanged in SSO, refresh',
      '  minor @ Shop: login again: ID token claim age_over_21 added',
    ]);
    expect(renderPlan({ ...EMPTY, changes: [change({})] }, 'terminal').text).toContain(
      '\n  All simulated logins end as before (1 person × 1 application: first login, SSO).',
    );
    const notRun = { ...EMPTY, changes: [change({})], impact: { ...EMPTY.impact, flows: [] } };
    expect(renderPlan(notRun, 'terminal').text).toContain('\n  All simulated logins end as before.');
  });

  test('names those whose logins do not change, where most people’s do', () => {
    const people = ['adult', 'minor', 'unverified', 'renamed', 'mononym', 'no-email'];
    const named = (some: readonly string[]): string | undefined => {
      const plan = withLogins(login({ people: some }));
      return impactIn(renderPlan({ ...plan, impact: { ...plan.impact, people } }, 'terminal').text)[2];
    };
    expect(named(people)).toBe('  everybody  allowed → denied (didit_age_under_18)');
    expect(named(people.slice(1))).toBe('  everybody but adult  allowed → denied (didit_age_under_18)');
    expect(named(people.slice(3))).toBe(
      '  renamed, mononym, no-email  allowed → denied (didit_age_under_18)',
    );
  });

  test('shows people and applications as a table where the terminal is wide enough, else one after the other', () => {
    const plan = withLogins(
      login({ application: 'Shop' }),
      login({ application: 'Desk' }),
      login({ application: 'Admin', people: ['unverified'], before: 'denied (x)', after: 'failed' }),
    );
    const at = (columns: number): readonly string[] =>
      impactIn(renderPlan(plan, 'terminal', false, columns).text).slice(1);
    expect(at(140)).toEqual([
      '              Shop, Desk                             Admin',
      '  minor       allowed → denied (didit_age_under_18)',
      '  unverified                                         denied (x) → failed',
    ]);
    expect(at(70)).toEqual([
      '  Shop, Desk',
      '    minor: allowed → denied (didit_age_under_18)',
      '  Admin',
      '    unverified: denied (x) → failed',
    ]);
    expect(Math.max(...at(71).map(({ length }) => length))).toBeLessThanOrEqual(71);
  });

  test('tells a security reviewer in which flows people get in who did not', () => {
    const looser = login({
      flows: ['refresh'],
      before: 'denied (didit_not_verified)',
      after: 'allowed',
      security: [{ code: 'rules_loosened', because: 'denied (didit_not_verified) → allowed' }],
    });
    const { text } = renderPlan(withLogins(looser), 'terminal');
    expect(text.split('\n').slice(1, 3)).toEqual([
      '1 person gets in at later logins',
      '1 change, 1 security finding.',
    ]);
    expect(text).toContain('minor  ! refresh: denied (didit_not_verified) → allowed');
    expect(text).toContain('! rules_loosened  People who were refused before can now sign in.\n');
  });

  test('shows characters that would rewrite the screen by their escapes', () => {
    const hostile = 'ok\u001b[2K\r\u202egnihton\u009b31m\nPlan: nothing would change';
    for (const format of ['terminal', 'markdown', 'json'] as const) {
      const text = renderPlan(
        { ...EMPTY, changes: [change({ after: hostile }), codeChange(`+${hostile}`)] },
        format,
      ).text;
      expect(text).not.toMatch(/[\u001b\r\u202e\u009b]/);
      expect(text).toContain('\\u202e');
    }
    expect(renderPlan({ ...EMPTY, changes: [change({ after: hostile })] }, 'terminal').text).not.toContain(
      '\nPlan:',
    );
    const left = {
      resource: { kind: 'connection', name: hostile },
      inUse: true,
      applications: [hostile],
    } as const;
    expect(renderPlan({ ...EMPTY, noLongerListed: [left] }, 'terminal').text).not.toMatch(
      /[\u001b\r\u202e]|\nPlan:/,
    );
  });
});

describe('a plan as a comment', () => {
  test('folds long diffs and shows short ones', () => {
    const short = renderPlan({ ...EMPTY, changes: [codeChange('@@ -1,1 +1,1 @@\n-a\n+b')] }, 'markdown').text;
    expect(short).toContain('```diff\n@@ -1,1 +1,1 @@\n-a\n+b\n```');
    expect(short).not.toContain('<details>');
    const long = renderPlan({ ...EMPTY, changes: [codeChange('+line\n'.repeat(20))] }, 'markdown').text;
    expect(long).toContain('<details><summary><code>Action didit-claims');
  });

  test('lets no text out of its code span or fence', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[`<>!()[\]@a-z\n-]{0,40}$/), (text) => {
        const rendered = renderPlan(
          { ...EMPTY, changes: [change({ after: `${text}</details><img src=x>` }), codeChange(text)] },
          'markdown',
        ).text;
        // Every span and fence is longer than any run of backticks in what it holds, so taking them out leaves none of the text.
        const bare = rendered
          .replaceAll(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, '')
          .replaceAll(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
        expect(bare).not.toContain('<img');
        expect(bare).not.toContain('`');
      }),
    );
  });
});

describe('a plan for programs', () => {
  const schema = JSON.parse(readFileSync(join(PROJECT_ROOT, 'docs/plan.schema.json'), 'utf8')) as {
    $defs: { code: { enum: string[] }; flow: { enum: string[] } };
  };
  const isPlan = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);
  const asJson = (plan: Plan): unknown => JSON.parse(renderPlan(plan, 'json').text);

  test('follows docs/plan.schema.json, which knows every security code and every flow', () => {
    expect(schema.$defs.code.enum).toEqual(Object.keys(SECURITY_CODES));
    expect(schema.$defs.flow.enum).toEqual(IMPACT_FLOWS.map(({ label }) => label));
    expect(isPlan(asJson(EMPTY))).toBe(true);
    expect(isPlan(asJson(withLogins(login({ flows: ['SSO'], recordOlderThan: '30d' }))))).toBe(true);
    expect(isPlan(asJson(withLogins(login({ flows: ['somehow'] }))))).toBe(false);
    expect(isPlan({ ...EMPTY, security: [], codes: [], version: 1 })).toBe(false);
    const thing = { resource: { kind: 'Action', name: 'old' }, inUse: true, applications: [] } as const;
    expect(isPlan(asJson({ ...EMPTY, noLongerListed: [thing] }))).toBe(true);
    expect(isPlan({ ...EMPTY, security: [], codes: [], noLongerListed: undefined })).toBe(false);
  });

  test('has codes that docs/review.md explains', () => {
    const page = readFileSync(join(PROJECT_ROOT, 'docs/review.md'), 'utf8');
    const explained = [...page.matchAll(/^\| `(\w+)` +\| ([A-Z].*\S) +\|$/gm)].map(
      ([, code = '', why = '']) => [code, why],
    );
    expect(explained).toEqual(Object.entries(SECURITY_CODES));
  });

  test('follows it whatever changes', async () => {
    const withoutLogins = (model: TenantModel): TenantModel => ({
      ...model,
      resources: model.resources.filter(({ kind }) => kind !== 'connection'),
    });
    await fc.assert(
      fc.asyncProperty(arbitraryModel, arbitraryModel, async (before, after) => {
        const pair = { before: withoutLogins(before), after: withoutLogins(after) };
        const plan = await buildPlan(pair, { kind: 'tenant', domain: 'tenant.example.com' });
        expect(isPlan(asJson(plan)), JSON.stringify(isPlan.errors)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('has all ratings in one list, the most important first', async () => {
    const edit = ['https://apx.didit.me/', 'https://example.com/'] as const;
    const edited = sample(['      - read:users', '      - read:users\n      - read:logs'], [...edit]);
    // The profile script is a stand-in here, which logs nobody in: both sides come to the same.
    const plan = await buildPlan({ before: sample().model, after: edited.model }, EMPTY.target);
    expect(asJson(plan)).toMatchObject({ codes: ['endpoint_host', 'grant_scopes'] });
  });
});
