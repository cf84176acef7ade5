import { fileURLToPath } from 'node:url';
import { buildInPassing } from '../base/esbuild-process.ts';
import type { InMemory } from '../base/esbuild-process.ts';
import { recordsOf, textOf } from '../base/json-values.ts';
import { once } from '../base/once.ts';
import { allEnded } from '../base/problem.ts';
import { machineFailure } from './machine-failure.ts';

/** The code of a runner, each part as one CommonJS text. */
export interface RunnerSources {
  /** Short enough to be an argument of a command line. */
  readonly host: string;
  readonly worker: string;
}

/**
 * It is bundled once per process: a worker that loads it starts in half the time of one that strips the types of thirty files by
 * itself, and needs no file to read.
 *
 * @throws {Problem} `BUNDLER_MISSING`; `RUNNER_UNUSABLE` where its files, which are this project's own, cannot be read or built.
 */
export const runnerSources = once(async (): Promise<RunnerSources> => {
  const [host, worker] = await allEnded(['host/entry.ts', 'worker/entry.ts'].map(bundled));
  if (host === undefined || worker === undefined) throw new Error('esbuild made no bundle of the runner.');
  return { host, worker };
});

async function bundled(entry: string): Promise<string> {
  const result = await ownBuild({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    minifyWhitespace: true,
    logLevel: 'silent',
  });
  return result.outputFiles[0]?.text ?? '';
}

/** esbuild has no codes. What it cannot build of this project's own files is nothing that an Action, or whoever wrote it, did. */
async function ownBuild(options: InMemory): ReturnType<typeof buildInPassing> {
  try {
    return await buildInPassing(options);
  } catch (error) {
    const [first] = error instanceof Error && 'errors' in error ? recordsOf(error.errors) : [];
    if (first === undefined) throw error;
    throw machineFailure('The process that runs Actions could not be built', textOf(first['text']));
  }
}
