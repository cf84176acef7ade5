import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { Command } from 'commander';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { commandLine, keptByNpm, usageProblem } from '../../scripts/command/command-line.ts';
import { parseCount, parsePort } from '../../scripts/command/number-options.ts';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

/** What a command with these options prints on standard error, given these parameters. */
function printedFor(parameters: readonly string[]): string {
  const printed: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  const command = commandLine('plan')
    .option('--json', 'as JSON')
    .option('--port <number>', 'a port', parsePort)
    .option('--logins <number>', 'how many', parseCount)
    .exitOverride();
  expect(() => command.parse([...parameters], { from: 'user' })).toThrow();
  return printed.join('\n');
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a command that is called in a wrong way', () => {
  test.each([
    ['an unknown option', ['--nonsense'], "unknown option '--nonsense'", 'npm run plan (--nonsense)'],
    ['a wrong value', ['--port', 'x'], 'It must be a number from 0 to 65535.', 'npm run plan (--port)'],
    ['no logins', ['--logins', '0'], 'It must be a whole number, 1 or more.', 'npm run plan (--logins)'],
    ['logins by halves', ['--logins', '1.5'], 'a whole number, 1 or more.', 'npm run plan (--logins)'],
    ['a missing value', ['--port'], 'argument missing', 'npm run plan (--port)'],
    ['a word too many', ['everything'], 'too many arguments', 'npm run plan'],
  ])('(%s) says what is wrong, where, and how to find out', (_case, parameters, message, place) => {
    const printed = printedFor(parameters);
    expect(printed).toMatch(/^error OPTION_INVALID: /);
    expect(printed).toContain(message);
    expect(printed).toContain(`where: ${place}`);
    expect(printed).toContain('how to solve it: `npm run plan -- --help` lists the options.');
  });

  test('names the option that was most likely meant', () => {
    expect(printedFor(['--jsn'])).toContain('Write --json if that is what you mean');
    expect(printedFor(['--hlep'])).toContain('Write --help if that is what you mean');
  });

  test('names no other option where only the value is wrong', () => {
    expect(printedFor(['--port', 'x'])).not.toContain('if that is what you mean');
  });

  test('does not repeat what stands behind the = of an unknown option: it may be a secret', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^--[a-z-]{1,12}$/), fc.string(), (option, value) => {
        const problem = usageProblem('plan', `error: unknown option '${option}=${value}'\n`, ['--json']);
        expect(problem.message).toBe(`unknown option '${option}'.`);
        expect(problem.place).toEqual({ of: 'npm run plan', option });
      }),
    );
    expect(printedFor(['--token=marked-secret'])).not.toContain('marked-secret');
  });
});

/** What npm kept of these options, when it let these words through; as npm 11 and npm 10 hand it on. */
function keptOf(
  variables: Readonly<Record<string, string>>,
  words: readonly string[] = [],
  given: readonly string[] = [],
) {
  const command = new Command()
    .option('-y, --yes', 'do not ask')
    .option('--env <name>', 'a file')
    .option('--allow <codes...>', 'codes')
    .option('--port <number>', 'a port')
    .option('--no-browser', 'no browser')
    .option('--update-secrets', 'secrets');
  return keptByNpm(
    'deploy',
    command.options,
    ({ long }) => given.includes(long ?? ''),
    { npm_lifecycle_event: 'deploy', ...variables },
    words,
  );
}

