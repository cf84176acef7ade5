import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { diskProblem } from './problem.ts';
import type { Problem } from './problem.ts';

/**
 * Writes a file whole, onto the disk, before it returns; readable by its owner only. What was there before stays until then.
 * Folders on the way are made.
 *
 * @param unwritable Makes the problem that is thrown. Default: `RECORDS_UNWRITABLE`.
 */
export function writeDurably(file: string, text: string, unwritable = recordsUnwritable): void {
  const temporary = `${file}.tmp`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    onDisk(openSync(temporary, 'w', 0o600), (descriptor) => {
      writeFileSync(descriptor, text);
    });
    renameSync(temporary, file);
  } catch (cause) {
    removeQuietly(temporary);
    throw unwritable(file, cause);
  }
  syncFolder(dirname(file));
}

/** For whatever keeps records from being written. */
export const recordsUnwritable = (file: string, cause: unknown): Problem =>
  diskProblem({
    code: 'RECORDS_UNWRITABLE',
    file,
    what: 'The records of deploys cannot be written',
    cause,
    more: 'Without them there is no way back.',
  });

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
