import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildResult } from 'esbuild';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { buildInPassing as build } from '../../scripts/base/esbuild-process.ts';
import type { InMemory } from '../../scripts/base/esbuild-process.ts';

const FOLDER = join(PROJECT_ROOT, '.cache/builds');

/** Of esbuild's answer, what is used. */
interface Built extends Pick<BuildResult<InMemory>, 'metafile'> {
  readonly outputFiles: readonly { readonly text: string }[];
}

/**
 * What esbuild makes of the sources in StrykerJS's sandbox. They are the same for all mutants, and so is what is made of them:
 * which mutant is active, the code asks when it runs.
 */
export async function buildInPassing(options: InMemory): Promise<Built> {
  const file = join(FOLDER, createHash('sha256').update(JSON.stringify(options)).digest('hex'));
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Built;
  const { metafile, outputFiles } = await build(options);
  const kept = { metafile, outputFiles: outputFiles.map(({ text }) => ({ text })) };
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(file, JSON.stringify(kept));
  return kept;
}
