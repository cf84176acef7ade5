import fc from 'fast-check';
import type { ValueType } from '../../../../actions/didit/settings/value-types.ts';

/** Texts that a value type reads, `none` included where it does: as people may write them, not always as we would. */
export function textsOf({ kind, words, shape, longest = 0, none }: ValueType<unknown>): fc.Arbitrary<string> {
  const of = (): fc.Arbitrary<string> => {
    switch (kind) {
      case 'choice':
        return fc.constantFrom(...words);
      case 'list':
        return fc.shuffledSubarray([...words], { minLength: 1 }).map((items) => items.join(','));
      case 'duration':
        return fc
          .tuple(fc.integer({ min: 1, max: 9_999 }), fc.constantFrom('s', 'm', 'h', 'd'))
          .map(([count, unit]) => (longest > 10_000 ? `${count}${unit}` : `${(count % 10) + 1}s`));
      case 'pairs':
        return fc
          .tuple(
            fc.shuffledSubarray([...words], { minLength: 1 }),
            fc.uniqueArray(fc.stringMatching(/^[a-z_]{1,8}$/), {
              minLength: words.length,
              maxLength: words.length,
            }),
          )
          .map(([names, targets]) => names.map((name, at) => `${name}:${targets[at] ?? ''}`).join(','));
      case 'namespace':
        return fc.stringMatching(/^[a-z]{1,12}$/).map((name) => `https://example.com/${name}/`);
      case 'text':
        return fc.stringMatching(new RegExp(`^${shape ?? ''}$`));
    }
  };
  return none === true ? fc.oneof(fc.constant('none'), of()) : of();
}
