import { createRequire } from 'node:module';
import { build, stop } from 'esbuild';
import type { BuildOptions, BuildResult } from 'esbuild';
import { Problem } from './problem.ts';

let builds = 0;

const OUR_TSCONFIG = { compilerOptions: { alwaysStrict: true, verbatimModuleSyntax: true } };

/** Keeps what it makes in memory. */
export type InMemory = BuildOptions & { readonly write: false };

/**
 * esbuild's `build`, whose own process ends with the last build that is under way: it would stay, with its memory, for as long as
 * ours.
 *
 * @throws {BuildFailure} as esbuild.
 * @throws {Problem} `BUNDLER_MISSING`.
 * @see https://esbuild.github.io/api/#build
 */
export async function buildInPassing(options: InMemory): Promise<BuildResult<InMemory>> {
  builds += 1;
  try {
    // What is built may bring a tsconfig.json that maps a module to another file: none is read.
    return await build({ tsconfigRaw: OUR_TSCONFIG, ...options });
  } catch (error) {
    if (!hasProgram()) throw programMissing(error);
    // Where its program could not be started, esbuild stumbles over that first; the reason comes right behind, to whom it may
    // concern.
    if (error instanceof TypeError) await new Promise(setImmediate);
    throw error;
  } finally {
    builds -= 1;
    if (builds === 0) await stop();
  }
}

/**
 * Keeps esbuild's process between builds, for a command that builds again and again: half of the time of a build is its start.
 *
 * @returns How to let it go.
 */
export function keepBundler(): () => Promise<void> {
  builds += 1;
  return async () => {
    builds -= 1;
    if (builds === 0) await stop();
  };
}

/** esbuild's program for this machine is an optional dependency; the errors about it have no codes. */
function hasProgram(): boolean {
  const require = createRequire(import.meta.url);
  const program = process.platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild';
  try {
    createRequire(require.resolve('esbuild')).resolve(
      `@esbuild/${process.platform}-${process.arch}/${program}`,
    );
    return true;
  } catch {
    return false;
  }
}

const programMissing = (cause: unknown): Problem =>
  new Problem({
    code: 'BUNDLER_MISSING',
    message: `esbuild, which builds the Actions, is not installed for this machine (${process.platform}-${process.arch}).`,
    place: { file: 'node_modules/@esbuild' },
    cause,
  });
