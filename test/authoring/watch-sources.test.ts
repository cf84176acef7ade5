import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchSources } from '../../scripts/authoring/watch-sources.ts';

let root: string;
let stop: () => void;
let waiting: ((files: readonly string[]) => void) | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'watched-'));
  mkdirSync(join(root, 'actions/auth0'), { recursive: true });
  for (const file of ['tenant.yaml', 'actions/a.ts', 'actions/auth0/b.ts'])
    writeFileSync(join(root, file), '1');
  stop = watchSources(root, (files) => waiting?.(files));
});
afterEach(() => {
  stop();
  rmSync(root, { recursive: true });
});

/** What is told after this. */
const saved = async (save: () => void): Promise<readonly string[]> =>
  await new Promise((resolve) => {
    waiting = resolve;
    save();
  });

test('a save is told, whatever way an editor writes, and again at the next one', async () => {
  for (const file of ['tenant.yaml', 'actions/a.ts', 'actions/auth0/b.ts']) {
    for (const text of ['2', '3']) {
      expect(
        await saved(() => {
          writeFileSync(join(root, file), text);
        }),
      ).toEqual([file]);
      const other = join(root, 'new.tmp');
      writeFileSync(other, text);
      expect(
        await saved(() => {
          renameSync(other, join(root, file));
        }),
      ).toEqual([file]);
    }
  }
});

test('several files of one save are told at once, in a folder that was not there before too', async () => {
  mkdirSync(join(root, 'actions/own'));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(
    await saved(() => {
      for (const file of ['actions/own/c.ts', 'actions/a.ts', '.env', 'README.md', 'actions/a.md'])
        writeFileSync(join(root, file), 'x');
    }),
  ).toEqual(['.env', 'actions/a.ts', 'actions/own/c.ts']);
});

test('a folder that is replaced is watched as the one that is there now, and what came with it is told', async () => {
  for (const folder of ['actions/auth0', 'actions']) {
    for (const text of ['2', '3']) {
      const came = await saved(() => {
        renameSync(join(root, folder), join(root, 'away'));
        mkdirSync(join(root, folder), { recursive: true });
        writeFileSync(join(root, folder, 'c.ts'), text);
        rmSync(join(root, 'away'), { recursive: true });
      });
      expect(came).toContain(`${folder}/c.ts`);
    }
    expect(
      await saved(() => {
        writeFileSync(join(root, folder, 'c.ts'), '4');
      }),
    ).toEqual([`${folder}/c.ts`]);
  }
});

test('nothing ends where a folder goes while it is looked at, and all is watched that comes back', async () => {
  rmSync(join(root, 'actions'), { recursive: true });
  for (let round = 0; round < 50; round += 1) {
    mkdirSync(join(root, 'actions/own/deep'), { recursive: true });
    await new Promise((resolve) => setTimeout(resolve, round % 3));
    rmSync(join(root, 'actions'), { recursive: true });
  }
  expect(
    await saved(() => {
      mkdirSync(join(root, 'actions'));
      writeFileSync(join(root, 'actions/a.ts'), '2');
    }),
  ).toContain('actions/a.ts');
});
