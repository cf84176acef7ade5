import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Problem } from '../../base/problem.ts';

const run = promisify(execFile);

/**
 * Runs git in a folder; what it prints, without the last line end. `undefined` when git ends with an error.
 *
 * @param options `input`: what it reads. `encoding`: of what it reads and prints; names of files need not be UTF-8, and `latin1` keeps
 *   each byte of them. Default: nothing, and UTF-8.
 */
export async function git(
  folder: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  { input = '', encoding = 'utf8' }: { readonly input?: string; readonly encoding?: 'utf8' | 'latin1' } = {},
): Promise<string | undefined> {
  try {
    const running = run('git', parameters, {
      cwd: folder,
      encoding,
      // A listing of a large repository is longer than Node expects.
      maxBuffer: 256 * 1024 * 1024,
      env: { ...withoutGit(process.env), ...environment, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' },
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
