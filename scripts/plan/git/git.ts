import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { promisify } from 'node:util';
import { Problem } from '../../base/problem.ts';

const run = promisify(execFile);

/**
 * Whatever the settings of a repository say, and wherever they come from, none of its programs run, and no folder of the tree is
 * taken for a repository with settings of its own.
 */
const ITS_OWN = [
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', `core.hooksPath=${devNull}`],
  ...['-c', 'safe.bareRepository=explicit'],
];

/**
 * Runs git in a folder; what it prints, without the last line end. `undefined` when git ends with an error.
 *
 * @param options `input`: what it reads. `encoding`: of what it reads and prints; names of files need not be UTF-8, and `latin1`
 *   keeps each byte of them. Default: nothing, and UTF-8.
 */
export async function git(
  folder: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  { input = '', encoding = 'utf8' }: { readonly input?: string; readonly encoding?: 'utf8' | 'latin1' } = {},
): Promise<string | undefined> {
  try {
    const running = run('git', [...ITS_OWN, ...parameters], {
      cwd: folder,
      encoding,
      // A listing of a large repository is longer than Node expects.
      maxBuffer: 256 * 1024 * 1024,
      env: {
        ...withoutGit(process.env),
        ...environment,
        LC_ALL: 'C',
        GIT_TERMINAL_PROMPT: '0',
        // A commit is what its name says, whatever somebody has put in its place for everybody to fetch.
        GIT_NO_REPLACE_OBJECTS: '1',
      },
    });
    // Where git ends before it has read all, its exit code says so.
    running.child.stdin?.on('error', () => undefined).end(input, encoding);
    const { stdout } = await running;
    return stdout.replace(/\n$/, '');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') {
      throw new Problem({
        code: 'GIT_MISSING',
        message: 'Comparing with a revision needs git, and git is not installed.',
        cause,
      });
    }
    return undefined;
  }
}

/** A git hook says in variables of its own which repository it runs for, and where in it: here only the folder counts. */
const withoutGit = (environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.toUpperCase().startsWith('GIT_')));
