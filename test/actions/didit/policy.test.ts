import { describe, expect, test } from 'vitest';
import type { Knowledge } from '../../../actions/didit/knowledge.ts';
import { evaluatePolicy } from '../../../actions/didit/policy.ts';
import type { PolicyEvaluation } from '../../../actions/didit/policy.ts';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import { NOW, loginProfile } from './login-profiles.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

interface Login {
  readonly connection?: string;
  readonly client?: string;
  readonly organization?: string;
  /** Default: the answer could not be had. */
  readonly profile?: Knowledge;
  readonly throughDidit?: boolean;
  /** When the person last authenticated. Default: now. */
  readonly authenticatedAt?: number | undefined;
}

const evaluate = ({
  profile = 'failed',
  throughDidit = true,
  authenticatedAt = NOW,
  ...texts
}: Login): PolicyEvaluation =>
  evaluatePolicy({
    settings: readPolicySettings(texts),
    throughDidit,
    knowledge: profile,
    authenticatedAt,
    now: NOW,
  });

const adult = loginProfile({
  verified: true,
  age_over_18: true,
  age_over_21: true,
  email_verified: true,
  phone_verified: true,
  names_verified: true,
});

test('without settings everybody is let in', () => {
  expect(evaluate({})).toEqual({
    decision: 'allow',
    rules: [{ rule: 'connection', outcome: 'passed', setting: 'apply_to', level: 'default' }],
  });
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
      organization: 'require=verified,age_over_18',
      profile: minor,
    });
    expect(rules).toEqual([
      { rule: 'connection', outcome: 'passed', setting: 'apply_to', level: 'default' },
      { rule: 'profile', outcome: 'passed', setting: 'on_unavailable', level: 'default' },
      { rule: 'max_age', outcome: 'passed', setting: 'max_age', level: 'client' },
      { rule: 'verified', outcome: 'passed', setting: 'require', level: 'organization' },
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

  test.each([
    { ahead: 5 * MINUTE, decision: 'allow' },
    { ahead: 5 * MINUTE + 1_000, decision: 'deny' },
    { ahead: 31 * DAY, decision: 'deny' },
  ])('is met by a record from the future only as far as clocks differ: $ahead ms', ({ ahead, decision }) => {
    const client = 'max_age=30d';
    expect(evaluate({ client, profile: loginProfile({}, -ahead, false) }).decision).toBe(decision);
  });

  test('counts up to when the person was last there, where that is later than this clock', () => {
    const login = { client: 'max_age=1h', profile: loginProfile({}, 0, false) };
    expect(evaluate({ ...login, authenticatedAt: NOW + 60 * MINUTE }).decision).toBe('allow');
    expect(evaluate({ ...login, authenticatedAt: NOW + 61 * MINUTE }).code).toBe('didit_profile_stale');
    expect(evaluate({ ...login, authenticatedAt: NOW - DAY }).decision).toBe('allow');
    expect(evaluate({ ...login, authenticatedAt: undefined }).decision).toBe('allow');
  });

  test('denies a known person through Didit and through another connection alike', () => {
    const login = { client: 'max_age=1h apply_to=all', profile: loginProfile({}, 2 * 60 * MINUTE) };
    expect(evaluate(login).code).toBe('didit_profile_stale');
    expect(evaluate({ ...login, throughDidit: false }).code).toBe('didit_profile_stale');
  });

  test('that cannot be read is met by nothing but a fresh answer', () => {
    const client = 'max_age=soon';
    const staleRule = (profile: Knowledge) =>
      evaluate({ client, profile }).rules.find(({ rule }) => rule === 'max_age');
    expect(staleRule(loginProfile({}, 1_000))?.outcome).toBe('failed');
    expect(staleRule(loginProfile({}, 1_000, true))?.outcome).toBe('passed');
  });
});

