import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plan } from '../../scripts/plan/plan.ts';
import { redactPlan } from '../../scripts/plan/redact-plan.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

const schema = JSON.parse(readFileSync(join(PROJECT_ROOT, 'docs/plan.schema.json'), 'utf8')) as object;
const isPlan = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

const SHA256 = '0123456789abcdef'.repeat(4);
const state = { bytes: 1, sha256: SHA256 };

/** One of everything that a plan can say. */
const PLAN: Plan = {
  version: 2,
  target: { kind: 'revision', revision: 'origin/main', commit: SHA256 },
  changes: [
    {
      verb: 'unmanage',
      resource: { kind: 'application', name: 'Shop' },
      field: 'description',
      before: 'from-before',
      after: ['from-a-list'],
      details: ['from-details'],
      code: { before: state, after: state, added: 1, removed: 0, diff: '+from-code' },
      security: [{ code: 'pkce_off', because: 'from-a-reason' }],
      causes: ['rules_loosened'],
    },
  ],
  effects: [
    {
      connection: 'didit',
      application: null,
      what: 'kept data',
      before: null,
      after: 'from-an-effect',
      security: [{ code: 'personal_data_kept', because: 'birth_date' }],
    },
  ],
  flow: [
    {
      action: 'didit-claims',
      displayName: 'from-a-binding',
      formerName: null,
      ours: true,
      change: 'renamed',
      before: 1,
      after: 1,
    },
  ],
  impact: {
    people: ['adult'],
    applications: ['Shop'],
    flows: ['first login'],
    lockedOut: [
      {
        application: 'Shop',
        flows: ['first login'],
        security: [{ code: 'people_locked_out', because: 'denied' }],
      },
    ],
    hosts: [{ host: 'from-a-host', security: [{ code: 'action_host', because: 'from-a-request' }] }],
    openToAll: [],
    accounts: [{ connection: 'didit', security: [{ code: 'account_changed', because: 'adult' }] }],
    notRun: [{ connection: 'didit', security: [{ code: 'logins_not_run', because: '1 of 2 were not run' }] }],
    changes: [
      {
        application: 'Shop',
        people: ['adult'],
        flows: ['another connection with Didit linked'],
        recordOlderThan: null,
        what: 'ID token claim from-a-claim',
        change: 'added',
        before: null,
        after: null,
        unchangedIn: ['refresh'],
        security: [{ code: 'personal_data_in_token', because: 'from-a-login' }],
      },
    ],
  },
  secretValues: [{ of: 'Action didit-claims', names: ['TOKEN'], sent: true, because: 'it is new' }],
  variables: [{ name: 'SHOP', value: 'from-a-variable' }],
  digest: SHA256,
  otherOrganizations: [],
  notLookedAt: [],
  otherActions: [
    { action: 'from-a-name', what: 'new', security: [{ code: 'other_action', because: 'from-elsewhere' }] },
  ],
  noLongerListed: [
    {
      resource: { kind: 'connection', name: 'from-an-earlier-deploy' },
      inUse: true,
      applications: ['from-an-application'],
    },
  ],
};

/** Every word that the schema gives a meaning to, and long pieces of them. */
const fixedWords = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(fixedWords);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]: [string, unknown]) =>
    name === 'enum' || name === 'const'
      ? [child].flat().filter((word) => typeof word === 'string')
      : fixedWords(child),
  );
};

test('a secret that is a word of the plan itself leaves a plan that programs and people can read', () => {
  const words = fixedWords(schema).filter((word) => word.length >= 8);
  expect(words).toContain('connection');
  fc.assert(
    fc.property(fc.subarray([...words, SHA256, SHA256.slice(0, 12)], { minLength: 1 }), (secrets) => {
      const redacted = redactPlan(PLAN, secrets);
      expect(isPlan(JSON.parse(renderPlan(redacted, 'json').text)), JSON.stringify(isPlan.errors)).toBe(true);
      const terminal = renderPlan(redacted, 'terminal').text;
      for (const code of ['pkce_off', 'personal_data_kept', 'personal_data_in_token'])
        expect(terminal).toContain(`! ${code}  `);
    }),
  );
});

test('a secret is in no text of a plan that somebody can have written', () => {
  const written = [...JSON.stringify(PLAN).matchAll(/from-[a-z-]+/g)].map(([text]) => text);
  expect(written).toHaveLength(16);
  for (const secret of written) {
    for (const format of ['terminal', 'markdown', 'json'] as const)
      expect(renderPlan(redactPlan(PLAN, [secret]), format).text).not.toContain(secret);
  }
});
