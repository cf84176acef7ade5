import { git } from './git.ts';

/**
 * What builds, judges and deploys, besides what is built, judged and deployed: the tools, the packages that they run, and the
 * workflows. The settings of the Actions are read by the Actions' own code, by tools too.
 */
const TOOLING = [
  'scripts',
  'actions/didit/settings',
  'actions/didit/claims-contract.ts',
  'actions/didit/fields.ts',
  // Packages are not in git. One that is would be run all the same.
  'node_modules',
  ...['package.json', 'package-lock.json', 'npm-shrinkwrap.json', 'tsconfig.json', '.npmrc', '.github'],
  // The project may be a folder of a larger repository, where these stand at the top.
  ...['package.json', 'package-lock.json', '.npmrc', '.github'].map((path) => `:(top)${path}`),
];

/**
 * Files of the tooling that differ from a commit in the working tree, new ones that git does not track yet included; by their paths
 * in the repository. `undefined` where git cannot tell.
 *
 * @throws {Problem} `GIT_MISSING`.
 */
export async function changedTooling(
  project: string,
  commit: string,
): Promise<readonly string[] | undefined> {
  const [changed, untracked] = await Promise.all([
    // With renames, a file that is moved away would go by its new name alone.
    git(project, ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', commit, '--', ...TOOLING]),
    git(project, ['ls-files', '--others', '--exclude-standard', '--full-name', '-z', '--', ...TOOLING]),
  ]);
  if (changed === undefined || untracked === undefined) return undefined;
  const files = [...changed.split('\0'), ...untracked.split('\0')];
  return [...new Set(files)].filter((file) => file !== '').sort();
}
