import { expect, test } from 'vitest';
import { isUrl } from '../../scripts/base/is-url.ts';

test.each([
  ['https://apx.di\u00addit.me/token', true],
  ['https://ex\u00e4mple.com/', true],
  ['https://example.com/\u00ff', true],
  ['https://\u6771\u4eac.example/', true],
  ['myapp:callback', true],
  ['https://', false],
  ['example.com', false],
  ['', false],
])('whether %j is an absolute URL does not depend on how often that was asked', (text, expected) => {
  // Node compiles what is called often, and then URL.canParse gives another answer.
  const answers = new Set(Array.from({ length: 50_000 }, () => isUrl(text)));
  expect([...answers]).toEqual([expected]);
});
