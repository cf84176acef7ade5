// @module-tag long
import { afterAll, beforeAll, expect, test } from 'vitest';
import { textOf } from '../../scripts/base/json-values.ts';
import type { CommandResult } from '../temporary-project.ts';
import { remoteTenant } from './remote-tenant-bench.ts';
import type { RemoteTenant } from './remote-tenant-bench.ts';

/** It would wipe the line above it, begin a line of its own, turn what follows around, and hide the rest behind its length. */
const HOSTILE = `Shop\u001b[1A\u001b[2K\r\n  remove  nothing\n\u202egnihton\u2066\u{e0041} @org/team ${'x'.repeat(10_000)}`;

let on: RemoteTenant;
beforeAll(async () => {
  on = await remoteTenant();
});
afterAll(async () => {
  await on.close();
});

const run = async (verb: string, ...parameters: readonly string[]): Promise<CommandResult> =>
  await on.run('staging', verb, parameters);

/** Nothing that a terminal obeys, no line that a name has begun, and none that hides the next by its length. */
function isShownSafely({ stdout, stderr }: CommandResult): void {
  for (const text of [stdout, stderr]) {
    expect(text.match(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu) ?? []).toEqual([]);
    expect(text).not.toMatch(/^ *remove {2}nothing/m);
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(4_000);
  }
}

async function renameSample(name: string): Promise<void> {
  const clients = await on.api.list('/clients', 'clients');
  const sample = clients.find(({ client_metadata: metadata }) =>
    textOf(JSON.stringify(metadata)).includes('didit_policy'),
  );
  await on.api.send('PATCH', `/clients/${textOf(sample?.['client_id'])}`, { name });
}

/** Somebody else enables an application of theirs for our connection. */
async function enableHostile(): Promise<void> {
  await on.api.send('POST', '/clients', { name: HOSTILE, app_type: 'regular_web' });
  const made = (await on.api.list('/clients', 'clients')).find(({ name }) => name === HOSTILE);
  const [connection] = await on.api.list('/connections?name=didit', 'connections');
  await on.api.send('PATCH', `/connections/${textOf(connection?.['id'])}/clients`, [
    { client_id: textOf(made?.['client_id']), status: true },
  ]);
}

test('a name on the tenant hides no line of plan, deploy, rollback and destroy, and makes none', async () => {
  const { stderr } = await run('deploy', '--yes');
  const codes = /--allow ([a-z_ ]+)/.exec(stderr)?.[1]?.trim().split(' ') ?? [];
  expect(await run('deploy', '--yes', '--allow', ...codes)).toMatchObject({ exitCode: 0 });
  await enableHostile();

  const results = {
    plan: await run('plan'),
    markdown: await run('plan', '--markdown'),
    drift: await run('drift'),
    deploy: await run('deploy'),
    rollback: await run('rollback'),
    destroy: await run('destroy'),
  };
  for (const result of Object.values(results)) isShownSafely(result);
  // They speak of it, at least these.
  expect(results.destroy.stdout).toContain('Shop');
  expect(results.rollback.stdout + results.rollback.stderr).toContain('Shop');

  await renameSample('Somebody renamed it');
  isShownSafely(await run('rollback', '--yes'));
});

test('a name in tenant.yaml makes no line of an error of check', async () => {
  const result = await on.project.withChange(
    'tenant.yaml',
    'name: Didit Sample Application',
    `name: ${JSON.stringify(HOSTILE)}\n    app_typ: regular_web`,
    () => on.project.run('check', ['tenant']),
  );
  expect(result.exitCode).toBe(1);
  isShownSafely(result);
});