describe('an option that npm kept for itself', () => {
  test.each<[string, Record<string, string>, string[], string]>([
    ['--env=production', { npm_config_env: 'production' }, [], '--env=production'],
    ['--env production', { npm_config_env: 'true' }, ['production'], '--env production'],
    ['--env= --yes', { npm_config_env: '', npm_config_yes: 'true' }, [], "--yes --env=''"],
    ['--allow a b -y', { npm_config_allow: 'true', npm_config_yes: 'true' }, ['a', 'b'], '--yes --allow a b'],
    ['--no-browser', { npm_config_browser: '' }, [], '--no-browser'],
    ['--update-secrets -- --yes', { npm_config_update_secrets: 'true' }, ['--yes'], '--update-secrets --yes'],
    ["--env='a b'", { npm_config_env: 'a b' }, [], "--env='a b'"],
    [
      '--env a --port 0',
      { npm_config_env: 'true', npm_config_port: 'true' },
      ['a', '0'],
      '--env <name> --port <number>',
    ],
  ])('(%s) is refused with the line to write', (_written, variables, words, line) => {
    const problem = keptOf(variables, words);
    expect(problem?.code).toBe('OPTION_KEPT_BY_NPM');
    expect(problem?.remedy).toBe(`Write -- before the options: npm run deploy -- ${line}`);
  });

  test('is none where npm has its own settings only, or a browser of its own', () => {
    expect(
      keptOf({ npm_config_yes: '', npm_config_browser: 'firefox', npm_config_cache: '/tmp' }),
    ).toBeUndefined();
  });

  test('is not missed by a command that got it as well', () => {
    expect(keptOf({ npm_config_yes: 'true' }, [], ['--yes'])).toBeUndefined();
  });

  test('of `npm test` is none of a command that a test runs', () => {
    expect(keptOf({ npm_config_yes: 'true', npm_lifecycle_event: 'test' })).toBeUndefined();
  });

  test('ends the command before it does anything, and before other mistakes are told', () => {
    vi.stubEnv('npm_lifecycle_event', 'plan');
    vi.stubEnv('npm_config_port', 'true');
    const worked = vi.fn();
    for (const words of [[], ['0'], ['--json', 'a', 'word']]) {
      const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      const command = commandLine('plan')
        .option('--json', 'as JSON')
        .option('--port <number>', 'a port')
        .action(worked)
        .exitOverride();
      expect(() => command.parse(words, { from: 'user' })).toThrow();
      expect(printed.mock.calls.join()).toMatch(/^error OPTION_KEPT_BY_NPM: npm kept --port for itself/);
      printed.mockRestore();
    }
    expect(worked).not.toHaveBeenCalled();
  });

  test('but given once more behind the --, with another value, is told: only one of them can be meant', () => {
    vi.stubEnv('npm_lifecycle_event', 'plan');
    vi.stubEnv('npm_config_env', 'production');
    const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const worked = vi.fn();
    const run = (words: readonly string[]) =>
      commandLine('plan')
        .option('--env <name>', 'a file')
        .action(worked)
        .exitOverride()
        .parse([...words], { from: 'user' });
    run(['--env', 'production']);
    expect(worked).toHaveBeenCalledOnce();
    expect(() => run(['--env', 'staging'])).toThrow();
    expect(printed.mock.calls.join()).toContain('OPTION_KEPT_BY_NPM');
  });
});

/** Of package.json, those that run a file of `scripts/`. */
const COMMANDS = [
  ...readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8').matchAll(
    /"([\w:]+)": "node .* (scripts\/.*\.ts)"/g,
  ),
].map(([, verb = '', file = '']) => ({ verb, file }));

const run = (verb: string, file: string, parameter: string) =>
  spawnSync(process.execPath, ['--import', './scripts/base/node-version.mjs', file, parameter], {
    cwd: PROJECT_ROOT,
    env: { PATH: process.env['PATH'], NO_COLOR: '1', npm_lifecycle_event: verb },
    encoding: 'utf8',
  });

describe('every command', () => {
  // What a process does with it is tried with one: a dozen would take a slow machine a minute.
  test.each(COMMANDS)('($verb) takes its options in this way, and under its own name', ({ verb, file }) => {
    const source = readFileSync(join(PROJECT_ROOT, file), 'utf8');
    expect(source).toMatch(new RegExp(`^(const .*)?commandLine\\(.*'${verb}'`, 'm'));
    expect(source).not.toContain('new Command');
  });

  test('is among those that are looked at', () => {
    expect(COMMANDS.length).toBeGreaterThan(10);
  });

  test('refuses what it does not know before it does anything, with exit code 1', () => {
    const { status, stdout, stderr } = run('build', 'scripts/build.ts', '--nonsense');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('error OPTION_INVALID');
    expect(stderr).toContain('`npm run build -- --help` lists the options.');
  });

  test('explains itself under the name by which it was called, with exit code 0', () => {
    const { status, stdout, stderr } = run('drift', 'scripts/plan.ts', '--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Usage: npm run drift --');
  });
});
