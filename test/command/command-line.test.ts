import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { commandLine, usageProblem } from '../../scripts/command/command-line.ts';
import { parseCount, parsePort } from '../../scripts/command/number-options.ts';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

/** What a command with these options prints on standard error, given these parameters. */
function printedFor(parameters: readonly string[]): string {
  const printed: string[] = [];
  vi.spyOn(console, 'error').mockImplementation((text: string) => printed.push(text));
  const command = commandLine('plan')
    .option('--json', 'as JSON')
    .option('--port <number>', 'a port', parsePort)
    .option('--logins <number>', 'how many', parseCount)
    .exitOverride();
  expect(() => command.parse([...parameters], { from: 'user' })).toThrow();
  return printed.join('\n');
}

afterEach(() => {
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
