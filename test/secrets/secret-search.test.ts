import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { secretsIn, secretsInFolder } from './secret-search.ts';
import { tenantFolders } from '../deploy/tenant-folders.ts';

/** What looks for secrets in other tests has to find them. */
const secret = fc.stringMatching(/^[\w"' \\{}:/+=&-]{12,40}$/);
const around = fc.string({ maxLength: 10 });
const WRITTEN = {
  'as it is': (text: string) => text,
  'in JSON': (text: string) => JSON.stringify({ text }),
  'in JSON in JSON': (text: string) => JSON.stringify(JSON.stringify({ text })),
  'in a URL': encodeURIComponent,
  'in a form': (text: string) => new URLSearchParams({ text }).toString(),
  'in a URL, in lower case': (text: string) =>
    encodeURIComponent(text).replaceAll(/%[\dA-F]{2}/g, (byte) => byte.toLowerCase()),
  'in HTML': (text: string) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
  'in HTML, by numbers': (text: string) =>
    text.replaceAll(/[^\w\s]/gu, (character) => `&#x${(character.codePointAt(0) ?? 0).toString(16)};`),
  'in base64': (text: string) => Buffer.from(text).toString('base64'),
  'in base64 for URLs': (text: string) => Buffer.from(text).toString('base64url'),
  'in hexadecimal digits': (text: string) => Buffer.from(text).toString('hex'),
  'in hexadecimal digits, in upper case': (text: string) => Buffer.from(text).toString('hex').toUpperCase(),
};

test.each(Object.entries(WRITTEN))('a secret is found %s', (_how, written) => {
  fc.assert(
    fc.property(secret, around, around, (value, before, after) => {
      const found = secretsIn(written(`${before}${value}${after}`), new Map([['KEY', value]]));
      expect(found).toContain('KEY');
    }),
  );
});

test('a token is found without being marked', () => {
  const token = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJhdXRoMHwxIn0', 'c2lnbmF0dXJlLW9mLXRoZS10b2tlbg'].join(
    '.',
  );
  expect(secretsIn(`Bearer ${token}`, new Map())).toEqual(['a token']);
});

test('a text without it has none', () => {
  expect(secretsIn('KEY is set', new Map([['KEY', 'marked-secret-0001']]))).toEqual([]);
});

test('a secret is found in any file of a folder, packages apart', async () => {
  const folders = tenantFolders();
  for (const folder of ['deep/er', 'node_modules'])
    mkdirSync(join(folders.root, folder), { recursive: true });
  for (const file of ['deep/er/.hidden', 'node_modules/index.js'])
    writeFileSync(join(folders.root, file), 'x=marked-secret-0001');
  const found = secretsInFolder(folders.root, new Map([['KEY', 'marked-secret-0001']]));
  expect(found).toEqual(['KEY in deep/er/.hidden']);
  folders.remove();
});
