import { readdirSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';

/** What a local deploy is made of, beside `actions/`. */
const FILES = ['tenant.yaml', '.env'];

const SOURCE = /\.[cm]?[jt]s$/;

/** Milliseconds of quiet after which a save is over: an editor writes in several steps, and a branch is many files. */
const QUIET_MILLISECONDS = 50;

/**
 * Tells of each save of what a deploy is made of.
 *
 * @param root Absolute path of the project's root.
 * @param onSaved Told the files of one save, relative to the root.
 * @returns How to stop.
 */
export function watchSources(root: string, onSaved: (files: readonly string[]) => void): () => void {
  const saved = new Set<string>();
  let quiet: NodeJS.Timeout | undefined;
  const note = (file: string): void => {
    saved.add(file);
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      const files = [...saved].sort();
      saved.clear();
      onSaved(files);
    }, QUIET_MILLISECONDS);
  };
  // Folders and not files: an editor that writes a new file in the place of the old one would be lost, as it is with Node's own
  // recursive watching on Linux.
  const folders = new Map<string, FSWatcher>();
  const look = (): void => {
    const there = ['', ...foldersIn(root, 'actions')];
    for (const folder of there.filter((found) => !folders.has(found))) {
      const watcher = watch(join(root, folder), (_event, name) => {
        if (folder === '') {
          if (name !== null && FILES.includes(name)) note(name);
          return;
        }
        if (name !== null && SOURCE.test(name)) note(`${folder}/${name}`);
        else look();
      });
      // A folder that is removed: `look` finds it gone.
      watcher.on('error', () => undefined);
      folders.set(folder, watcher);
    }
    for (const [folder, watcher] of folders) {
      if (there.includes(folder)) continue;
      watcher.close();
      folders.delete(folder);
    }
  };
  look();
  return () => {
    clearTimeout(quiet);
    for (const watcher of folders.values()) watcher.close();
  };
}

/** The folder itself too; relative to the root, with `/` between. */
const foldersIn = (root: string, folder: string): readonly string[] => [
  folder,
  ...readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => foldersIn(root, `${folder}/${name}`)),
];
