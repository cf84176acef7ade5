import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLAG_NAMES } from '../../../actions/didit/fields.ts';
import type { Knowledge } from '../../../actions/didit/knowledge.ts';
import { evaluatePolicy } from '../../../actions/didit/policy.ts';
import type { PolicyInput } from '../../../actions/didit/policy.ts';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import { canStepUp, judgeReturn, stepUpCode, stepUpDenials } from '../../../actions/didit/step-up.ts';
import { NOW, loginProfile } from './login-profiles.ts';

const DAY = 86_400_000;

/** What Didit can do something about. A known age, a text that cannot be read and an answer that could not be had are not. */
const CURABLE = [
  'didit_connection_required',
  'didit_profile_stale',
  'didit_not_verified',
  'didit_age_unknown',
  'didit_email_not_verified',
  'didit_phone_not_verified',
  'didit_names_not_verified',
];

const anyKnowledge: fc.Arbitrary<Knowledge> = fc.oneof(
  fc.constantFrom('failed', 'not_asked', 'none', 'refused', 'refused_two_identities'),
  fc
    .tuple(
      fc.dictionary(fc.constantFrom(...FLAG_NAMES), fc.boolean()),
      fc.integer({ min: -DAY, max: 90 * DAY }),
      fc.boolean(),
    )
    .map(([fields, age, fresh]) => loginProfile(fields, age, fresh)),
);

const anyText = fc.option(
  fc
    .array(
      fc.constantFrom(
        'require=verified',
        'require=age_over_18',
        'require=age_over_21,email_verified',
        'require=none',
        'max_age=1d',
        'max_age=none',
        'apply_to=all',
        'apply_to=didit',
        'on_unavailable=allow',
        'mode=report',
        'mode=off',
        'nonsense',
      ),
      { maxLength: 4 },
    )
    .map((words) => words.join(' ')),
  { nil: undefined },
);

const anyInput: fc.Arbitrary<PolicyInput> = fc
  .record({
    connection: anyText,
    client: anyText,
    organization: anyText,
    throughDidit: fc.boolean(),
    uncertain: fc.boolean(),
    knowledge: anyKnowledge,
  })
  .map(({ throughDidit, uncertain, knowledge, ...texts }) => ({
    settings: readPolicySettings(texts),
    throughDidit,
    uncertain,
    knowledge,
    authenticatedAt: NOW,
    now: NOW,
  }));

const inputOf = (
  client: string,
  knowledge: Knowledge,
  { throughDidit = false }: { readonly throughDidit?: boolean } = {},
): PolicyInput => ({
  settings: readPolicySettings({ client }),
  throughDidit,
  knowledge,
  authenticatedAt: NOW,
  now: NOW,
});

describe('who may step up', () => {
  test('is exactly who would be denied for nothing but reasons that Didit can cure, without Didit having been asked', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(anyInput, (input) => {
        const { rules } = evaluatePolicy(input);
        const failed = rules.flatMap(({ code }) => code ?? []);
        const { knowledge } = input;
        const isOpen =
          typeof knowledge === 'string' ? ['none', 'not_asked'].includes(knowledge) : !knowledge.fresh;
        const expected = failed.length > 0 && failed.every((code) => CURABLE.includes(code)) && isOpen;
        seen.add(expected);
        expect(canStepUp(input)).toBe(expected);
      }),
      { numRuns: 5_000 },
    );
    expect([...seen]).toHaveLength(2);
  });

  test.each([
    ['somebody of another connection without a Didit identity', inputOf('apply_to=all', 'none')],
    ['somebody of whom nothing is stored', inputOf('apply_to=all', 'not_asked')],
    ['a record that is too old', inputOf('max_age=1d apply_to=all', loginProfile({}, 2 * DAY))],
    [
      'a record that is too old, in a Didit session',
      inputOf('max_age=1d', loginProfile({}, 2 * DAY), { throughDidit: true }),
    ],
    ['a record of 31 days without max_age', inputOf('apply_to=all', loginProfile({}, 31 * DAY))],
    ['who is not verified', inputOf('require=verified apply_to=all', loginProfile({ verified: false }, 1))],
    ['whose age is not known', inputOf('require=age_over_18 apply_to=all', loginProfile({}, 1))],
  ])('is %s', (_name, input) => {
    expect(canStepUp(input)).toBe(true);
  });

  test.each([
    ['anybody without rules', inputOf('', 'none')],
    ['a minor', inputOf('require=age_over_18 apply_to=all', loginProfile({ age_over_18: false }, 1))],
    [
      'a minor whose record is too old as well',
      inputOf('require=age_over_18 max_age=1d apply_to=all', loginProfile({ age_over_18: false }, 2 * DAY)),
    ],
    ['who has just come from Didit', inputOf('require=verified', loginProfile({}), { throughDidit: true })],
    ['whose answer was refused', inputOf('apply_to=all', 'refused')],
    ['who has two Didit identities', inputOf('apply_to=all', 'refused_two_identities')],
    ['anybody where a rule cannot be read', inputOf('apply_to=all nonsense', 'none')],
    ['anybody where the rules are off', inputOf('apply_to=all mode=off', 'none')],
  ])('is not %s', (_name, input) => {
    expect(canStepUp(input)).toBe(false);
  });
});

