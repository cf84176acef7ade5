import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Problem } from '../../base/problem.ts';

const run = promisify(execFile);

/** Runs git in a folder; what it prints, without the last line end. `undefined` when git ends with an error. */
export async function git(
  folder: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', parameters, {
      cwd: folder,
      // A listing of a large repository is longer than Node expects.
      maxBuffer: 256 * 1024 * 1024,
      env: { ...withoutGit(process.env), ...environment, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' },
    });
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
