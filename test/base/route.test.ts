import fc from 'fast-check';
import { expect, test } from 'vitest';
import { route } from '../../scripts/base/route.ts';

test('an id is one segment of a path, whatever it consists of', () => {
  const id = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '.', '..', '../..', 'a/../b', '?', '#', '\\', '%2e%2e', '%', '\ud800', '\n', ' '),
  );
  fc.assert(
    fc.property(id, (one) => {
      const { pathname, search, hash } = new URL(`https://tenant.example.com${route`/a/${one}/b`}`);
      expect([search, hash]).toEqual(['', '']);
      expect(pathname).toMatch(/^\/a\/[^/]+\/b$/);
    }),
  );
});

test('ids as Auth0 gives them stay as they are', () => {
  expect(route`/clients/${'x1Y_2-z'}/a/${'9a1b3c4d-0000-4000-8000-000000000000'}`).toBe(
    '/clients/x1Y_2-z/a/9a1b3c4d-0000-4000-8000-000000000000',
  );
});
