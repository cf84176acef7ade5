import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Problem } from './problem.ts';
import { PROJECT_ROOT } from './project.ts';

/**
 * The file that `--env NAME` means: `.env.NAME` of the project, and `.env` without a name.
 *
 * @throws {Problem} `ENV_NAME_INVALID`, `ENV_FILE_MISSING`: a tenant that somebody names is never another one by mistake.
 */
export function environmentFile(name?: string): string {
  if (name === undefined) return join(PROJECT_ROOT, '.env');
  const file = join(PROJECT_ROOT, `.env.${name}`);
  if (!/^[\w-]+$/.test(name)) {
    throw new Problem({
      code: 'ENV_NAME_INVALID',
      message: `"${name}" is no name for --env.`,
      remedy: 'Use letters, digits, _ and -: `--env production` reads .env.production.',
    });
  }
  if (!existsSync(file)) {
    throw new Problem({
      code: 'ENV_FILE_MISSING',
      message: `There is no .env.${name}.`,
      place: { file: `.env.${name}` },
      remedy: `Copy .env.example to .env.${name} and fill it in.`,
    });
  }
  return file;
}

/**
 * The variables a command works with: `.env` of the project, overridden by the environment. Empty values count as unset
 * (an unset secret of a CI service arrives as an empty string).
 *
 * @throws {Problem} `ENV_FILE_UNREADABLE`.
 */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  file: string = join(PROJECT_ROOT, '.env'),
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const [name, value] of [...Object.entries(readEnvFile(file)), ...Object.entries(environment)]) {
    if (value !== undefined && value !== '') variables.set(name, value);
  }
  return variables;
}

function readEnvFile(file: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    throw new Problem({
      code: 'ENV_FILE_UNREADABLE',
      message: 'The file with the variables cannot be read.',
      place: { file },
      remedy: 'Check that it is a text file of NAME=value lines which you may read, or remove it.',
      cause,
    });
  }
}
