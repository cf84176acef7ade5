import { describe, expect, test } from 'vitest';
import { parseSettings } from '../../../../actions/didit/settings/grammar.ts';

describe('the grammar', () => {
  test('is name=value, separated by white space', () => {
    expect(parseSettings('  mode=on\tfields=a,b \n x=1=2 ')).toEqual({
      values: new Map([
        ['mode', 'on'],
        ['fields', 'a,b'],
        ['x', '1=2'],
      ]),
      faults: [],
    });
  });

  test.each([undefined, null, '', '   '])('%j is no settings, and no fault', (text) => {
    expect(parseSettings(text)).toEqual({ values: new Map(), faults: [] });
  });

  test.each([
    [true, 'not_text'],
    [{ mode: 'on' }, 'not_text'],
    [`x=${'1'.repeat(254)}`, 'too_long'],
    ['mode', 'not_a_setting'],
    ['mode=', 'not_a_setting'],
    ['=on', 'not_a_setting'],
    ['Mode=on', 'not_a_setting'],
    ['mode=on mode=off', 'repeated'],
  ])('%j has a fault: %s', (text, kind) => {
    expect(parseSettings(text).faults.map((fault) => fault.kind)).toEqual([kind]);
  });

  test('is read with as many characters as Auth0 keeps, 255, and is nobody’s word where it is no text', () => {
    const value = '1'.repeat(253);
    expect(parseSettings(`x=${value}`)).toEqual({ values: new Map([['x', value]]), faults: [] });
    expect(parseSettings(true).faults).toEqual([{ kind: 'not_text', word: '' }]);
  });

  test('gives a name that stands twice no value at all', () => {
    expect(parseSettings('mode=on mode=off fields=a')).toEqual({
      values: new Map([
        ['mode', ''],
        ['fields', 'a'],
      ]),
      faults: [{ kind: 'repeated', word: 'mode' }],
    });
  });
});
