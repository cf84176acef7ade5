import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../problem.ts';

/**
 * Keeps a second command of this machine from changing the same tenant at the same time. The lock of a process that is no
 * more counts for nothing.
 *
 * @param folder As `DeployRecords` gives it.
 * @returns How to let go of it.
 * @throws {Problem} `DEPLOY_IN_PROGRESS`.
 */
export function lockTenant(folder: string): () => void {
  const file = join(folder, 'lock');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => {
        rmSync(file, { force: true });
      };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      const owner = ownerOf(file);
      if (owner !== undefined && isAlive(owner)) throw inProgress(file, owner);
      rmSync(file, { force: true });
    }
  }
  throw inProgress(file, 0);
}

const inProgress = (file: string, owner: number): Problem =>
  new Problem({
    code: 'DEPLOY_IN_PROGRESS',
    message: `Another command (process ${owner}) is changing this tenant.`,
    place: { file },
    remedy: 'Wait until it has ended. If that process is something else by now, remove the file.',
  });

function ownerOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  // A lock of this very process is one that an earlier piece of work in it forgot to let go of: it is held.
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
