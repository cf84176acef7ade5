import { beforeAll, describe, expect, test } from 'vitest';
import { buildBundles } from '../../scripts/bundle/build-bundles.ts';
import type { Bundle } from '../../scripts/bundle/bundle.ts';
import { buildPlan } from '../../scripts/plan/build-plan.ts';
import type { Plan } from '../../scripts/plan/plan.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import { readTenantConfig } from '../../scripts/tenant-config/read-tenant-config.ts';
import { modelFromConfig } from '../../scripts/tenant-model/model-from-config.ts';
import type { TenantModel } from '../../scripts/tenant-model/tenant-model.ts';
import { sample } from './sample.ts';
import type { Edit } from './sample.ts';

const LONG = { tags: ['long'] };

/** A pull request that calls itself a tidy-up: names, texts and lifetimes, and a rule and a host among them. */
const TIDY_UP: readonly Edit[] = [
  ['display_name: Didit\n', 'display_name: Sign in with Didit\n'],
  [
    'description: Signs people in with Didit and lets nobody in whom Didit has not verified',
    'description: Our shop',
  ],
  ['- https://app.example.com/\n', '- https://app.example.com/bye\n'],
  ['token_lifetime: 86400', 'token_lifetime: 3600'],
  ['refresh_after=24h', 'refresh_after=12h'],
  ['didit_policy: require=verified\n', 'didit_policy: require=none\n'],
  ['tokenURL: https://apx.didit.me/', 'tokenURL: https://apx-didit.example/'],
];

let bundles: readonly Bundle[];
let plan: Plan;

const REVISION = { kind: 'revision', revision: 'main', commit: '0'.repeat(40) } as const;
const model = (...edits: readonly Edit[]): TenantModel => modelFromConfig(sample(...edits).config, bundles);

beforeAll(async () => {
  bundles = await buildBundles(readTenantConfig());
  plan = await buildPlan({ before: model(), after: model(...TIDY_UP) }, REVISION);
});

describe('of a pull request that mixes what is harmless with what is not', () => {
  test.each(['terminal', 'markdown'] as const)('the worst is in the first ten lines: %s', (format) => {
    for (const columns of [80, 140]) {
      const head = renderPlan(plan, format, false, columns).text.split('\n').slice(0, 10).join('\n');
      expect(head).toMatch(/^(?:\*\*)?3 people get in · 1 new host · /m);
    }
  });

  test('the terminal names those who get in there, too', () => {
    const head = renderPlan(plan, 'terminal').text.split('\n').slice(0, 10);
    expect(head.slice(-3, -1)).toEqual([
      '    unverified, newly-verified',
      '      ! denied (didit_not_verified) → allowed',
    ]);
  });

  test('nothing is told three times', () => {
    const lines = renderPlan(plan, 'terminal', false, 140).text.split('\n');
    for (const told of ['apx-didit.example', 'require', '3600', 'Sign in with Didit'])
      expect(lines.filter((line) => line.includes(told)).length, told).toBeLessThan(3);
  });
});

test(
  'a rule that may let people in, and none of those whose logins were run, is called so',
  LONG,
  async () => {
    const strict = sample([
      'didit_policy: require=verified\n',
      'didit_policy: require=verified max_age=30d\n',
    ]);
    const before = modelFromConfig(strict.config, bundles);
    const after = model(['didit_policy: require=verified\n', 'didit_policy: require=verified max_age=60d\n']);
    const looser = await buildPlan({ before, after }, REVISION);
    const noneGetsIn = { ...looser, impact: { ...looser.impact, changes: [] } };
    const { text } = renderPlan(noneGetsIn, 'terminal');
    expect(text.split('\n')[1]).toBe('people who were refused may get in');
    expect(text).toContain('! rules_loosened  This may admit people who were refused before.\n');
    expect(text).toContain('max_age=30d → max_age=60d (none of the 14 simulated people)');
    expect(text).not.toContain('can now sign in');
  },
);

