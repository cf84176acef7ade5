import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockTenant } from '../../scripts/records/deploy-lock.ts';
import { problemsOf } from '../problems-of.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** As a process leaves it that was killed. No process has so high a number. */
const leaveDeadLock = (): void => {
  writeFileSync(join(root, 'lock-999999999-00000000-0000-4000-8000-000000000000'), '');
};

describe('the lock of a tenant', () => {
  test('keeps a second command out until it is let go of', () => {
    const unlock = lockTenant(root);
    expect(problemsOf(() => lockTenant(root))).toMatchObject([
      { code: 'DEPLOY_IN_PROGRESS', place: { file: join(root, readdirSync(root)[0] ?? '') } },
    ]);
    unlock();
    lockTenant(root)();
    expect(readdirSync(root)).toEqual([]);
  });

  test('of a process that is no more counts for nothing, and is tidied away', () => {
    leaveDeadLock();
    const unlock = lockTenant(root);
    expect(readdirSync(root)).toHaveLength(1);
    expect(readdirSync(root)[0]).toContain(`lock-${process.pid}-`);
    unlock();
  });

  test('is let go of without a word when its folder has become something else', () => {
    const folder = join(root, 'tenant');
    const unlock = lockTenant(folder);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    expect(unlock).not.toThrow();
  });

  test('is a problem with a place where the folder is a file', () => {
    const folder = join(root, 'tenant');
    writeFileSync(folder, '');
    expect(problemsOf(() => lockTenant(folder))).toMatchObject([
      { code: 'RECORDS_UNWRITABLE', place: { file: folder } },
    ]);
  });

  test(
    'is never held by two of several processes that find a dead one at the same time',
    { tags: ['long'] },
    async () => {
      const marks = join(root, 'marks');
      mkdirSync(marks);
      const results = await Promise.all(Array.from({ length: 4 }, () => contender(root, marks)));
      const [held, collisions] = ['held', 'collisions'].map((name) =>
        results.reduce((sum, result) => sum + Number(result[name]), 0),
      );
      expect(collisions).toBe(0);
      expect(held).toBeGreaterThan(0);
    },
  );
});

/** Fights for the lock, again and again, always with a dead one in the way; who holds it marks that with a file of its own. */
const CONTENDER = `
  import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
  import { join } from 'node:path';
  import { lockTenant } from ${JSON.stringify(new URL('../../scripts/records/deploy-lock.ts', import.meta.url).href)};
  const [folder, marks] = process.argv.slice(1);
  const mark = join(marks, 'held');
  let held = 0;
  let collisions = 0;
  const until = Date.now() + 1500;
  for (let round = 0; Date.now() < until; round += 1) {
    const dead = '999999999-00000000-0000-4000-8000-' + String(process.pid * 10_000 + (round % 10_000)).padStart(12, '0');
    writeFileSync(join(folder, 'lock-' + dead), '');
    try {
      const unlock = lockTenant(folder);
      held += 1;
      try {
        closeSync(openSync(mark, 'wx'));
        for (const end = performance.now() + 0.5; performance.now() < end; );
        rmSync(mark);
      } catch {
        collisions += 1;
      }
      unlock();
    } catch (error) {
      if (error.code !== 'DEPLOY_IN_PROGRESS') throw error;
    }
  }
  process.stdout.write(JSON.stringify({ held, collisions }));
`;

async function contender(folder: string, marks: string): Promise<Readonly<Record<string, unknown>>> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', CONTENDER, folder, marks],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(output) as Readonly<Record<string, unknown>>;
}
