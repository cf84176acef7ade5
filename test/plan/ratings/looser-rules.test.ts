import { describe, expect, test } from 'vitest';
import { readPolicySettings } from '../../../actions/didit/settings/policy-settings.ts';
import {
  describeRules,
  isLooser,
  rulesOfOtherLogins,
  whatDiffers,
} from '../../../scripts/plan/ratings/looser-rules.ts';
import { rateAction } from '../../../scripts/plan/ratings/rate-action.ts';
import type { Field } from '../../../scripts/tenant-model/tenant-model.ts';

const rules = (client: string, connection?: string) => readPolicySettings({ client, connection });

describe('rules are looser', () => {
  test.each([
    ['require=verified,age_over_18', 'require=verified'],
    ['max_age=1d', 'max_age=2d'],
    ['max_age=1d', 'max_age=none'],
    ['on_unavailable=deny', 'on_unavailable=allow'],
    ['step_up=off', 'step_up=on'],
    ['mode=enforce', 'mode=report'],
    ['mode=report', 'mode=off'],
    ['not a rule', 'require=verified max_age=1s'],
  ])('from "%s" to "%s", and not the other way', (strict, loose) => {
    expect(isLooser(rules(strict), rules(loose))).toBe(true);
    expect(isLooser(rules(loose), rules(strict))).toBe(false);
    expect(isLooser(rules(strict), rules(strict))).toBe(false);
    expect(isLooser(rules(loose), rules(loose))).toBe(false);
  });

  test('once they can be read, though all that they ask for was said at another level too', () => {
    const [unreadable, readable] = [rules('max_age=1d', 'not a rule'), rules('max_age=1d', '')];
    expect(isLooser(unreadable, readable)).toBe(true);
    expect(isLooser(readable, unreadable)).toBe(false);
  });

  test('for logins through another connection, where they hold for Didit logins only', () => {
    const [all, didit] = ['apply_to=all', 'apply_to=didit'].map((text) => rules(`require=verified ${text}`));
    if (all === undefined || didit === undefined) throw new Error('There are no rules.');
    expect(isLooser(rulesOfOtherLogins(all), rulesOfOtherLogins(didit))).toBe(true);
    expect(isLooser(rulesOfOtherLogins(didit), rulesOfOtherLogins(all))).toBe(false);
    // So they are as a whole, of which those logins are a part.
    expect(isLooser(all, didit)).toBe(true);
    expect(isLooser(didit, all)).toBe(false);
  });
});

test('rules are told as one text would say them, or that nobody can read them, and by what differs', () => {
  const told = 'mode=enforce require=verified max_age=1d apply_to=didit on_unavailable=deny step_up=off';
  expect(describeRules(rules('require=verified max_age=1d'))).toBe(told);
  expect(describeRules(rules('not a rule'))).toBe('unreadable at the client: nobody gets in');
  expect(whatDiffers(told, told.replace('1d', '2d').replace('off', 'on'))).toBe(
    'max_age=1d → max_age=2d, step_up=off → step_up=on',
  );
  expect(whatDiffers(told, 'no rules')).toBe(`${told} → no rules`);
});

describe('one setting of an Action is rated', () => {
  const rated = (path: string, before: Field | undefined, after: Field | undefined) =>
    rateAction(path, { before, after }).map(({ code, because }) => `${code}: ${because}`);
  const code = (text: string): Field => ({ kind: 'code', text });
  const value = (text: string | null): Field => ({ kind: 'value', value: text });
  const from = (name: string): Field => ({ kind: 'secret', from: `##${name}##` });
  const SECRET: Field = { kind: 'secret' };

  test('by the size of its code, and by each host that it names and did not name', () => {
    expect(rated('code', undefined, code("fetch('https://a.example/')"))).toEqual([
      'action_host: a.example',
      'action_code: new, 27 bytes',
    ]);
    const [before, after] = [
      code("fetch('https://a.example/')"),
      code("fetch('https://a.example/'), 'https://b.example/'"),
    ];
    expect(rated('code', before, after)).toEqual([
      'action_host: b.example',
      'action_code: 27 bytes → 49 bytes',
    ]);
    expect(rated('code', code('a'), undefined)).toEqual(['action_code: 1 bytes → none']);
    expect(rated('code', SECRET, code('a'))).toEqual(['action_code: not shown → 1 bytes']);
  });

  test('by its secrets: which come, which go, and where their values come from', () => {
    expect(rated('secrets.KEY', undefined, SECRET)).toEqual(['action_secret_added: KEY']);
    expect(rated('secrets.KEY', SECRET, undefined)).toEqual(['action_secret_removed: KEY']);
    expect(rated('secrets.KEY', from('A'), from('B'))).toEqual(['action_secret_changed: KEY: ##A## → ##B##']);
    expect(rated('secrets."a.b"', undefined, SECRET)).toEqual(['action_secret_added: "a.b"']);
  });

  test('by the host that it sends its credentials to, unless that is the own tenant from the first', () => {
    const path = 'secrets.AUTH0_DOMAIN';
    expect(rated(path, undefined, from('AUTH0_DOMAIN'))).toEqual(['action_secret_added: AUTH0_DOMAIN']);
    expect(rated(path, undefined, from('OTHER'))).toEqual([
      'endpoint_host: none → ##OTHER##',
      'action_secret_added: AUTH0_DOMAIN',
    ]);
    expect(rated(path, undefined, value('##AUTH0_DOMAIN##'))).toContain('endpoint_host: none → a value');
    expect(rated(path, from('OTHER'), from('AUTH0_DOMAIN'))).toEqual([
      'endpoint_host: ##OTHER## → ##AUTH0_DOMAIN##',
      'action_secret_changed: AUTH0_DOMAIN: ##OTHER## → ##AUTH0_DOMAIN##',
    ]);
  });

  test('by its packages, and as not judged where nobody has thought of it', () => {
    expect(rated('dependencies.lodash', value('1.0.0'), value('2.0.0'))).toEqual([
      'action_dependency: lodash 2.0.0',
    ]);
    expect(rated('dependencies.lodash', value('1.0.0'), value(null))).toEqual([
      'action_dependency: lodash is removed',
    ]);
    expect(rated('dependencies.a.b', undefined, value('1.0.0'))).toEqual(['action_dependency: a.b 1.0.0']);
    // That there are none says nothing of its own.
    for (const list of ['dependencies', 'secrets'])
      expect(rated(list, undefined, { kind: 'set', items: [] })).toEqual([]);
    expect(rated('runtime', value('node22'), value('node24'))).toEqual([
      'setting_not_judged: node22 → node24',
    ]);
    expect(rated('codes', value('a'), value('b'))).toEqual(['setting_not_judged: a → b']);
  });
});
