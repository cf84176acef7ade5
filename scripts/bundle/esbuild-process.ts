import { build, stop } from 'esbuild';
import type { BuildOptions, BuildResult } from 'esbuild';

let builds = 0;

/** Keeps what it makes in memory. */
export type InMemory = BuildOptions & { readonly write: false };

/**
 * esbuild's `build`, whose own process ends with the last build that is under way: it would stay, with its memory, for as long as
 * ours.
 *
 * @throws {BuildFailure} as esbuild.
 * @see https://esbuild.github.io/api/#build
 */
export async function buildInPassing(options: InMemory): Promise<BuildResult<InMemory>> {
  builds += 1;
  try {
    return await build(options);
  } finally {
    builds -= 1;
    if (builds === 0) await stop();
  }
}
