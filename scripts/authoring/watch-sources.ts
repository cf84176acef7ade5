import { readdirSync, watch } from 'node:fs';
import type { Dirent, FSWatcher, WatchEventType } from 'node:fs';
import { join } from 'node:path';
import { diskErrorOf } from '../base/disk-error.ts';

const ACTIONS = 'actions';

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
  /** One that is gone, or is another one now, with all below it. */
  const forget = (gone: string): void => {
    for (const [folder, watcher] of folders) {
      if (folder !== gone && !folder.startsWith(`${gone}/`)) continue;
      watcher.close();
      folders.delete(folder);
    }
  };
  /** @param event `rename`: it has come, has gone, or is another one of that name. */
  const changed = (event: WatchEventType, path: string): void => {
    const isFile = path.includes('/') ? SOURCE.test(path) : FILES.includes(path);
    if (isFile) note(path);
    else if (event === 'rename' && isSourceFolder(path)) {
      forget(path);
      // What has come along with a folder is nowhere told.
      for (const folder of look()) for (const { name } of filesIn(root, folder)) note(`${folder}/${name}`);
    }
  };
  /** @returns Folders that were not watched before. */
  const look = (): readonly string[] => {
    const found = ['', ...foldersIn(root, ACTIONS)].filter((folder) => !folders.has(folder));
    return found.filter((folder) => {
      try {
        const watcher = watch(join(root, folder), (event, name) => {
          if (name !== null) changed(event, folder === '' ? name : `${folder}/${name}`);
        });
        watcher.on('error', () => {
          forget(folder);
        });
        folders.set(folder, watcher);
      } catch (error) {
        if (!isGone(error)) throw error;
      }
      return folders.has(folder);
    });
  };
  look();
  return () => {
    clearTimeout(quiet);
    for (const watcher of folders.values()) watcher.close();
  };
}

const isSourceFolder = (path: string): boolean => path === ACTIONS || path.startsWith(`${ACTIONS}/`);

/** Between a look at the folder above it and one at itself, a folder may be removed: as when git goes to another branch. */
const isGone = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(diskErrorOf(error)?.name ?? '');

function entriesOf(root: string, folder: string): readonly Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

const filesIn = (root: string, folder: string): readonly Dirent[] =>
  entriesOf(root, folder).filter((entry) => !entry.isDirectory() && SOURCE.test(entry.name));

/** The folder itself too; relative to the root, with `/` between. */
const foldersIn = (root: string, folder: string): readonly string[] => [
  folder,
  ...entriesOf(root, folder)
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => foldersIn(root, `${folder}/${name}`)),
];
