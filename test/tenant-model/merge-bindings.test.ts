import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeBindings } from '../../scripts/tenant-model/merge-bindings.ts';
import type { Binding } from '../../scripts/tenant-model/merge-bindings.ts';

const bind = (...names: readonly string[]): readonly Binding[] =>
  names.map((name) => ({ action_name: name, display_name: name }));
const names = (bindings: readonly Binding[]): readonly string[] =>
  bindings.map(({ action_name }) => action_name);

const OURS = ['didit-profile-sync', 'didit-access-policy', 'didit-claims'];
const ownNames = new Set(OURS);
const merge = (...current: readonly string[]) =>
  names(mergeBindings(bind(...current), bind(...OURS), ownNames));

describe('bindings after a deploy', () => {
  test('are ours alone on an empty trigger', () => {
    expect(merge()).toEqual(OURS);
  });

  test('go behind those of other teams at the first deploy', () => {
    expect(merge('log-to-siem', 'fraud-check')).toEqual(['log-to-siem', 'fraud-check', ...OURS]);
  });

  test('keep other teams before, between and after ours where they were', () => {
    expect(merge('before', OURS[0] ?? '', 'between', OURS[1] ?? '', OURS[2] ?? '', 'after')).toEqual([
      'before',
      'didit-profile-sync',
      'between',
      'didit-access-policy',
      'didit-claims',
      'after',
    ]);
  });

  test('come back into our order where somebody changed it', () => {
    expect(merge('didit-claims', 'foreign', 'didit-profile-sync', 'didit-access-policy')).toEqual([
      'didit-profile-sync',
      'foreign',
      'didit-access-policy',
      'didit-claims',
    ]);
  });

  test('lose an Action of ours that tenant.yaml binds no longer', () => {
    expect(names(mergeBindings(bind('a', ...OURS, 'b'), bind('didit-claims'), ownNames))).toEqual([
      'a',
      'didit-claims',
      'b',
    ]);
  });

  test('always hold every foreign Action in its order and ours in ours, and merging again changes nothing', () => {
    const current = fc.shuffledSubarray([...OURS, 'f1', 'f2', 'f3', 'f4']);
    const wanted = fc.subarray(OURS);
    fc.assert(
      fc.property(current, wanted, (bound, want) => {
        const merged = names(mergeBindings(bind(...bound), bind(...want), ownNames));
        expect(merged.filter((name) => !ownNames.has(name))).toEqual(
          bound.filter((name) => !ownNames.has(name)),
        );
        expect(merged.filter((name) => ownNames.has(name))).toEqual(want);
        expect(names(mergeBindings(bind(...merged), bind(...want), ownNames))).toEqual(merged);
      }),
    );
  });
});
