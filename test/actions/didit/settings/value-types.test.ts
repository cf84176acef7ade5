import { describe, expect, test } from 'vitest';
import { isNamespace } from '../../../../actions/didit/settings/namespace.ts';
import {
  choice,
  duration,
  listOf,
  orNone,
  pairs,
  textLike,
} from '../../../../actions/didit/settings/value-types.ts';

describe('values', () => {
  test.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['24h', 86_400_000],
    ['30d', 2_592_000_000],
    ['0s', undefined],
    ['1', undefined],
    ['1w', undefined],
    ['-1d', undefined],
    ['1.5h', undefined],
    ['10000s', undefined],
    ['366d', undefined],
    ['1d1d', undefined],
  ])('the time span %s is %s', (text, milliseconds) => {
    expect(duration(365 * 86_400_000).read(text)).toBe(milliseconds);
  });

  test.each([
    ['a', ['a']],
    ['b,a', ['a', 'b']],
    ['a,a', undefined],
    ['a,', undefined],
    ['c', undefined],
    ['', undefined],
  ])('the list %j is %j', (text, words) => {
    expect(listOf(['a', 'b']).read(text)).toEqual(words);
  });

  test.each([
    ['none', []],
    ['a,b', ['a', 'b']],
    ['none,a', undefined],
    ['a,none', undefined],
    ['none,none', undefined],
    ['None', undefined],
    ['', undefined],
  ])('the list %j, where it may be none, is %j', (text, words) => {
    expect(orNone(listOf(['a', 'b']), []).read(text)).toEqual(words);
  });

  test('a choice is one of its words', () => {
    expect(choice('on', 'off').read('off')).toBe('off');
    expect(choice('on', 'off').read('toString')).toBeUndefined();
  });

  test.each([
    ['a:x', [['a', 'x']]],
    [
      'b:y,a:x',
      [
        ['b', 'y'],
        ['a', 'x'],
      ],
    ],
    ['a:x,a:y', undefined],
    ['a:x,b:x', undefined],
    ['c:x', undefined],
    ['a:', undefined],
    ['a', undefined],
    ['a:X', undefined],
  ])('the pairs %j are %j', (text, found) => {
    expect(pairs(['a', 'b'], '[a-z]+').read(text)).toEqual(found);
  });

  test.each([
    'https://example.com/didit/',
    'https://example.com/',
    'https://auth0.com.example.com/',
    'https://example.com:8443/a/b/',
    `https://example.com/${'x'.repeat(179)}/`,
  ])('%s can be a namespace', (text) => {
    expect(isNamespace(text)).toBe(true);
  });

  test.each([
    'http://example.com/',
    'https://example.com',
    'https://example.com/didit',
    'https://auth0.com/',
    'https://tenant.auth0.com/didit/',
    'https://x.webtask.io/',
    'https://webtask.run/',
    'https://AUTH0.com/',
    'https://user@example.com/',
    'https://example.com/?a=/',
    'https://example.com/#/',
    'https://example.com/a/../',
    'urn:didit:/',
    `https://example.com/${'x'.repeat(180)}/`,
    '',
  ])('%j cannot be a namespace', (text) => {
    expect(isNamespace(text)).toBe(false);
  });

  test.each(['didit', 'eidas:high', 'a', 'A.b_c-1', 'x'.repeat(64)])(
    'a trust framework may be %s',
    (text) => {
      expect(textLike('[\\w.:-]{1,64}').read(text)).toBe(text);
    },
  );

  test.each(['', 'a/b', 'a"b', '<x>', 'a b', 'é', 'a\nb', 'a\n', 'x'.repeat(65)])(
    'a trust framework may not be %j',
    (text) => {
      expect(textLike('[\\w.:-]{1,64}').read(text)).toBeUndefined();
    },
  );
});
