import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SETTINGS_KEYS, misspeltKey } from '../../../../actions/didit/settings/misspelt-key.ts';

describe('a metadata key', () => {
  test.each([
    ['didit-policy', 'didit_policy'],
    ['Didit_Policy', 'didit_policy'],
    ['DIDITPOLICY', 'didit_policy'],
    ['didit policy', 'didit_policy'],
    [' didit_policy ', 'didit_policy'],
    ['didit_polícy', 'didit_policy'],
    ['didіt_роlісу', 'didit_policy'],
    ['didit_p0l1cy', 'didit_policy'],
    ['ｄｉｄｉｔ＿ｐｏｌｉｃｙ', 'didit_policy'],
    ['didit_polciy', 'didit_policy'],
    ['didit_policies', undefined],
    ['diditpolicys', 'didit_policy'],
    ['didt_polcy', 'didit_policy'],
    ['idit_policy', 'didit_policy'],
    ['didit_claim', 'didit_claims'],
    ['didit.sync', 'didit_sync'],
    ['didit_snyc', 'didit_sync'],
  ])('%j was meant to be %s', (key, meant) => {
    expect(misspeltKey(key)).toBe(meant ?? 'didit_');
  });

  test.each([
    'didit_rules',
    'DIDIT-rules',
    ' didit: policy of ours',
    'didit/x',
    'ｄｉｄｉｔ_rules',
    `didit_${'x'.repeat(34)}`,
  ])('%j begins like one of ours', (key) => {
    expect(misspeltKey(key)).toBe('didit_');
  });

  test.each([
    ...SETTINGS_KEYS,
    'audit_policy',
    'edit_policies',
    'my_didit_rules',
    'diditrules',
    'didit2_rules',
    'didit',
    'policy',
    'plan',
    '',
    `didit_${'x'.repeat(35)}`,
    `didit_policy${' '.repeat(29)}`,
  ])('%j is ours as it stands, or somebody else’s', (key) => {
    expect(misspeltKey(key)).toBeUndefined();
  });

  test('with one slip anywhere in it is taken for ours', () => {
    const slip = fc.record({
      key: fc.constantFrom(...SETTINGS_KEYS),
      at: fc.nat(),
      how: fc.constantFrom('missing', 'more', 'other'),
    });
    fc.assert(
      fc.property(slip, ({ key, at, how }) => {
        const letters = Array.from(key);
        const place = at % letters.length;
        letters.splice(place, how === 'more' ? 0 : 1, ...(how === 'missing' ? [] : ['x']));
        const written = letters.join('');
        expect(misspeltKey(written), written).toBe(key);
      }),
    );
  });
});
