import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from './problem.ts';

/**
 * Writes a file whole, onto the disk, before it returns; readable by its owner only. What was there before stays until then.
 * Folders on the way are made.
 *
 * @throws {Problem} `RECORDS_UNWRITABLE`.
 */
export function writeDurably(file: string, text: string): void {
  const temporary = `${file}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    onDisk(openSync(temporary, 'w', 0o600), (descriptor) => {
      writeFileSync(descriptor, text);
    });
    renameSync(temporary, file);
  } catch (cause) {
    removeQuietly(temporary);
    throw recordsUnwritable(file, cause);
  }
  syncFolder(dirname(file));
}

/** For whatever keeps records from being written. */
export const recordsUnwritable = (file: string, cause: unknown): Problem =>
  new Problem({
    code: 'RECORDS_UNWRITABLE',
    message: `The records of deploys cannot be written (${reasonOf(cause)}). Without them there is no way back.`,
    place: { file },
    cause,
  });

/** The code of a failed call to the file system, `ENOSPC` for one. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown reason';

/** For what is only in the way: that it stays does no harm. */
export function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Nothing depends on it.
  }
}

function onDisk(descriptor: number, work: (descriptor: number) => void): void {
  try {
    work(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The new name of a file is on the disk only with its folder. Windows has no such thing. */
function syncFolder(folder: string): void {
  try {
    onDisk(openSync(folder, 'r'), () => undefined);
  } catch {
    // The file itself is written; only a power cut right now could lose it.
  }
}
