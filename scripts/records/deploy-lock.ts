import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../base/problem.ts';
import { recordsUnwritable, removeQuietly, writeDurably } from '../base/durable-file.ts';

/** A name that nobody else has: `lock-PROCESS-UUID`. */
const LOCK = /^lock-([1-9]\d*)-[\da-f-]{36}$/;

/**
 * Keeps a second command of this machine from changing the same tenant at the same time. The lock of a process that is no
 * more counts for nothing.
 *
 * Each process first puts a file of its own there and then looks for those of others. Of two that do so at the same time, the
 * one that looks last sees the other: never both get the lock, though both may be refused. A dead process's file is removed by
 * its own name, so that nobody can remove a living one's in its place.
 *
 * @param folder As `DeployRecords` gives it.
 * @returns How to let go of it. Never throws: what it leaves behind counts for nothing once this process has ended.
 * @throws {Problem} `DEPLOY_IN_PROGRESS`, `RECORDS_UNWRITABLE`.
 */
export function lockTenant(folder: string): () => void {
  const own = `lock-${process.pid}-${randomUUID()}`;
  const file = join(folder, own);
  const unlock = (): void => {
    removeQuietly(file);
  };
  try {
    writeDurably(file, '', (_file, cause) => recordsUnwritable(folder, cause));
    for (const name of readdirSync(folder)) {
      const owner = LOCK.exec(name)?.[1];
      if (owner === undefined || name === own) continue;
      if (isAlive(Number(owner))) throw inProgress(join(folder, name), owner);
      removeQuietly(join(folder, name));
    }
  } catch (error) {
    unlock();
    throw error instanceof Problem ? error : recordsUnwritable(folder, error);
  }
  return unlock;
}

const inProgress = (file: string, owner: string): Problem =>
  new Problem({
    code: 'DEPLOY_IN_PROGRESS',
    message: `Another command (process ${owner}) is changing this tenant.`,
    place: { file },
  });

function isAlive(pid: number): boolean {
  // A lock of this very process is one that an earlier piece of work in it forgot to let go of: it is held.
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