test('where no Action ran, no rules, claims or records of before are made up', LONG, async () => {
  const before = {
    ...model(),
    flow: [],
    resources: model().resources.filter(({ kind }) => kind !== 'Action'),
  };
  const adopted = await buildPlan(
    { before, after: model() },
    { kind: 'tenant', domain: 'tenant.example.com' },
  );
  expect(adopted.effects.map((effect) => effect.before)).toEqual([
    'no Action decides',
    'no Action adds any',
    'no Action keeps any',
  ]);
  expect(adopted.effects.flatMap(({ security }) => security)).toEqual([]);
  // Nothing is other code where there was none.
  const count = model().resources.filter(({ kind }) => kind === 'Action').length;
  const [, verdict] = renderPlan(adopted, 'terminal').text.split('\n');
  expect(verdict).toMatch(new RegExp(`(?:^| · )${count} new Actions(?: · |$)`));
  expect(verdict).not.toContain('with other code');
});

/** The model with code in its last Action, and no other Action in the flow. */
const withCode = (text: string): TenantModel => {
  const whole = model();
  const flow = whole.flow.slice(-1);
  const resources = whole.resources.map((resource) =>
    resource.name === flow[0]?.action
      ? { ...resource, fields: new Map([...resource.fields, ['code', { kind: 'code', text } as const]]) }
      : resource,
  );
  return { ...whole, flow, resources };
};

test('a host that requests go to is named, however the code comes to its name', LONG, async () => {
  const asks = (host: string): string =>
    `exports.onExecutePostLogin = async () => { try { await fetch(${host}); } catch {} };`;
  const before = withCode(asks("'https://known.example/'"));
  const hidden = asks("['https:', '', ['evil', 'example'].join('.')].join('/')");
  const found = await buildPlan({ before, after: withCode(hidden) }, REVISION);
  expect(found.impact.hosts).toEqual([
    { host: 'evil.example', security: [{ code: 'action_host', because: 'evil.example' }] },
  ]);
  const lines = renderPlan(found, 'terminal').text.split('\n');
  expect(lines[1]).toBe('1 new host · 1 Action with other code');
  expect(lines).toContain('    requests and redirects of Actions in simulated logins: evil.example');
  const known = await buildPlan({ before, after: withCode(asks("'https://known.example/other'")) }, REVISION);
  expect(known.impact.hosts).toEqual([]);
});

describe('an Action that a file no longer has', () => {
  const without = (action: string): TenantModel => {
    const whole = model();
    return {
      ...whole,
      flow: whole.flow.filter((binding) => binding.action !== action),
      resources: whole.resources.filter(({ kind, name }) => kind !== 'Action' || name !== action),
    };
  };

  test('runs on, so that no simulated login changes', async () => {
    const plan = await buildPlan({ before: model(), after: without('didit-access-policy') }, REVISION);
    expect(plan.flow.find(({ action }) => action === 'didit-access-policy')?.change).toBe('removed');
    expect(plan.impact.changes).toEqual([]);
  });

  test('is simulated where it stands: the rest still changes what it changes', LONG, async () => {
    const after = { ...without('didit-claims') };
    const looser = model(['didit_policy: require=verified\n', 'didit_policy: require=none\n']);
    const plan = await buildPlan(
      {
        before: model(),
        after: {
          ...after,
          resources: [
            ...looser.resources.filter(({ kind }) => kind !== 'Action'),
            ...after.resources.filter(({ kind }) => kind === 'Action'),
          ],
        },
      },
      REVISION,
    );
    const let_in = plan.impact.changes.filter(
      ({ what, after: ends }) => what === 'login' && ends === 'allowed',
    );
    expect(let_in.length).toBeGreaterThan(0);
    expect(
      plan.impact.changes.filter(({ what, change }) => what.includes('claim') && change === 'removed'),
    ).toEqual([]);
  });
});
