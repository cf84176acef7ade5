import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { diskErrorOf } from './disk-error.ts';
import { removeQuietly } from './durable-file.ts';
import { diskProblem } from './problem.ts';
import type { Problem } from './problem.ts';

/** A file of the project: relative to its root, and what is in it. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** A file on its way. */
interface Draft {
  readonly path: string;
  readonly temporary: string;
  /** What it replaces; `undefined` for nothing. */
  readonly before: Buffer | undefined;
}

/**
 * Writes files, all of them or none, and each whole: a reader never sees half a file, and a full disk leaves everything as it
 * was. Folders on the way are made.
 *
 * @param root Absolute path of the folder that they are relative to.
 * @returns Their names.
 * @throws {Problem} `OUTPUT_UNWRITABLE`.
 */
export function writeFiles(files: readonly TextFile[], root: string): readonly string[] {
  const drafts: Draft[] = [];
  const placed: Draft[] = [];
  let current = '';
  try {
    for (const { file, text } of files) {
      current = file;
      const path = throughLinks(resolve(root, file));
      const draft = { path, temporary: `${path}.${process.pid}.tmp`, before: contentOf(path) };
      mkdirSync(dirname(path), { recursive: true });
      drafts.push(draft);
      writeFileSync(draft.temporary, text);
    }
    for (const [index, draft] of drafts.entries()) {
      current = files[index]?.file ?? '';
      renameSync(draft.temporary, draft.path);
      placed.push(draft);
    }
  } catch (cause) {
    for (const { temporary } of drafts) removeQuietly(temporary);
    for (const { path, before } of placed)
      if (before === undefined) removeQuietly(path);
      else writeFileSync(path, before);
    throw outputUnwritable(current, cause);
  }
  return files.map(({ file }) => file);
}

/**
 * Writes a file that somebody asked for, whole or not at all. A device or a pipe is written to as it is.
 *
 * @param file Relative to the working directory, or absolute.
 * @param makeFolder Default false: a misspelt one is not made.
 * @returns `replaced` when something else was in it before.
 * @throws {Problem} `OUTPUT_UNWRITABLE`.
 */
export function writeOutput(file: string, text: string, makeFolder = false): 'new' | 'replaced' | 'the same' {
  const path = resolve(file);
  let before: Buffer | undefined;
  try {
    if (!makeFolder) readdirSync(dirname(path));
    if (existsSync(path) && !statSync(path).isFile()) {
      writeFileSync(path, text);
      return 'new';
    }
    before = contentOf(path);
  } catch (cause) {
    throw outputUnwritable(file, cause);
  }
  writeFiles([{ file, text }], process.cwd());
  return before === undefined ? 'new' : before.equals(Buffer.from(text)) ? 'the same' : 'replaced';
}

/** A folder for files that last no longer than a command. */
export interface TemporaryFolder {
  /** Absolute path. */
  readonly path: string;
  /**
   * @param name Of a file in it.
   * @returns The file's absolute path.
   * @throws {Problem} `FILE_UNUSABLE`.
   */
  write(name: string, text: string): string;
  /** Never throws: what it leaves behind is in nobody's way. */
  remove(): void;
}

/**
 * @param prefix Of its name: what it is for.
 * @throws {Problem} `FILE_UNUSABLE`, where the system keeps temporary files (`TMPDIR`).
 */
export function temporaryFolder(prefix: string): TemporaryFolder {
  const path = inTemporary(join(tmpdir(), prefix), () => mkdtempSync(join(tmpdir(), prefix)));
  const remove = (): void => {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // The system clears the place by itself.
    }
  };
  return {
    path,
    remove,
    write: (name, text) => {
      const file = join(path, name);
      try {
        inTemporary(file, () => {
          writeFileSync(file, text);
        });
      } catch (error) {
        remove();
        throw error;
      }
      return file;
    },
  };
}

function inTemporary<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw diskProblem({
      code: 'FILE_UNUSABLE',
      file,
      what: 'A temporary file cannot be written',
      cause,
      more: TEMPORARY_FILES,
    });
  }
}

const TEMPORARY_FILES = 'The variable TMPDIR says where they are kept.';

function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (diskErrorOf(error)?.name === 'ENOENT') return undefined;
    throw error;
  }
}

/** A file that is a link stays one. */
const throughLinks = (path: string): string => (existsSync(path) ? realpathSync(path) : path);

/** For whatever keeps a file from being written that somebody asked for. */
const outputUnwritable = (file: string, cause: unknown): Problem =>
  diskProblem({ code: 'OUTPUT_UNWRITABLE', file, what: 'The file cannot be written', cause });
