import { git } from './git.ts';

/**
 * What the tools show or send and never run, by paths in the project. All else is tooling, whatever it is called: what nobody
 * thought of may be read by a tool, or by a tool of a tool. A test holds the list to what the tools import and read.
 */
const NOT_TOOLING: readonly RegExp[] = [
  /^tenant\.yaml$/,
  // Documents.
  /^(?:[\w-]+\.md|LICENSE)$/,
  /^docs\/(?:[\w-]+\/)*[\w-]+\.md$/,
  /^docs\/(?:didit-claims\.d\.ts|plan\.schema\.json|tenant\.schema\.json)$/,
  // Sources of the Actions. Those of actions/didit/ that tools import are both.
  /^actions\/(?:[\w-]+\/)*README\.md$/,
  /^actions\/(?:auth0\/|connection\/)?[\w-]+\.ts$/,
  /^actions\/didit\/(?:claims|sync|user-metadata|verified-claims)\.ts$/,
];

/** @param file Its path in the project. */
export const isTooling = (file: string): boolean => !NOT_TOOLING.some((pattern) => pattern.test(file));

/**
 * Where the project is a folder of a larger repository: what tools look for in the folders above. That is a file that stands
 * right in one of them, its packages, and the workflows and hooks in folders with a dot.
 *
 * @param file Its path in the repository, outside of the project.
 * @param project Path of the project in the repository, with a slash at its end.
 */
function isToolingAbove(file: string, project: string): boolean {
  const above = project.split('/').slice(0, -2);
  return [[], ...above.map((_, index) => above.slice(0, index + 1))].some((folder) => {
    const start = folder.map((name) => `${name}/`).join('');
    const rest = file.startsWith(start) ? file.slice(start.length) : undefined;
    return (
      rest !== undefined && (/^(?:\.|node_modules\/)/.test(rest) || (!rest.includes('/') && isTooling(rest)))
    );
  });
}

/**
 * Files of the tooling that differ from a commit in the working tree, new ones that git does not track yet included, or in
 * another commit; by their paths in the repository. `undefined` where git cannot tell.
 *
 * @throws {Problem} `GIT_MISSING`.
 */
export async function changedTooling(
  project: string,
  commit: string,
  other?: string,
): Promise<readonly string[] | undefined> {
  const [prefix, changed, untracked] = await Promise.all([
    git(project, ['rev-parse', '--show-prefix']),
    // With renames, a file that is moved away would go by its new name alone. Of a module of git's own, what is in it counts.
    git(project, [
      ...['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-relative'],
      ...['--ignore-submodules=none', commit, ...(other === undefined ? [] : [other]), '--', ':(top)'],
    ]),
    other !== undefined
      ? ''
      : git(project, ['ls-files', '--others', '--exclude-standard', '--full-name', '-z', '--', ':(top)']),
  ]);
  if (prefix === undefined || changed === undefined || untracked === undefined) return undefined;
  const files = [...changed.split('\0'), ...untracked.split('\0')].filter((file) => file !== '');
  return [...new Set(files)]
    .filter((file) =>
      file.startsWith(prefix) ? isTooling(file.slice(prefix.length)) : isToolingAbove(file, prefix),
    )
    .sort();
}
