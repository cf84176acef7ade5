import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../base/problem.ts';
import { FINISHED_ENDINGS } from '../../bundle/bundle-inputs.ts';
import { temporaryFolder } from '../../base/write-files.ts';
import { git } from './git.ts';

/** The project as it was at a revision, in a folder of its own. */
export interface RevisionFolder {
  readonly root: string;
  /** The full name of the commit. */
  readonly commit: string;
  remove(): void;
}

/** More than most files have: a disk that takes this much was not what stopped git. */
const PROBE_BYTES = 1_000_000;

/**
 * What a plan reads of a revision, as git's patterns: files at the top, sources, and JavaScript that is deployed as it is,
 * wherever it lies. All the rest, of which there may be much, stays in git.
 */
const READ_BY_A_PLAN = [
  ':(glob)*',
  ':(glob)actions/**',
  ...FINISHED_ENDINGS.map((ending) => `:(glob)**/*${ending}`),
];

/**
 * Writes the files of a revision that a plan reads to a temporary folder. The repository is only read: no checkout, no worktree,
 * its index untouched. Nothing that the revision says makes git run or fetch anything, and nothing in the folder leads out of it:
 * a symbolic link is a file with the path in it.
 *
 * @param project Root folder of the project, which may be a folder of a larger repository.
 * @throws {Problem} `GIT_MISSING`, `REVISION_UNKNOWN`, `REVISION_UNREADABLE`, `FILE_UNUSABLE`.
 */
export async function revisionFolder(project: string, revision: string): Promise<RevisionFolder> {
  const commit = await commitOf(project, revision);
  const prefix = await git(project, ['rev-parse', '--show-prefix']);
  const repository = await git(project, ['rev-parse', '--absolute-git-dir']);
  if (commit === undefined || prefix === undefined || repository === undefined)
    throw unknownRevision(revision);
  await checkOneMeaning(project, revision, commit);

  const folder = temporaryFolder('didit-revision-');
  try {
    const root = join(folder.path, 'project');
    mkdirSync(root);
    const environment = {
      GIT_DIR: repository,
      GIT_WORK_TREE: root,
      GIT_INDEX_FILE: join(folder.path, 'index'),
    };
    const tree = `${commit}:${prefix.replace(/\/$/, '')}`;
    const checkOut = ['-c', 'core.symlinks=false', ...(await withoutFilters(project)), 'checkout-index'];
    const steps: readonly (readonly string[])[] = [
      ['read-tree', tree],
      ['ls-files', '-z', '--', ...READ_BY_A_PLAN],
      [...checkOut, '--quiet', '-z', '--stdin'],
    ];
    let said: string | undefined = '';
    for (const step of steps) {
      // Each reads what the one before has listed.
      said = await git(root, step, environment, { input: said, encoding: 'latin1' });
      if (said !== undefined) continue;
      // git does not say whether it was the disk; the disk does.
      folder.write('probe', ' '.repeat(PROBE_BYTES));
      throw unreadableRevision(revision);
    }
    const packages = join(root, 'node_modules');
    // Actions may bundle npm packages; those of today stand for those of then, and for any that the revision brings along.
    rmSync(packages, { recursive: true, force: true });
    symlinkSync(join(project, 'node_modules'), packages, 'junction');
    return {
      root,
      commit,
      remove: () => {
        folder.remove();
      },
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

/**
 * The full name of a revision's commit; `undefined` where git does not know it. A revision that starts with a dash would be an
 * option to git.
 */
const commitOf = async (project: string, revision: string): Promise<string | undefined> =>
  revision.startsWith('-')
    ? undefined
    : await git(project, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);

/** What is no place of a reference: these are files of the repository itself, and come first. */
const HEADS = /^[A-Z_]*HEAD$/;

/** Digits of a commit, as many as git shows at least. With all of them, git takes the commit. */
const DIGITS = /^[0-9a-f]{7,}$/i;
const ALL_DIGITS = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;

/**
 * A tag `origin/main` goes before the branch that everybody means, and a branch with the digits of a commit before the commit;
 * tags come along when others are fetched. git takes one of them and says nothing.
 *
 * @throws {Problem} `REVISION_UNKNOWN`.
 * @see https://git-scm.com/docs/gitrevisions#_specifying_revisions
 */
async function checkOneMeaning(project: string, revision: string, commit: string): Promise<void> {
  const [name = ''] = /^[^~^:@]*/.exec(revision) ?? [];
  if (name === '' || name.startsWith('refs/') || HEADS.test(name) || ALL_DIGITS.test(name)) return;
  const places = ['', 'tags/', 'heads/', 'remotes/'].map((place) => `refs/${place}${name}`);
  const listed = await git(project, ['for-each-ref', '--format=%(refname)', ...places]);
  const references = (listed ?? '').split('\n').filter((reference) => places.includes(reference));
  const objects = DIGITS.test(name) ? await git(project, ['rev-parse', `--disambiguate=${name}`]) : '';
  const candidates = [...references, ...(objects ?? '').split('\n')].filter((candidate) => candidate !== '');
  const rest = revision.slice(name.length);
  const commits = await Promise.all(candidates.map((candidate) => commitOf(project, `${candidate}${rest}`)));
  const others = candidates.filter((_, index) => ![undefined, commit].includes(commits[index]));
  if (others.length === 0) return;
  throw new Problem({
    code: 'REVISION_UNKNOWN',
    message: `"${revision}" may be several revisions here: ${candidates.join(', ')}. Somebody may have made one of them to hide another.`,
    place: { revision },
    remedy: 'Write the one that you mean in full: refs/remotes/origin/main, or all digits of a commit.',
  });
}

/**
 * Attributes of a revision choose among the filters that a machine has, such as one that fetches large files from where the
 * revision says.
 */
async function withoutFilters(folder: string): Promise<readonly string[]> {
  const names = await git(folder, ['config', '--name-only', '--get-regexp', '^filter\\.']);
  return (names ?? '')
    .split('\n')
    .filter((name) => /\.(?:smudge|process|required)$/.test(name))
    .flatMap((name) => ['-c', name.endsWith('.required') ? `${name}=false` : `${name}=`]);
}

const unknownRevision = (revision: string): Problem =>
  new Problem({
    code: 'REVISION_UNKNOWN',
    message: `git does not know the revision "${revision}" here.`,
    place: { revision },
  });

/** `REVISION_UNREADABLE`: git knows the revision, and not all that it holds. */
export const unreadableRevision = (revision: string): Problem =>
  new Problem({
    code: 'REVISION_UNREADABLE',
    message: `The files of ${revision} cannot be read from git.`,
    place: { revision },
    remedy:
      'Fetch the whole history (`git fetch --unshallow`), and check that the project existed at that revision.',
  });
