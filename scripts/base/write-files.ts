import { existsSync, mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reasonOf, removeQuietly } from './durable-file.ts';
import { Problem } from './problem.ts';

/** A file of the project: relative to its root, and what is in it. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/**
 * Writes files, all of them or none, and each whole: a reader never sees half a file, and a full disk leaves everything as it was.
 * Folders on the way are made.
 *
 * @param root Absolute path of the folder that they are relative to.
 * @returns Their names.
 * @throws {Problem} `OUTPUT_UNWRITABLE`.
 */
export function writeFiles(files: readonly TextFile[], root: string): readonly string[] {
  const written: { readonly temporary: string; readonly path: string }[] = [];
  for (const { file, text } of files) {
    try {
      const path = throughLinks(join(root, file));
      const temporary = `${path}.${process.pid}.tmp`;
      written.push({ temporary, path });
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(temporary, text);
    } catch (cause) {
      for (const { temporary } of written) removeQuietly(temporary);
      throw outputUnwritable(file, cause);
    }
  }
  for (const { temporary, path } of written) renameSync(temporary, path);
  return files.map(({ file }) => file);
}

/** A file that is a link stays one. */
const throughLinks = (path: string): string => (existsSync(path) ? realpathSync(path) : path);

/** For whatever keeps a file from being written that somebody asked for. */
export const outputUnwritable = (file: string, cause: unknown): Problem =>
  new Problem({
    code: 'OUTPUT_UNWRITABLE',
    message: `The file cannot be written (${reasonOf(cause)}).`,
    place: { file },
    cause,
  });
