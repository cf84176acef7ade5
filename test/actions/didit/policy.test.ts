import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLAG_NAMES } from '../../../actions/didit/fields.ts';
import type { LoginProfile } from '../../../actions/didit/knowledge.ts';
import { DENIALS } from '../../../actions/didit/policy-codes.ts';
import { evaluatePolicy } from '../../../actions/didit/policy.ts';
import type { PolicyEvaluation } from '../../../actions/didit/policy.ts';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import { NOW, loginProfile } from './login-profiles.ts';

const DAY = 86_400_000;

interface Login {
  readonly connection?: string;
  readonly client?: string;
  readonly organization?: string;
  readonly profile?: LoginProfile | undefined;
  readonly throughDidit?: boolean;
}

const evaluate = ({ profile, throughDidit = true, ...texts }: Login): PolicyEvaluation =>
  evaluatePolicy({ settings: readPolicySettings(texts), throughDidit, profile, now: NOW });

const adult = loginProfile({
  verified: true,
  age_over_18: true,
  age_over_21: true,
  email_verified: true,
  phone_verified: true,
  names_verified: true,
});

test('without settings everybody is let in', () => {
  expect(evaluate({})).toMatchObject({ decision: 'allow' });
  expect(evaluate({ throughDidit: false })).toEqual({ decision: 'allow', rules: [] });
});

describe('require', () => {
  test.each([
    ['verified', 'didit_not_verified', 'didit_not_verified'],
    ['age_over_18', 'didit_age_under_18', 'didit_age_unknown'],
    ['age_over_21', 'didit_age_under_21', 'didit_age_unknown'],
    ['email_verified', 'didit_email_not_verified', 'didit_email_not_verified'],
    ['phone_verified', 'didit_phone_not_verified', 'didit_phone_not_verified'],
    ['names_verified', 'didit_names_not_verified', 'didit_names_not_verified'],
  ])('%s lets in who meets it, and nobody else', (name, no, unknown) => {
    const client = `require=${name}`;
    expect(evaluate({ client, profile: adult }).decision).toBe('allow');
    expect(evaluate({ client, profile: loginProfile({ [name]: false }) })).toMatchObject({
      decision: 'deny',
      code: no,
    });
    expect(evaluate({ client, profile: loginProfile({}) })).toMatchObject({
      decision: 'deny',
      code: unknown,
    });
  });

  test('evaluates all rules, and the first that fails decides', () => {
    const evaluation = evaluate({
      connection: 'require=verified,age_over_18',
      profile: loginProfile({ verified: false, age_over_18: false }),
    });
    expect(evaluation.code).toBe('didit_not_verified');
    expect(evaluation.rules.map(({ rule, outcome, code }) => [rule, outcome, code])).toEqual([
      ['connection', 'passed', undefined],
      ['profile', 'passed', undefined],
      ['verified', 'failed', 'didit_not_verified'],
      ['age_over_18', 'failed', 'didit_age_under_18'],
    ]);
  });
});

describe('levels', () => {
  const minor = loginProfile({ verified: true, age_over_18: false });

  test('override one another setting by setting: connection, application, organization', () => {
    const connection = 'require=verified mode=report';
    expect(evaluate({ connection, profile: loginProfile({}) }).decision).toBe('report');
    expect(evaluate({ connection, client: 'mode=enforce', profile: loginProfile({}) }).decision).toBe('deny');
    expect(evaluate({ connection, client: 'require=age_over_18', profile: minor }).decision).toBe('report');
    expect(
      evaluate({
        connection,
        client: 'require=age_over_18 mode=enforce',
        organization: 'mode=off',
        profile: minor,
      }),
    ).toEqual({ decision: 'allow', rules: [] });
  });

  test('are told by each rule, with the setting that asked for it', () => {
    const { rules } = evaluate({
      connection: 'require=verified',
      client: 'max_age=30d',
      organization: 'require=age_over_18',
      profile: minor,
    });
    expect(rules).toEqual([
      { rule: 'connection', outcome: 'passed', setting: 'apply_to', level: 'default' },
      { rule: 'profile', outcome: 'passed', setting: 'on_unavailable', level: 'default' },
      { rule: 'max_age', outcome: 'passed', setting: 'max_age', level: 'client' },
      {
        rule: 'age_over_18',
        outcome: 'failed',
        code: 'didit_age_under_18',
        setting: 'require',
        level: 'organization',
      },
    ]);
  });
});

describe('max_age', () => {
  test('lets an old record in as long as it is not too old', () => {
    const client = 'max_age=30d';
    expect(evaluate({ client, profile: loginProfile({}, 30 * DAY) }).decision).toBe('allow');
    expect(evaluate({ client, profile: loginProfile({}, 30 * DAY + 1_000) })).toMatchObject({
      decision: 'deny',
      code: 'didit_profile_stale',
    });
  });

  test('is met by a login that asks Didit itself', () => {
    expect(evaluate({ client: 'max_age=1s', profile: loginProfile({}, 60_000, true) }).decision).toBe(
      'allow',
    );
  });

  test('is not met by a record from the far future', () => {
    expect(evaluate({ client: 'max_age=30d', profile: loginProfile({}, -31 * DAY, false) }).decision).toBe(
      'deny',
    );
  });
});

describe('on_unavailable', () => {
  test('decides where a rule needs a profile and there is none', () => {
    const connection = 'require=verified';
    expect(evaluate({ connection })).toMatchObject({ decision: 'deny', code: 'didit_profile_unavailable' });
    expect(evaluate({ connection, client: 'on_unavailable=allow' })).toMatchObject({ decision: 'allow' });
    expect(evaluate({ connection, client: 'on_unavailable=allow' }).rules).toContainEqual({
      rule: 'profile',
      outcome: 'waived',
      setting: 'on_unavailable',
      level: 'client',
    });
  });

  test('has nothing to say where no rule needs a profile', () => {
    expect(evaluate({ connection: 'on_unavailable=deny' }).decision).toBe('allow');
  });
});

