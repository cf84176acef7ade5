import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluatePolicy } from '../../../actions/didit/policy.ts';
import { FLAG_NAMES } from '../../../actions/didit/fields.ts';
import { checkSettings } from '../../../scripts/settings/check.ts';
import { MAX_SETTINGS_CHARACTERS } from '../../../actions/didit/settings/grammar.ts';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import { SETTINGS } from '../../../scripts/settings/table.ts';
import { isLooser, rulesOfOtherLogins } from '../../../scripts/plan/ratings/looser-rules.ts';
import { ANY_OTHER_CONNECTION } from '../../../scripts/plan/ratings/settings-effect.ts';
import { settingsEffects } from '../../../scripts/plan/ratings/settings-effects.ts';
import { textsOf } from '../../actions/didit/settings/setting-texts.ts';
import { modelWithSettings, sample } from '../sample.ts';
import type { Edit } from '../sample.ts';

type Texts = Parameters<typeof modelWithSettings>[0];

/** What new settings come to, in the place of those of the project's own tenant.yaml. */
const effects = (after: Texts, before: Texts = {}) =>
  settingsEffects({ before: modelWithSettings(before), after: modelWithSettings(after) });

const clientPolicy = (text: string): Texts => ({ application: { didit_policy: text } });

describe('rules', () => {
  test('are shown as they hold for each application, connection and application together', () => {
    expect(effects(clientPolicy('require=age_over_18 max_age=30d'))).toEqual([
      {
        connection: 'didit',
        application: 'Didit Sample Application',
        what: 'rules',
        before: 'mode=enforce require=verified max_age=none apply_to=didit on_unavailable=deny step_up=off',
        after: 'mode=enforce require=age_over_18 max_age=30d apply_to=didit on_unavailable=deny step_up=off',
        security: [
          {
            code: 'rules_loosened',
            because: 'require=verified → require=age_over_18, max_age=none → max_age=30d',
          },
        ],
      },
    ]);
  });

  test('that an application overrides do not change with the connection', () => {
    expect(effects({ connection: { didit_policy: 'require=age_over_21' } })).toEqual([]);
  });

  test('loosened at the connection are loosened at every application that does not override them', () => {
    const [effect] = effects({ connection: { didit_policy: 'on_unavailable=allow' } });
    expect(effect).toMatchObject({
      application: 'Didit Sample Application',
      security: [{ code: 'rules_loosened' }],
    });
  });

  test.each([
    ['stricter requirements', 'require=verified,age_over_18'],
    ['an age limit for what is known', 'require=verified max_age=1d'],
    ['a text that nobody can read', 'require=verifeid'],
    ['rules for other connections too', 'require=verified apply_to=all'],
  ])('are not called looser for %s', (_name, text) => {
    const [effect] = effects(clientPolicy(text));
    expect(effect).toMatchObject({ what: 'rules', security: [] });
  });

  test.each([
    ['fewer requirements', 'max_age=30d'],
    ['a report instead of a denial', 'require=verified mode=report'],
    ['no rules at all', 'require=verified mode=off'],
    ['none of the requirements', 'require=none'],
  ])('are called looser for %s', (_name, text) => {
    const [effect] = effects(clientPolicy(text));
    expect(effect?.security.map(({ code }) => code)).toEqual(['rules_loosened']);
  });

  test.each([
    ['require=none', 'require=verified → require=none'],
    ['max_age=none', 'max_age=30d → max_age=none'],
    ['require=none max_age=none', 'require=verified → require=none, max_age=30d → max_age=none'],
  ])('that an application lifts from the connection are called looser: %s', (text, because) => {
    const connection = { didit_policy: 'require=verified max_age=30d' };
    const [effect] = effects(
      { connection, application: { didit_policy: text } },
      { connection, application: { didit_policy: '' } },
    );
    expect(effect?.security).toEqual([{ code: 'rules_loosened', because }]);
  });

  test('with none in place of no setting at all are the same rules', () => {
    expect(effects(clientPolicy('require=verified max_age=none'))).toEqual([]);
  });

  const rules = fc.record(
    {
      require: fc.subarray([...FLAG_NAMES]).map((names) => (names.length === 0 ? 'none' : names.join(','))),
      max_age: fc.constantFrom('1h', '1d', '30d', '60d', 'none'),
      apply_to: fc.constantFrom('didit', 'all'),
      on_unavailable: fc.constantFrom('deny', 'allow'),
      mode: fc.constantFrom('enforce', 'report', 'off'),
      broken: fc.constant('yes'),
    },
    { requiredKeys: [] },
  );
  const textOf = (settings: object): string =>
    Object.entries(settings)
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(' ');
  /** Rules as they were and as they are: mostly the same, as in a change that somebody makes. */
  const changedRules = fc
    .tuple(
      rules,
      rules,
      fc.subarray(['require', 'max_age', 'apply_to', 'on_unavailable', 'mode', 'broken'], { maxLength: 2 }),
    )
    .map(([old, other, changed]) => {
      const of = (settings: object, isChosen: (name: string) => boolean) =>
        Object.entries(settings).filter(([name]) => isChosen(name));
      const now = Object.fromEntries([
        ...of(old, (name) => !changed.includes(name)),
        ...of(other, (name) => changed.includes(name)),
      ]);
      return [textOf(old), textOf(now)] as const;
    });
  const now = Date.UTC(2026, 0, 1);
  const knowledge = fc.oneof(
    fc.constantFrom('not_asked', 'failed', 'refused', 'refused_two_identities', 'none'),
    fc.record({
      source: fc.constantFrom('event' as const, 'record' as const),
      fresh: fc.boolean(),
      record: fc.record({
        subject: fc.constant('someone'),
        fields: fc.record(Object.fromEntries(FLAG_NAMES.map((name) => [name, fc.boolean()])), {
          requiredKeys: [],
        }),
        verifiedAt: fc.constant(undefined),
        unverifiedAt: fc.constant(undefined),
        changedAt: fc.constant(now),
        syncedAt: fc.constantFrom(0, 2, 48, 24 * 40).map((hours) => now - hours * 3_600_000),
        source: fc.constant('event' as const),
        authenticatedAt: fc.constant(undefined),
        mapped: fc.constant({}),
      }),
    }),
  );

  test.each([
    ['Didit', true],
    ['another connection', false],
  ])('are called looser whenever they let in anybody through %s who was kept out', (_name, throughDidit) => {
    fc.assert(
      fc.property(changedRules, knowledge, ([old, text], known) => {
        const [before, after] = [readPolicySettings({ client: old }), readPolicySettings({ client: text })];
        const decide = (settings: typeof before) =>
          evaluatePolicy({ settings, throughDidit, knowledge: known, authenticatedAt: undefined, now })
            .decision;
        const rulesOf = (settings: typeof before) => (throughDidit ? settings : rulesOfOtherLogins(settings));
        if (decide(before) === 'deny' && decide(after) !== 'deny') {
          expect(isLooser(rulesOf(before), rulesOf(after))).toBe(true);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([
    [
      'a higher age than without a limit',
      'apply_to=all',
      'apply_to=all max_age=60d',
      'max_age=30d → max_age=60d',
    ],
    [
      'rules that the connection has too',
      'require=verified apply_to=all',
      'apply_to=all',
      'require=verified → require=none',
    ],
    [
      'rules for Didit logins only, where the connection says all',
      'apply_to=all',
      '',
      'mode=enforce require=none max_age=30d apply_to=all on_unavailable=deny step_up=off → no rules',
    ],
  ])('of logins through another connection are called looser for %s', (_name, from, to, because) => {
    const connection = { didit_policy: 'require=verified max_age=60d apply_to=all' };
    const found = effects(
      { connection, application: { didit_policy: to } },
      { connection, application: { didit_policy: from } },
    );
    expect(found).toMatchObject([
      {
        connection: ANY_OTHER_CONNECTION,
        application: 'Didit Sample Application',
        security: [{ code: 'rules_loosened', because: `through any other connection: ${because}` }],
      },
    ]);
  });

  test('of logins through another connection are shown where an application asks for some, and not rated', () => {
    expect(
      effects(
        { application: { didit_policy: 'require=verified apply_to=all' } },
        { application: { didit_policy: 'require=verified' } },
      ),
    ).toMatchObject([
      { connection: 'didit', security: [] },
      {
        connection: ANY_OTHER_CONNECTION,
        before: 'no rules',
        after: 'mode=enforce require=verified max_age=30d apply_to=all on_unavailable=deny step_up=off',
        security: [],
      },
    ]);
  });

  test('are never called looser than themselves', () => {
    fc.assert(
      fc.property(rules, (given) => {
        const settings = readPolicySettings({ connection: textOf(given) });
        expect(isLooser(settings, settings)).toBe(false);
      }),
    );
  });
});

test('a file that leaves the applications to the dashboard speaks of all that have users', () => {
  const left: Edit = ['    enabled_clients:\n      - Didit Sample Application\n      - Didit Step-up\n', ''];
  const policy: Edit = ['didit_policy: require=verified', 'didit_policy: require=verified,age_over_18'];
  const found = settingsEffects({ before: sample(left).model, after: sample(left, policy).model });
  expect(found.map(({ application }) => application)).toEqual(['Didit Sample Application']);
});

describe('applications that nobody has named', () => {
  const LEFT: Edit = ['    enabled_clients:\n      - Didit Sample Application\n      - Didit Step-up\n', ''];
  const found = (...edits: readonly Edit[]) =>
    settingsEffects({ before: sample(LEFT).model, after: sample(LEFT, ...edits).model });

  test('meet the rules of the connection, though each application of the file has its own', () => {
    expect(found(['mode=enforce on_unavailable=deny', 'mode=report on_unavailable=deny'])).toContainEqual(
      expect.objectContaining({
        application: '(any other application)',
        what: 'rules',
        security: [expect.objectContaining({ code: 'rules_loosened' })],
      }),
    );
  });

  test('get its claims, where the file has none that people sign in to', () => {
    const after: readonly Edit[] = [LEFT, ['app_type: regular_web', 'app_type: non_interactive']];
    const claim: Edit = ['id_token=verified,age_over_18', 'id_token=verified,birthdate'];
    expect(
      settingsEffects({ before: sample(...after).model, after: sample(...after, claim).model }),
    ).toMatchObject([
      {
        application: '(any other application)',
        security: [{ code: 'personal_data_in_token', because: 'birthdate in the ID token' }],
      },
    ]);
  });

  test('are none where the applications are known', () => {
    const edit: Edit = ['mode=enforce on_unavailable=deny', 'mode=enforce on_unavailable=allow'];
    const effects = settingsEffects({ before: sample().model, after: sample(edit).model });
    expect(effects.map(({ application }) => application)).toEqual(['Didit Sample Application']);
  });
});

test('a token that is to carry no claims is shown without any, and not rated', () => {
  const lifted = effects({ application: { didit_claims: 'access_token=none' } });
  expect(lifted).toMatchObject([{ what: 'claims', security: [] }]);
  expect(lifted[0]?.after).toContain(' access_token=none ');
});

describe('what settings come to', () => {
  const keys = { rules: 'didit_policy', claims: 'didit_claims', 'kept data': 'didit_sync' } as const;
  const textOf = (key: string): fc.Arbitrary<string> =>
    fc
      .record(
        Object.fromEntries(
          SETTINGS.find((settings) => settings.key === key)?.settings.map(({ name, setting }) => [
            name,
            fc.oneof(
              { weight: 9, arbitrary: textsOf(setting.type) },
              { weight: 1, arbitrary: fc.constant('?') },
            ),
          ]) ?? [],
        ),
        { requiredKeys: [] },
      )
      .map((settings) =>
        Object.entries(settings)
          .map(([name, value]) => `${name}=${value}`)
          .join(' '),
      )
      .filter((text) => text.length <= MAX_SETTINGS_CHARACTERS);

  test.each(Object.entries(keys))('can be written as it is shown, and means the same: %s', (what, key) => {
    fc.assert(
      fc.property(textOf(key), textOf(key), (connection, application) => {
        const given = modelWithSettings({
          connection: { [key]: connection },
          application: { [key]: application },
        });
        const bare = modelWithSettings({ connection: { [key]: '' }, application: { [key]: '' } });
        const shown = settingsEffects({ before: bare, after: given }).find(
          (effect) => effect.what === what,
        )?.after;
        // No text says that a text cannot be read, and Auth0 takes no longer one.
        fc.pre(shown != null && !shown.startsWith('unreadable'));
        fc.pre(shown.length <= MAX_SETTINGS_CHARACTERS);
        expect(checkSettings('connection', { [key]: shown })).toEqual([]);
        const written = modelWithSettings({ connection: { [key]: shown }, application: { [key]: '' } });
        // Through another connection only what the application itself asks for counts.
        const differ = settingsEffects({ before: given, after: written }).filter(
          ({ connection: through }) => through !== ANY_OTHER_CONNECTION,
        );
        expect(differ).toEqual([]);
      }),
    );
  });
});
