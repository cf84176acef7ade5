import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { freshCopy } from '../scripts/bench/fresh-copy.ts';

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A copy of this project in a folder of its own, as a fresh clone would be: its commands keep their state there, read
 * `.env` there, and what a test breaks is broken there only.
 */
export interface TemporaryProject {
  readonly root: string;
  /** `npm run VERB -- …`, with nothing of this process's environment. It starts faster: see `quick-start.mjs`. */
  run(
    verb: string,
    parameters?: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): Promise<CommandResult>;
  /** The same for a command that stays; the test stops it. */
  start(
    verb: string,
    parameters?: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ): ChildProcess;
  read(file: string): string;
  write(file: string, text: string): void;
  /** Changes one piece of a file for as long as `work` takes. */
  withChange<Result>(file: string, from: string, to: string, work: () => Promise<Result>): Promise<Result>;
  remove(): void;
}

/** @param quickStart Default true. `false`: the commands are started exactly as npm does. */
export function temporaryProject(quickStart = true): TemporaryProject {
  const { root, remove } = freshCopy();
  const faster = quickStart
    ? ['--import', new URL(`quick-start.mjs?cache=${inject('codeCache')}`, import.meta.url).href]
    : [];
  const launch = (
    verb: string,
    parameters: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): ChildProcess =>
    spawn(
      process.execPath,
      ['--import', './scripts/base/node-version.mjs', ...faster, `scripts/${verb}.ts`, ...parameters],
      {
        cwd: root,
        env: { PATH: process.env['PATH'], NO_COLOR: '1', ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  const read = (file: string): string => readFileSync(join(root, file), 'utf8');
  const write = (file: string, text: string): void => {
    writeFileSync(join(root, file), text);
  };

  return {
    root,
    read,
    write,
    start: (verb, parameters = [], environment = {}) => launch(verb, parameters, environment),
    run: async (verb, parameters = [], environment = {}) =>
      await outputOf(launch(verb, parameters, environment)),
    withChange: async (file, from, to, work) => {
      const before = read(file);
      if (!before.includes(from)) throw new Error(`${file} has no "${from}"`);
      write(file, before.replace(from, to));
      try {
        return await work();
      } finally {
        write(file, before);
      }
    },
    remove,
  };
}

/** Waits until a command has ended and everything that it printed has been read. Gives its exit code. */
export async function ended(child: ChildProcess): Promise<number | null> {
  const isOver = child.exitCode !== null || child.signalCode !== null;
  const isRead = [child.stdout, child.stderr].every((stream) => stream === null || stream.closed);
  if (!isOver || !isRead) await new Promise((resolve) => child.once('close', resolve));
  return child.exitCode;
}

/** All that a command prints from now on, and how it ends. */
export async function outputOf(child: ChildProcess): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await ended(child);
  return { exitCode, stdout, stderr };
}
