import { watch } from 'node:fs';
import { join } from 'node:path';

/** What a local deploy is made of, beside `actions/`. */
const FILES = ['tenant.yaml', '.env'];

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
  // The folder and not the file: an editor that writes a new file in its place would be lost.
  const top = watch(root, (_event, name) => {
    if (name !== null && FILES.includes(name)) note(name);
  });
  const actions = watch(join(root, 'actions'), { recursive: true }, (_event, name) => {
    if (name !== null && /\.[cm]?[jt]s$/.test(name)) note(`actions/${name.replaceAll('\\', '/')}`);
  });
  return () => {
    clearTimeout(quiet);
    top.close();
    actions.close();
  };
}
