import { describe, expect, test } from 'vitest';
import { isActionInFlow } from '../../../scripts/plan/ratings/settings-effect.ts';

const flow = (...actions: readonly string[]) => ({
  resources: [],
  flow: actions.map((action) => ({ action, displayName: action })),
});
const called = (name: string) => new Map([['didit-access-policy', name]]);

describe('the Action that rules are for', () => {
  test.each<[string, Parameters<typeof isActionInFlow>[0], boolean]>([
    ['under its own name', flow('risk', 'didit-access-policy'), true],
    ['under the name that the file gives it', { ...flow('risk', 'rules'), names: called('rules') }, true],
    [
      'not where another one has its former name',
      { ...flow('didit-access-policy'), names: called('rules') },
      false,
    ],
    ['not where it is not bound', { ...flow('risk'), names: called('rules') }, false],
    [
      'perhaps, where the file has built its rules from elsewhere',
      { ...flow('mine'), names: new Map() },
      true,
    ],
    ['not where no Action runs at all', { ...flow(), names: new Map() }, false],
  ])('is in the login flow %s', (_where, model, expected) => {
    expect(isActionInFlow(model, 'rules')).toBe(expected);
  });
});
