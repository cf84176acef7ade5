import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../base/durable-file.ts';
import { outputUnwritable } from '../base/write-files.ts';

/**
 * Writes a file that somebody asked for.
 *
 * @param file Relative to the working directory, or absolute.
 * @param makeFolder Default false: a misspelt one is not made.
 * @returns `replaced` when something else was in it before.
 * @throws {Problem} `OUTPUT_UNWRITABLE`.
 */
export function writeExport(file: string, text: string, makeFolder = false): 'new' | 'replaced' | 'the same' {
  try {
    if (makeFolder) mkdirSync(dirname(file), { recursive: true });
    const before = contentOf(file);
    writeFileSync(file, text);
    return before === undefined ? 'new' : before === text ? 'the same' : 'replaced';
  } catch (cause) {
    throw outputUnwritable(file, cause);
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (reasonOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