describe('the identity that comes back', () => {
  const profile = loginProfile({ verified: true });
  const { subject } = profile.record;
  const DIDIT_USER = `oauth2|didit|${subject}`;
  const back = (changes: Partial<Parameters<typeof judgeReturn>[0]> = {}) =>
    judgeReturn({
      userId: 'auth0|someone',
      subjects: [],
      listed: true,
      signedIn: DIDIT_USER,
      answer: { knowledge: profile, identities: 1 },
      ...changes,
    });

  test('is linked where it is all that its own user is, and the user has none', () => {
    expect(back()).toEqual({ outcome: 'linked', profile });
  });

  test.each([[[]], [[subject]], [['another', subject]]])(
    'is the answer of the user who has it already (%j)',
    (subjects) => {
      expect(back({ signedIn: 'auth0|someone', subjects })).toEqual({ outcome: 'renewed', profile });
    },
  );

  test.each([
    ['other_identity', 'of a user who has another one', { subjects: ['another'] }],
    [
      'other_identity',
      'of the user, whose list of identities names another one',
      { signedIn: 'auth0|someone', subjects: ['another'] },
    ],
    [
      'other_identity',
      'with a second one beside it',
      { answer: { knowledge: 'refused_two_identities', identities: 2 } },
    ],
    [
      'identity_taken',
      'that is linked to another user',
      { signedIn: 'auth0|somebody-else', answer: { knowledge: profile, identities: 2 } },
    ],
    [
      'account_in_use',
      'whose own user has other identities',
      { answer: { knowledge: profile, identities: 2 } },
    ],
    [
      'failed',
      'of whose user the platform shows no identities',
      { answer: { knowledge: profile, identities: 0 } },
    ],
    [
      'failed',
      'of whose user the platform shows nonsense',
      { answer: { knowledge: profile, identities: NaN } },
    ],
    ['failed', 'for a user who may have one that the platform does not show', { listed: false }],
    ['failed', 'without an answer', { answer: { knowledge: 'failed', identities: 1 } }],
  ] as const)('is refused with %s: one %s', (reason, _name, changes) => {
    expect(back(changes)).toEqual({ reason });
  });

  test('is linked in one case alone, whatever comes back', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('auth0|abc', DIDIT_USER, 'google-oauth2|1', 'oauth2|didit|other', ''),
        fc.constantFrom('auth0|abc', DIDIT_USER, 'google-oauth2|1', 'oauth2|didit|other', ''),
        fc.uniqueArray(fc.constantFrom(subject, 'other'), { maxLength: 2 }),
        anyKnowledge,
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        (userId, signedIn, subjects, knowledge, identities, listed) => {
          const answer = { knowledge, identities };
          const verdict = judgeReturn({ userId, signedIn, subjects, listed, answer });
          const isLinked = 'outcome' in verdict && verdict.outcome === 'linked';
          expect(isLinked).toBe(
            userId !== DIDIT_USER &&
              signedIn === DIDIT_USER &&
              subjects.length === 0 &&
              typeof knowledge !== 'string' &&
              listed &&
              identities === 1,
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

test('each code says what to do, and is what the application gets', () => {
  expect(stepUpCode('needed')).toBe('didit_step_up_needed');
  expect(Object.keys(stepUpDenials())).toContain('didit_step_up_account_in_use');
  for (const [code, sentence] of Object.entries(stepUpDenials())) {
    expect(code).toMatch(/^didit_step_up_[a-z_]+$/);
    expect(sentence).toMatch(/Please .*\.$/);
  }
});