describe('apply_to', () => {
  const other = { throughDidit: false };

  test('didit leaves logins through other connections alone', () => {
    expect(evaluate({ ...other, client: 'require=verified' })).toEqual({ decision: 'allow', rules: [] });
  });

  test('all asks them for a Didit record, whatever else is required', () => {
    expect(evaluate({ ...other, client: 'apply_to=all' })).toMatchObject({
      decision: 'deny',
      code: 'didit_connection_required',
    });
    expect(evaluate({ ...other, client: 'apply_to=all on_unavailable=allow' }).decision).toBe('deny');
  });

  test('all holds the record to 30 days where an application lifts the limit too', () => {
    const client = 'apply_to=all require=none max_age=none';
    const login = (profile: LoginProfile) => evaluate({ client, profile, throughDidit: false });
    expect(login(loginProfile({}, 30 * DAY, false)).decision).toBe('allow');
    expect(login(loginProfile({}, 31 * DAY, false)).code).toBe('didit_profile_stale');
    expect(evaluate({ client, profile: undefined, throughDidit: false }).code).toBe(
      'didit_connection_required',
    );
  });

  test('all holds the record to max_age, or to 30 days', () => {
    const profile = loginProfile({ verified: true }, 40 * DAY);
    const client = 'apply_to=all require=verified';
    expect(evaluate({ ...other, client, profile })).toMatchObject({ code: 'didit_profile_stale' });
    expect(evaluate({ ...other, client: `${client} max_age=50d`, profile }).decision).toBe('allow');
    expect(evaluate({ ...other, client, profile: loginProfile({ verified: true }, DAY) }).decision).toBe(
      'allow',
    );
    expect(evaluate({ ...other, client, profile: loginProfile({}, DAY) })).toMatchObject({
      code: 'didit_not_verified',
    });
  });
});

describe('what cannot be read', () => {
  test.each([
    'require=verifed',
    'requre=verified',
    'require=',
    'require',
    'require=verified require=verified',
    'max_age=soon',
    'mode=enfroce',
    'x'.repeat(256),
  ])('denies, since a rule may be missing: %s', (client) => {
    expect(evaluate({ client, profile: adult })).toMatchObject({
      decision: 'deny',
      code: 'didit_policy_unreadable',
    });
  });

  test('does not concern a login that the policy does not apply to', () => {
    expect(evaluate({ client: 'require=verifed', throughDidit: false })).toEqual({
      decision: 'allow',
      rules: [],
    });
    expect(evaluate({ client: 'apply_to=evrybody', throughDidit: false }).decision).toBe('deny');
  });

  test('only reports in report mode, and asks nothing in off mode', () => {
    expect(evaluate({ client: 'require=verifed mode=report' })).toMatchObject({ decision: 'report' });
    expect(evaluate({ client: 'require=verifed mode=off' }).decision).toBe('allow');
  });
});

test('report denies nobody and says who would have been denied', () => {
  expect(evaluate({ client: 'require=verified mode=report', profile: loginProfile({}) })).toMatchObject({
    decision: 'report',
    code: 'didit_not_verified',
  });
});

describe('whatever the settings and the profile', () => {
  const word = fc.constantFrom(
    'require=verified',
    'require=age_over_18,verified',
    'require=nonsense',
    'max_age=1d',
    'apply_to=all',
    'on_unavailable=allow',
    'mode=report',
    'mode=off',
    'nonsense',
  );
  const text = fc.option(
    fc.oneof(
      fc.array(word, { maxLength: 4 }).map((words) => words.join(' ')),
      fc.anything(),
    ),
    { nil: undefined },
  );
  const profile = fc.option(
    fc
      .tuple(
        fc.dictionary(fc.constantFrom(...FLAG_NAMES), fc.boolean()),
        fc.integer({ min: 0, max: 90 * DAY }),
        fc.boolean(),
      )
      .map(([fields, age, fresh]) => loginProfile(fields, age, fresh)),
    { nil: undefined },
  );

  test('the evaluation never throws, explains itself, and is the same each time', () => {
    fc.assert(
      fc.property(
        text,
        text,
        text,
        profile,
        fc.boolean(),
        (connection, client, organization, found, throughDidit) => {
          const input = {
            settings: readPolicySettings({ connection, client, organization }),
            throughDidit,
            profile: found,
            now: NOW,
          };
          const evaluation = evaluatePolicy(input);
          const failed = evaluation.rules.filter(({ outcome }) => outcome === 'failed');
          expect(evaluation.decision === 'allow').toBe(failed.length === 0);
          expect(evaluation.code).toBe(failed[0]?.code);
          expect(evaluatePolicy(input)).toEqual(evaluation);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('who is let in met every requirement, unless the settings waive it', () => {
    fc.assert(
      fc.property(fc.subarray([...FLAG_NAMES], { minLength: 1 }), profile, (names, found) => {
        const { decision } = evaluate({ client: `require=${names.join(',')}`, profile: found });
        expect(decision === 'allow').toBe(names.every((name) => found?.record.fields[name] === true));
      }),
    );
  });
});

test('sentences are fit for a callback: short, plain, without a colon', () => {
  for (const [code, sentence] of Object.entries(DENIALS)) {
    expect(code).toMatch(/^didit_[a-z_0-9]+$/);
    expect(sentence).toMatch(/^[A-Z][A-Za-z0-9 .,]{10,80}\.$/);
  }
});
