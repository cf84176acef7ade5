import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../base/project.ts';

/** What a command reads of the project; state, `.env` and `dist/` are not among it. */
const COPIED = ['actions', 'scripts', 'package.json', 'tsconfig.json', 'tenant.yaml'];

/**
 * A copy of this project in a folder of its own, as a fresh clone would be after `npm ci`: its commands keep their state
 * there and read `.env` there.
 */
export function freshCopy(): { readonly root: string; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'didit-actions-'));
  for (const name of COPIED) cpSync(join(PROJECT_ROOT, name), join(root, name), { recursive: true });
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(root, 'node_modules'), 'dir');
  return {
    root,
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
