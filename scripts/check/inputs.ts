import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT_ROOT } from '../base/project.ts';

/** What steps leave for the next run. Git ignores it, and whoever removes it loses nothing but time. */
export const CHECK_CACHE = '.cache/check';

/** Neither sources nor anything that a step reads: made by commands, installed, or somebody's secrets. */
const NO_SOURCE =
  /^(node_modules|dist|coverage|exported-actions|\.git|\.cache|\.local-tenant|\.deploys|\.env.*|\.stryker-tmp|reports)$/;

/** Content of each source of the project, by its path with `/` in it. */
export type Sources = ReadonlyMap<string, string>;

export function readSources(root = PROJECT_ROOT): Sources {
  const sources = new Map<string, string>();
  const readFolder = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (NO_SOURCE.test(entry.name)) continue;
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory()) readFolder(`${path}/`);
      else if (entry.isFile()) sources.set(path, readFileSync(join(root, path), 'utf8'));
    }
  };
  readFolder('');
  return sources;
}

/**
 * Digest of everything that a step depends on: the content of these sources, what is installed, and the Node that runs it. Times
 * of files are not asked: a checkout, a branch or a clock may set them to anything.
 */
export function digestOf(sources: Sources, isInput: (path: string) => boolean): string {
  const digest = createHash('sha256');
  const add = (...texts: readonly string[]): void => {
    for (const text of texts) digest.update(`${text.length}:${text}`);
  };
  add(process.version, process.platform, process.arch, sources.get('package-lock.json') ?? '');
  for (const [path, content] of sources) if (isInput(path)) add(path, content);
  return digest.digest('hex');
}

const IMPORT = /(?:\bfrom|\bimport(?:\s*\()?)\s*(['"])(\.{1,2}\/[^'"]+)\1/g;

/** A file and all that it imports, over any number of files. */
export function closureOf(file: string, sources: Sources, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, , specifier = ''] of (sources.get(file) ?? '').matchAll(IMPORT))
    closureOf(join(dirname(file), specifier).replaceAll('\\', '/'), sources, seen);
  return seen;
}

/** What is known from earlier runs to be in order, by digests. */
export interface Passed {
  has(digest: string): boolean;
  /** Adds to what is known of this step. What was seen longest ago is forgotten first. */
  keep(digests: readonly string[]): void;
}

/** Some branches' worth of digests, where each file has one of its own. */
const MAX_KEPT = 10_000;

/** @param name Of the step. */
export function passedBefore(name: string, root = PROJECT_ROOT): Passed {
  const file = join(root, CHECK_CACHE, `${name}.txt`);
  const known = new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
  return {
    has: (digest) => known.has(digest),
    keep: (digests) => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, [...new Set([...digests, ...known])].slice(0, MAX_KEPT).join('\n'));
    },
  };
}
