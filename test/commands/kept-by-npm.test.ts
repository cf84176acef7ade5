// @module-tag long
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

/** Of package.json, those that run a file of `scripts/`, with that file. */
const VERBS = [
  ...readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8').matchAll(
    /"([\w:]+)": "node .* (scripts\/.*\.ts)"/g,
  ),
].flatMap(([, verb, file]) => (verb === undefined || file === undefined ? [] : [{ verb, file }]));

/** What a command says of its options, without npm, which takes as long as the command. */
const helpOf = ({ verb, file }: (typeof VERBS)[number]): string =>
  spawnSync(process.execPath, [file, '--help'], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, npm_lifecycle_event: verb },
    encoding: 'utf8',
  }).stdout;

/** npm itself, without what an npm that runs these tests has set. */
const npm = (...parameters: readonly string[]) =>
  spawnSync('npm', ['run', '--silent', ...parameters], {
    cwd: PROJECT_ROOT,
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
      NO_COLOR: '1',
    },
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });

describe.each(VERBS)('npm run $verb', (command) => {
  const { verb } = command;
  test('does nothing when npm keeps its options, one as all of them, and says the line to write', () => {
    const options = [...helpOf(command).matchAll(/^ {2}(?:-\w, )?(--[\w-]+)( <)?/gm)].flatMap(
      ([, long = '', value]) => (long === '--help' ? [] : [`${long}${value === undefined ? '' : '=7'}`]),
    );
    if (options.length === 0) return;
    const { status, stderr } = npm(verb, ...options);
    expect(status).toBe(1);
    expect(stderr).toContain('error OPTION_KEPT_BY_NPM');
    const [, line = ''] = /npm run \S+ -- (.*)/.exec(stderr) ?? [];
    // Where npm knows the name as a setting without a value, the value comes as a word of its own, behind it.
    const written = line.replaceAll(/(--[\w-]+) (?!-)/g, '$1=').split(' ');
    expect(written.sort()).toEqual([...options].sort());
  });
});
