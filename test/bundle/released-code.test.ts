import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { releaseOf, withReleased } from '../../scripts/bundle/released-code.ts';

const target = {
  name: 'x',
  kind: 'action',
  entry: 'actions/x.ts',
  output: 'dist/actions/x.js',
  dependencies: [],
} as const;

test('what a release notes is known by its digest, under the first version that had it', () => {
  const code = `// ${Math.random()}`;
  const sha256 = createHash('sha256').update(code).digest('hex');
  expect(releaseOf(sha256)).toBeUndefined();
  const { file, text } = withReleased([{ target, code }], '9.9.9');
  expect(file).toBe('scripts/bundle/released-code.json');
  expect(JSON.parse(text)).toMatchObject({ [sha256]: '9.9.9' });
});
