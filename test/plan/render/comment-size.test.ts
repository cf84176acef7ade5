import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Plan, PlannedChange } from '../../../scripts/plan/plan.ts';
import { cutLines, cutText, shareRoom } from '../../../scripts/plan/render/fit-bytes.ts';
import { MAX_COMMENT_BYTES, renderMarkdown } from '../../../scripts/plan/render/markdown.ts';
import { SECURITY_CODES } from '../../../scripts/plan/ratings/security-codes.ts';
import type { SecurityCode } from '../../../scripts/plan/ratings/security-codes.ts';

const change = (given: Partial<PlannedChange>): PlannedChange => ({
  verb: 'change',
  resource: { kind: 'application', name: 'Shop' },
  field: 'callbacks',
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
    field: 'code',
    before: null,
    after: null,
    code: { before: STATE, after: STATE, added: 1, removed: 1, diff },
  });

const STATE = { bytes: 1, sha256: 'a'.repeat(64) };

const planOf = (changes: readonly PlannedChange[], given: Partial<Plan> = {}): Plan => ({
  version: 2,
  target: { kind: 'revision', revision: 'origin/main', commit: '0'.repeat(40) },
  changes,
  effects: [],
  flow: [],
  impact: {
    people: ['minor'],
    applications: ['Shop'],
    flows: ['first login'],
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
  ...given,
});

const bytes = (text: string): number => Buffer.byteLength(text);
const callbacks = Array.from(
  { length: 500 },
  (_, index) => `https://app.example/callback-of-tenant-${index}`,
);

describe('a comment on a plan with a flood in it', () => {
  const flood = change({
    details: callbacks.map((address) => `added ${address}`),
    security: callbacks.map((because) => ({ code: 'redirect_added', because })),
  });
  const plan = planOf([...Array.from({ length: 300 }, () => flood), codeChange('+x\n'.repeat(40_000))], {
    effects: [
      {
        connection: 'didit',
        application: 'Shop',
        what: 'rules',
        before: 'require=verified',
        after: 'require=none',
        security: [{ code: 'rules_loosened', because: 'require=verified → require=none' }],
      },
    ],
    impact: {
      people: ['minor'],
      applications: ['Shop'],
      flows: ['first login'],
      lockedOut: [],
      openToAll: [],
      accounts: [],
      notRun: [],
      hosts: [],
      changes: [
        {
          application: 'Shop',
          people: ['minor'],
          flows: ['first login'],
          recordOlderThan: null,
          what: 'login',
          change: 'changed',
          before: 'denied (didit_not_verified)',
          after: 'allowed',
          unchangedIn: [],
          security: [{ code: 'rules_loosened', because: 'denied (didit_not_verified) → allowed' }],
        },
      ],
    },
  });
  const text = renderMarkdown(plan).text;

  test('has every code in its head, and one line for each code and place', () => {
    expect(text.slice(0, 500)).toContain('**rules_loosened**, **redirect_added**');
    expect(text.match(/^- :warning: \*\*redirect_added\*\*.*/gm)).toHaveLength(1);
    expect(text).toContain('callback-of-tenant-4 and 149995 more`');
    expect(text).toContain('- `rules of application Shop through connection didit: require=verified');
  });

  test('shows the other sections all the same', () => {
    expect(text).toContain('| `minor` | :warning: `denied (didit_not_verified) → allowed` |');
    expect(text).toContain('require=verified → require=none');
  });

  test('says what it leaves out', () => {
    expect(text).toContain('  - and 480 more\n');
    expect(text).toMatch(/\*\*\d+ more lines \(`npm run plan` shows them\) do not fit into a comment\.\*\*/);
    expect(text).toContain('1 more diff (`npm run plan` shows it) does not fit into a comment.');
  });
});

test('a text that is too long for its line says how much of it is missing', () => {
  expect(renderMarkdown(planOf([change({ after: '東'.repeat(2_000) })])).text).toMatch(
    /東… \(\d+ more characters\)`/,
  );
});

test('a comment is never longer than GitHub takes, in bytes', { tags: ['long'] }, () => {
  const text = fc
    .tuple(
      fc.constantFrom('x', '`', '` ', '東', '😀', '\u202e', '\n', '\u{e0041}'),
      fc.integer({ min: 0, max: 3_000 }),
    )
    .map(([unit, length]) => unit.repeat(length));
  const changes = fc
    .record({
      after: text,
      details: fc.array(text, { maxLength: 30 }),
      diff: text,
      name: text,
      code: fc.constantFrom<SecurityCode>('pkce_off', 'redirect_added'),
    })
    .map(({ after, details, diff, name, code }) => ({
      ...change({
        resource: { kind: 'application', name },
        after,
        details,
        security: [{ code, because: after }],
      }),
      code: { before: null, after: null, added: 1, removed: 1, diff },
    }));
  fc.assert(
    fc.property(
      fc.array(changes, { maxLength: 8 }),
      fc.integer({ min: 1, max: 20 }),
      text,
      (some, times, revision) => {
        const plan = planOf(Array.from({ length: times }, () => some).flat());
        const rendered = renderMarkdown({
          ...plan,
          target: { kind: 'revision', revision, commit: '0'.repeat(40) },
        }).text;
        expect(bytes(rendered)).toBeLessThanOrEqual(MAX_COMMENT_BYTES);
        for (const { security } of some)
          for (const { code } of security) expect(rendered).toContain(SECURITY_CODES[code]);
      },
    ),
    { numRuns: 10 },
  );
});

test('room is shared so that no section takes what another one needs', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5_000), { minLength: 1 }), fc.nat(20_000), (sizes, room) => {
      const shares = shareRoom(sizes, room);
      const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);
      expect(sum(shares)).toBe(Math.min(room, sum(sizes)));
      for (const [index, size] of sizes.entries())
        expect(shares[index]).toBeGreaterThanOrEqual(Math.min(size, Math.floor(room / sizes.length)));
    }),
  );
});

test('a cut text is a start of the text that fits, and no character of it is cut in two', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, room) => {
      const { start, left } = cutText(text, room);
      expect(text.startsWith(start)).toBe(true);
      expect(bytes(start)).toBeLessThanOrEqual(room);
      expect(Array.from(start).length + left).toBe(Array.from(text).length);
      const [next] = Array.from(text).slice(Array.from(start).length);
      if (next !== undefined) expect(bytes(start) + bytes(next)).toBeGreaterThan(room);
    }),
  );
});

test('lines are kept whole, as many as fit, and the others are counted', () => {
  const lines = ['aa', 'é', 'b'].map((text) => ({ text }));
  expect(cutLines(lines, 6)).toEqual({ fitting: lines.slice(0, 2), left: 1 });
  expect(cutLines(lines, 5)).toEqual({ fitting: lines.slice(0, 1), left: 2 });
  expect(cutLines(lines, 8)).toEqual({ fitting: lines, left: 0 });
});
