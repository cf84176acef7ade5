import childProcess from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildInPassing, keepBundler } from '../../scripts/base/esbuild-process.ts';

// Files share processes: what another one has not waited for may still be built.
beforeEach(async () => {
  await vi.waitFor(
    async () => {
      const processes = started();
      await build('idle()');
      vi.restoreAllMocks();
      expect(processes).toHaveLength(1);
    },
    { timeout: 60_000 },
  );
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Processes that are started from now on. */
const started = () => vi.spyOn(childProcess, 'spawn').mock.results;

const build = async (text: string): Promise<string> => {
  const { outputFiles } = await buildInPassing({
    stdin: { contents: text },
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text.replace('"use strict";\n', '') ?? '';
};

test('each build has a process of its own, which ends with it', async () => {
  const processes = started();
  expect([await build('one()'), await build('two()')]).toEqual(['one();\n', 'two();\n']);
  expect(processes).toHaveLength(2);
});

test('builds of a command that keeps the process share it, until it is let go', async () => {
  const processes = started();
  const letGo = keepBundler();
  expect([await build('one()'), await build('two()')]).toEqual(['one();\n', 'two();\n']);
  await expect(build('one(')).rejects.toThrow();
  expect(await build('three()')).toBe('three();\n');
  expect(processes).toHaveLength(1);
  const [child] = processes.map(({ value }) => value as childProcess.ChildProcess);
  const ended = child === undefined ? undefined : once(child, 'exit');
  await letGo();
  await ended;
  expect(await build('four()')).toBe('four();\n');
  expect(processes).toHaveLength(2);
});
