import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeProblem, Problem } from '../../../scripts/base/problem.ts';
import { describeLoginTrace } from '../../../scripts/login/local/trace.ts';
import { loginAsText } from '../../../scripts/login/login-report.ts';
import type { Plan } from '../../../scripts/plan/plan.ts';
import { renderPlan } from '../../../scripts/plan/render/render-plan.ts';

/** What a name on a tenant may hold to hide a line of ours, or to make one that looks like it. */
const piece = fc.constantFrom(
  ...[
    '\u001b[2K\u001b[1A',
    '\u001b[8m',
    '\u009b2J',
    '\r',
    '\n',
    '\n! ~ connection didit',
    '\u2028',
    '\u0085',
  ],
  ...[
    '\u202e',
    '\u2066',
    '\u200b',
    '\u200d',
    '\ufeff',
    '\u{e0041}',
    '\u3164',
    'a\u0301\u0301\u0301\u0301\u0301\u0301',
  ],
  ...[
    '@team',
    '@org/team',
    '#1',
    '<!-- ',
    '</details>',
    '<img src=x>',
    '`',
    '```',
    '\n```\n',
    '|',
    '[a](b)',
    '**',
  ],
  ...[
    '::stop-commands::x',
    '\n::add-mask::a',
    '##[group]',
    ' '.repeat(100),
    'x'.repeat(10_000),
    'name',
    '&#64;',
  ],
);
const hostile = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));

const planOf = (name: string): Plan => ({
  version: 2,
  target: { kind: 'tenant', domain: name },
  changes: [
    {
      verb: 'change',
      resource: { kind: 'application', name },
      field: name,
      before: name,
      after: [name, 'the-last-item'],
      details: [`added ${name}`, 'added the-last-item'],
      code: null,
      security: [{ code: 'redirect_added', because: name }],
      causes: [],
    },
  ],
  effects: [
    { connection: name, application: name, what: 'rules', before: name, after: 'the-rules', security: [] },
  ],
  flow: [
    { action: name, displayName: name, formerName: null, ours: true, change: 'none', before: 1, after: 1 },
  ],
  impact: {
    people: ['adult'],
    applications: [name],
    flows: ['first login'],
    changes: [
      {
        ...{ application: name, people: ['adult'], flows: ['first login'], recordOlderThan: null },
        ...{
          what: 'login',
          change: 'changed',
          before: 'allowed',
          after: name,
          unchangedIn: [],
          security: [],
        },
      },
      {
        ...{ application: name, people: ['adult'], flows: ['first login'], recordOlderThan: null },
        ...{ what: `ID token claim ${name}`, change: 'added', before: null, after: null },
        ...{ unchangedIn: [], security: [] },
      },
    ],
    lockedOut: [],
    openToAll: [],
    accounts: [],
    notRun: [],
    hosts: [],
  },
  secretValues: [{ of: `Action ${name}`, names: [name], sent: true, because: 'it is new' }],
  otherOrganizations: [],
  notLookedAt: [],
  otherActions: [],
  variables: [{ name: 'SHOP_URL', value: name }],
  digest: 'a'.repeat(64),
  noLongerListed: [{ resource: { kind: 'Action', name }, inUse: true, applications: [name] }],
});

const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u;
const HARMLESS = planOf('name');

test(
  'a name makes no line in a plan, hides none, and lets what follows it be seen',
  { tags: ['long'] },
  () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const plan = planOf(name);
        for (const format of ['terminal', 'markdown'] as const) {
          // Where no table fits, each name is on a line of its own.
          const { text } = renderPlan(plan, format, false, 1);
          expect(text).not.toMatch(UNSEEN);
          expect(text.split('\n')).toHaveLength(
            renderPlan(HARMLESS, format, false, 1).text.split('\n').length,
          );
          expect(text).not.toMatch(/^\s*::|##\[/m);
          for (const later of ['the-last-item', 'the-rules', 'redirect_added']) {
            if (format === 'terminal' || name.length < 200) expect(text).toContain(later);
          }
        }
        expect(JSON.parse(renderPlan(plan, 'json').text)).toMatchObject({ changes: [{ field: name }] });
      }),
      { numRuns: 150 },
    );
  },
);

test('in a comment, a name is nothing but text: in code spans, fences and a summary of code', () => {
  fc.assert(
    fc.property(hostile, (name) => {
      for (const line of renderPlan(planOf(name), 'markdown').text.split('\n')) {
        // As CommonMark reads it: a span ends at the next run of as many backticks.
        const outside = line
          .replaceAll(/(?<!`)(`+)(?!`)(?:.*?[^`])\1(?!`)/g, '')
          .replace('<!-- didit plan -->', '');
        expect(outside).not.toMatch(/@|<(?!br>)|\[|::/);
        // The bars of the table, and no other: three for its two columns.
        expect(line.startsWith('| ') ? line.split(/(?<!\\)\|/).length : outside.split('|').length).toBe(
          line.startsWith('| ') ? 4 : 1,
        );
      }
    }),
    { numRuns: 150 },
  );
});

test('a name makes no line in an error, a login or a trace that looks like one of ours', () => {
  fc.assert(
    fc.property(hostile, (name) => {
      const problem = new Problem({
        code: 'READ_BACK_DIFFERS',
        message: `application ${name} is another one.`,
        place: { tenant: name, resource: name },
        remedy: 'Run it again.',
      });
      const shown = describeProblem(problem).text;
      expect(shown).not.toMatch(UNSEEN);
      expect(shown.split('\n').filter((line) => !line.startsWith('  | '))).toHaveLength(3);
      const denied = loginAsText({ kind: 'denied', error: name, errorDescription: name }, {}).text;
      expect(denied).not.toMatch(UNSEEN);
      expect(denied.split('\n')).toHaveLength(3);
      const trace = describeLoginTrace({
        id: name,
        protocol: name,
        user_id: name,
        actions: [],
        decision: { kind: 'deny', reason: name },
        metadata_before: { app_metadata: {}, user_metadata: {} },
        metadata_after: { app_metadata: { [name]: name }, user_metadata: {} },
        id_token_claims: { [name]: name },
        access_token_claims: {},
      } as unknown as Parameters<typeof describeLoginTrace>[0]).text;
      expect(trace).not.toMatch(UNSEEN);
      expect(trace.split('\n')).toHaveLength(4);
    }),
    { numRuns: 150 },
  );
});
