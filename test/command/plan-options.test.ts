import { describe, expect, test } from 'vitest';
import { checkPlanOptions } from '../../scripts/command/plan-options.ts';
import type { PlanOptions } from '../../scripts/command/plan-options.ts';
import { problemsOf } from '../problems-of.ts';

const NONE: PlanOptions = { markdown: false, json: false, updateSecrets: false, replaceOptions: false };

const problems = (options: Partial<PlanOptions>) =>
  problemsOf(() => {
    checkPlanOptions({ ...NONE, ...options });
  });

describe('options of a plan that have no say together', () => {
  test.each<[Partial<PlanOptions>, string]>([
    [{ env: 'staging' }, '--env'],
    [{ port: 0 }, '--port'],
    [{ updateSecrets: true }, '--update-secrets'],
    [{ replaceOptions: true, env: 'staging' }, '--env, --replace-options'],
  ])('--from and %j are refused together: a revision is no tenant', (options, key) => {
    expect(problems({ from: 'main', ...options })).toMatchObject([
      { code: 'OPTION_CONFLICT', place: { of: 'npm run plan', option: key } },
    ]);
    expect(() => {
      checkPlanOptions({ ...NONE, ...options });
    }).not.toThrow();
  });

  test('--markdown and --json are refused together', () => {
    expect(problems({ markdown: true, json: true })).toMatchObject([{ code: 'OPTION_CONFLICT' }]);
  });

  test.each<[Partial<PlanOptions>]>([
    [{}],
    [{ from: 'main' }],
    [{ from: 'main', json: true }],
    [{ markdown: true }],
  ])('%j is fine', (options) => {
    expect(() => {
      checkPlanOptions({ ...NONE, ...options });
    }).not.toThrow();
  });
});
