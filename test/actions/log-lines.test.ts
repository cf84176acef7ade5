import { describe, expect, test } from 'vitest';
import { isObject, own, parseJson } from '../../actions/didit/json.ts';
import { adultSnapshot, loginEvent, rules } from './login-event.ts';
import type { EventParts } from './login-event.ts';
import { useLogins } from './logins.ts';

const logins = await useLogins();

const user = { didit_profile: adultSnapshot };

const at = (level: 'client' | 'connection' | 'organization', metadata: object): EventParts =>
  level === 'connection' ? { connection: { metadata } } : { [level]: metadata };

describe('the log', () => {
  test('is one line of JSON of at most 256 bytes for each Action, always of the same shape', async () => {
    const { lines } = await logins.login(loginEvent({ user, client: rules('require=verified mode=report') }));
    expect(lines.map((line) => own(parseJson(line), 'action'))).toEqual([
      'didit-profile-sync',
      'didit-step-up',
      'didit-access-policy',
      'didit-claims',
    ]);
    for (const line of lines) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(256);
      const parsed = parseJson(line);
      expect(isObject(parsed) ? Object.keys(parsed) : []).toEqual([
        'action',
        'outcome',
        'codes',
        'source',
        'ms',
        'id',
      ]);
      // The clock stands still.
      expect(own(parsed, 'ms')).toBe(0);
    }
  });

  test.each([
    [{ id: 'transaction_1', correlation_id: 'correlation_1' }, 'transaction_1'],
    [{ id: undefined, correlation_id: 'correlation_1' }, 'correlation_1'],
    [{ id: undefined, correlation_id: undefined }, undefined],
    [{ id: 'john@example.com', correlation_id: 'correlation_1' }, undefined],
  ])('names the login by %j: %s', async (transaction, id) => {
    const { lines } = await logins.login(loginEvent({ user, transaction }));
    expect(lines.map((line) => own(parseJson(line), 'id'))).toEqual([id, id, id, id]);
  });

  test('says that a setting cannot be read, whoever logs in', async () => {
    const outcome = await logins.login(
      loginEvent({
        connection: { metadata: { didit_sync: 'typo', didit_claims: 'typo' } },
        client: { didit_policy: 'typo' },
        organization: rules('mode=off'),
      }),
    );
    expect(outcome.log('didit-profile-sync').codes).toContain('settings_unreadable');
    expect(outcome.log('didit-access-policy').codes).toEqual(['settings_unreadable']);
    expect(outcome.log('didit-claims').codes).toContain('settings_unreadable');
  });

  test('says why a login would have been denied', async () => {
    const outcome = await logins.login(loginEvent({ client: rules('require=verified mode=report') }));
    expect(outcome.denied).toBeUndefined();
    expect(outcome.log('didit-access-policy')).toEqual({
      outcome: 'would_deny',
      codes: ['didit_profile_unavailable@default'],
      source: 'failed',
    });
  });
});

describe('a metadata key that looks like ours and is none is named in the log, by what was meant', () => {
  const levels = ['client', 'connection', 'organization'] as const;
  const keys: readonly (readonly [string, string])[] = [
    ['didit_polcy', 'didit_policy'],
    ['Didit_policy', 'didit_policy'],
    ['DIDIT_POLICY', 'didit_policy'],
    ['didit-policy', 'didit_policy'],
    ['didit policy', 'didit_policy'],
    ['diditPolicy', 'didit_policy'],
    ['didit.policy', 'didit_policy'],
    [' didit_policy', 'didit_policy'],
    ['didit_policy ', 'didit_policy'],
    ['\tdidit_policy', 'didit_policy'],
    ['didit_policу', 'didit_policy'],
    ['ԁidit_policy', 'didit_policy'],
    ['dіdіt_polіcy', 'didit_policy'],
    ['ｄｉｄｉｔ_policy', 'didit_policy'],
    ['didit_políticy', 'didit_policy'],
    ['didit__policy', 'didit_policy'],
    ['didit_claim', 'didit_claims'],
    ['didt_sync', 'didit_sync'],
    ['didit_something_else', 'didit_'],
    ['Didit-anything', 'didit_'],
  ];

  test.each(keys)('%j was meant to be %s', async (key, meant) => {
    for (const level of levels) {
      const outcome = await logins.login(loginEvent({ user, ...at(level, { [key]: 'require=verified' }) }));
      expect(outcome.log('didit-access-policy').codes).toEqual([`settings_unknown_key:${meant}@${level}`]);
      // A key may be anything: it is not quoted.
      expect(outcome.lines.join('')).not.toContain(`"${key}"`);
    }
  });

  test('once, though several keys were meant to be the same', async () => {
    const client = { didit_polcy: 'x', 'didit-policy': 'y', other_team: 'z' };
    const outcome = await logins.login(loginEvent({ user, client }));
    expect(outcome.log('didit-access-policy').codes).toEqual(['settings_unknown_key:didit_policy@client']);
  });

  test.each([
    'other_team',
    'diditron',
    'policy',
    'audit_policy',
    'edit_policy',
    'd',
    '',
    'didit_policy'.repeat(4),
  ])("%j is somebody else's", async (key) => {
    for (const level of levels) {
      const outcome = await logins.login(loginEvent({ user, ...at(level, { [key]: 'x' }) }));
      expect(outcome.lines.join('')).not.toContain('settings_unknown_key');
    }
  });

  test('our own keys are not', async () => {
    const client = { didit_policy: 'mode=enforce', didit_claims: 'linked=off', didit_sync: 'mode=on' };
    const outcome = await logins.login(loginEvent({ user, client }));
    expect(outcome.lines.join('')).not.toContain('settings_unknown_key');
  });
});
