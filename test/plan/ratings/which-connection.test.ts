import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLAG_NAMES } from '../../../actions/didit/fields.ts';
import { evaluatePolicy } from '../../../actions/didit/policy.ts';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import { settingsEffects } from '../../../scripts/plan/ratings/settings-effects.ts';
import type { Field, TenantModel } from '../../../scripts/tenant-model/tenant-model.ts';
import { sample } from '../sample.ts';

/**
 * What decides about a login: texts as they stand in metadata, `undefined` where there is none, and what the Action's secret
 * names.
 */
interface World {
  readonly connection: string | undefined;
  readonly application: string | undefined;
  readonly named: 'didit' | 'another';
}

const SHIPPED = sample().model;

function modelOf({ connection, application, named }: World): TenantModel {
  const settings = (key: string, text: string | undefined): Field =>
    text === undefined ? { kind: 'value', value: null } : { kind: 'settings', key, text };
  const fields: Readonly<Record<string, readonly [string, Field]>> = {
    didit: ['metadata.didit_policy', settings('didit_policy', connection)],
    'Didit Sample Application': ['client_metadata.didit_policy', settings('didit_policy', application)],
    'didit-access-policy': ['secrets.DIDIT_CONNECTION', { kind: 'secret', connection: named }],
  };
  return {
    ...SHIPPED,
    resources: SHIPPED.resources.map((resource) => {
      const field = fields[resource.name];
      return field === undefined ? resource : { ...resource, fields: new Map([...resource.fields, field]) };
    }),
  };
}

/** As the Action decides: a connection is Didit's that the secret names, or that carries rules of ours. */
function letsIn(
  { connection, application, named }: World,
  through: 'didit' | 'elsewhere',
  login: Pick<Parameters<typeof evaluatePolicy>[0], 'knowledge' | 'now'>,
): boolean {
  const here = through === 'didit';
  const { decision } = evaluatePolicy({
    settings: readPolicySettings(here ? { connection, client: application } : { client: application }),
    throughDidit: here && (named === 'didit' || connection !== undefined),
    authenticatedAt: undefined,
    ...login,
  });
  return decision !== 'deny';
}

const text = fc.option(
  fc
    .record(
      {
        require: fc.subarray(['verified', 'age_over_18'], { minLength: 1 }).map((names) => names.join(',')),
        max_age: fc.constantFrom('1d', '30d', '60d', 'none'),
        apply_to: fc.constantFrom('didit', 'all'),
        mode: fc.constantFrom('enforce', 'enforce', 'report', 'off'),
      },
      { requiredKeys: [] },
    )
    // Settings without a word are none: a tenant may drop them.
    .map((settings) => ({ on_unavailable: 'deny', ...settings }))
    .map((settings) =>
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    ),
  { nil: undefined },
);
const world: fc.Arbitrary<World> = fc.record({
  connection: text,
  application: text,
  named: fc.constantFrom('didit', 'another'),
});

const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const knowledge = fc.oneof(
  fc.constantFrom('none' as const, 'failed' as const),
  fc.tuple(fc.constantFrom(0, 20, 45, 90), fc.boolean(), fc.boolean()).map(([days, is, isAdult]) => ({
    source: 'record' as const,
    fresh: false,
    record: {
      subject: 'someone',
      fields: { ...Object.fromEntries(FLAG_NAMES.map((name) => [name, is])), age_over_18: isAdult },
      verifiedAt: undefined,
      unverifiedAt: undefined,
      changedAt: NOW,
      syncedAt: NOW - days * DAY,
      source: 'event' as const,
      authenticatedAt: undefined,
      mapped: {},
    },
  })),
);

describe('whoever is let in now and was kept out before is rated', () => {
  test.each(['didit', 'elsewhere'] as const)(
    'through %s, whichever connection the Action names',
    (through) => {
      fc.assert(
        fc.property(
          world,
          world,
          fc.subarray(['connection', 'application', 'named'] as const, { minLength: 1 }),
          knowledge,
          (before, other, changed, known) => {
            const after = { ...before, ...Object.fromEntries(changed.map((name) => [name, other[name]])) };
            const login = { knowledge: known, now: NOW };
            fc.pre(!letsIn(before, through, login) && letsIn(after, through, login));
            const codes = settingsEffects({ before: modelOf(before), after: modelOf(after) })
              .filter(({ connection }) => (connection === 'didit') === (through === 'didit'))
              .flatMap(({ security }) => security.map(({ code }) => code));
            expect(codes).toContain('rules_loosened');
          },
        ),
        { numRuns: 400, maxSkipsPerRun: 500 },
      );
    },
  );
});

test('a connection that carries our rules is not called another one’s, though the Action names another', () => {
  const world = (connection: string | undefined): World => ({
    ...{ connection, application: undefined, named: 'another' },
  });
  const effects = (before: string | undefined, after: string | undefined) =>
    settingsEffects({ before: modelOf(world(before)), after: modelOf(world(after)) })
      .filter(({ what }) => what === 'rules')
      .flatMap(({ security }) => security.map(({ because }) => because));
  expect(
    effects('require=verified max_age=none apply_to=all', 'require=verified max_age=60d apply_to=all'),
  ).toEqual([]);
  expect(effects('require=verified', 'require=none')).toEqual(['require=verified → require=none']);
  expect(effects('require=verified', undefined)[0]).toMatch(
    /^mode=enforce → mode=off|^mode=enforce .* → mode=off/,
  );
});