describe('on_unavailable', () => {
  const connection = 'require=verified';
  const client = 'on_unavailable=allow';

  test.each<[Knowledge, 'allow' | 'deny', string]>([
    ['failed', 'allow', 'didit_profile_unavailable'],
    ['not_asked', 'deny', 'didit_profile_unavailable'],
    ['refused', 'deny', 'didit_profile_unavailable'],
    ['refused_two_identities', 'deny', 'didit_two_identities'],
    ['none', 'deny', 'didit_profile_unavailable'],
  ])(
    '=allow waives an answer that could not be had, and nothing else: %s ends with %s',
    (profile, decision, code) => {
      const login = { connection, profile };
      expect(evaluate(login)).toMatchObject({ decision: 'deny', code });
      const waived = evaluate({ ...login, client });
      expect(waived.decision).toBe(decision);
      expect(waived.rules).toContainEqual(
        decision === 'allow'
          ? { rule: 'profile', outcome: 'waived', setting: 'on_unavailable', level: 'client' }
          : { rule: 'profile', outcome: 'failed', code, setting: 'on_unavailable', level: 'client' },
      );
    },
  );

  test('=allow waives what max_age needs, too', () => {
    expect(evaluate({ client: 'max_age=1d' }).code).toBe('didit_profile_unavailable');
    expect(evaluate({ client: 'max_age=1d on_unavailable=allow' }).decision).toBe('allow');
  });

  test('has nothing to say where no rule needs a profile', () => {
    expect(evaluate({ connection: 'on_unavailable=deny' }).decision).toBe('allow');
  });

  test('does not concern a person of whom something is known', () => {
    expect(evaluate({ connection, client, profile: loginProfile({ verified: false }) }).code).toBe(
      'didit_not_verified',
    );
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
    for (const profile of ['failed', 'not_asked', 'none', 'refused', 'refused_two_identities'] as const) {
      const client = 'apply_to=all on_unavailable=allow';
      expect(evaluate({ ...other, client, profile }).code).toBe('didit_connection_required');
      expect(evaluate({ ...other, client: `${client} require=verified`, profile }).code).toBe(
        'didit_connection_required',
      );
    }
  });

  test('all holds the record to 30 days where an application lifts the limit too', () => {
    const client = 'apply_to=all require=none max_age=none';
    const login = (profile: Knowledge) => evaluate({ client, profile, throughDidit: false });
    expect(login(loginProfile({}, 30 * DAY, false)).decision).toBe('allow');
    expect(login(loginProfile({}, 31 * DAY, false)).code).toBe('didit_profile_stale');
    expect(evaluate({ client, throughDidit: false }).code).toBe('didit_connection_required');
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
    const code = 'didit_policy_unreadable';
    const { rules, ...verdict } = evaluate({ client, profile: adult });
    expect(verdict).toEqual({ decision: 'deny', code });
    const rule = { rule: 'settings', outcome: 'failed', code, setting: 'didit_policy', level: 'client' };
    expect(rules[0]).toEqual(rule);
  });

  test('denies a login through any connection, since it may have said apply_to=all', () => {
    for (const client of ['require=verifed', 'apply_to=evrybody', 'apply_to=didit typo', 'typo']) {
      expect(evaluate({ client, profile: adult, throughDidit: false })).toMatchObject({
        decision: 'deny',
        code: 'didit_policy_unreadable',
      });
    }
  });

  test('does not concern such a login where a later level says apply_to=didit', () => {
    const login = { client: 'typo', organization: 'apply_to=didit', throughDidit: false };
    expect(evaluate(login)).toEqual({ decision: 'allow', rules: [] });
    expect(evaluate({ ...login, throughDidit: true }).code).toBe('didit_policy_unreadable');
  });

  test('is enforced, whatever mode it seems to name', () => {
    expect(evaluate({ client: 'require=verifed mode=report' }).decision).toBe('deny');
    expect(evaluate({ client: 'require=verifed mode=off' }).decision).toBe('deny');
    expect(evaluate({ connection: 'mode=off', client: 'require=verifed' }).decision).toBe('deny');
  });

  test('only reports, or asks nothing, where a later level says so', () => {
    expect(evaluate({ connection: 'require=verifed', client: 'mode=report' })).toMatchObject({
      decision: 'report',
      code: 'didit_policy_unreadable',
    });
    expect(evaluate({ connection: 'require=verifed', client: 'mode=off' }).decision).toBe('allow');
  });
});

test('report denies nobody and says who would have been denied', () => {
  expect(evaluate({ client: 'require=verified mode=report', profile: loginProfile({}) })).toMatchObject({
    decision: 'report',
    code: 'didit_not_verified',
  });
});
