// @module-tag long
import { afterAll, beforeAll, expect, test } from 'vitest';
import { remoteTenant } from './remote-tenant-bench.ts';
import type { RemoteTenant } from './remote-tenant-bench.ts';

let on: RemoteTenant;
beforeAll(async () => {
  on = await remoteTenant();
});
afterAll(async () => {
  await on.close();
});

test.each([
  ['CONFIRMATION_NEEDED', [], 'without its name, where nobody can be asked'],
  ['NOT_CONFIRMED', ['--yes', 'other.example.com'], 'by the name of another'],
])('a tenant is not proved (%s, %j) %s', { tags: ['long'] }, async (code, parameters) => {
  const before = await on.contents();
  const { exitCode, stderr } = await on.run('staging', 'prove', parameters);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`error ${code}`);
  expect(await on.contents()).toEqual(before);
});

test('a tenant is proved against the local one and left as it was, without a secret in the report', async () => {
  const before = await on.contents();
  const parameters = ['--yes', on.domain, '--output', 'proof.md'];
  const { exitCode, stdout } = await on.run('staging', 'prove', parameters);
  expect(stdout).toMatch(/^\d+ requests, no difference\. Report: proof\.md$/m);
  expect(exitCode).toBe(0);
  expect(on.project.read('proof.md')).toContain('No difference.');
  expect(on.project.leaks()).toEqual([]);
  expect(await on.contents()).toEqual(before);
});
