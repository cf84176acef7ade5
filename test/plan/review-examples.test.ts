// @module-tag long
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { temporaryProject } from '../temporary-project.ts';
import type { TemporaryProject } from '../temporary-project.ts';

type Change = readonly [file: string, from: string, to: string];

const THREE: readonly Change[] = [
  ['tenant.yaml', 'https://apx.didit.me/auth/v2/token', 'https://login.example.com/token'],
  [
    'actions/didit/policy-codes.ts',
    'This service is for people aged 18 or over.',
    'You have to be 18 or over to sign in.',
  ],
  ['tenant.yaml', 'require=verified', 'require=age_over_18'],
];

/** What the examples of the page change, by the name that stands before each as a comment. */
const EXAMPLES: Readonly<
  Record<string, { readonly changes: readonly Change[]; readonly format?: string; readonly section?: string }>
> = {
  'three changes': { changes: THREE },
  'a rule for later logins': {
    changes: [['tenant.yaml', 'require=verified', 'require=verified max_age=30d apply_to=all']],
    section: 'Impact',
  },
  'one more claim': {
    changes: [
      ['tenant.yaml', 'is_over_18', 'is_over_18 is_over_21'],
      ['tenant.yaml', 'id_token=verified,age_over_18', 'id_token=verified,age_over_18,age_over_21'],
    ],
    section: 'Impact',
  },
  'three changes as a comment': { changes: THREE, format: '--markdown' },
};

const PAGE = join(PROJECT_ROOT, 'docs/review.md');

/** `WRITE_EXAMPLES=1` writes them, for whoever has changed what a plan looks like. */
const WRITES = process.env['WRITE_EXAMPLES'] !== undefined;

let project: TemporaryProject;

const git = (...parameters: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=Example', '-c', 'user.email=user@example.com', ...parameters], {
    cwd: project.root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', HOME: project.root },
  });

beforeAll(() => {
  project = temporaryProject();
  project.write('.gitignore', readFileSync(join(PROJECT_ROOT, '.gitignore'), 'utf8'));
  git('init', '--quiet', '--initial-branch=main');
  git('add', '.');
  git('commit', '--quiet', '--message=First');
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
});
afterAll(() => {
  project.remove();
});

/** Sizes, places and hashes differ with every change of the sources. */
const withoutNumbers = (plan: string): string =>
  plan
    .replaceAll(/\b[0-9a-f]{12}\b/g, 'HASH')
    .replaceAll(/\b\d+ bytes\b/g, 'N bytes')
    .replaceAll(/@@ -\d+,\d+ \+\d+,\d+ @@/g, '@@');

const blockOf = (name: string): RegExp =>
  new RegExp(
    `(<!-- example: ${name} -->\\n(?:\\n|<!-- prettier-ignore -->\\n)*(\`{3,})\\w*\\n)(.*?)(?=^\\2$)`,
    'ms',
  );

test.each(Object.keys(EXAMPLES))('the example "%s" of docs/review.md is what a plan prints', async (name) => {
  const { changes = [], format, section } = EXAMPLES[name] ?? {};
  for (const [file, from, to] of changes) {
    const text = project.read(file);
    expect(text).toContain(from);
    project.write(file, text.replace(from, to));
  }
  const { exitCode, stdout, stderr } = await project.run('plan', [
    ...['--from', 'origin/main'],
    ...(format === undefined ? [] : [format]),
  ]);
  git('checkout', '--quiet', '.');
  expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
  const [said = stdout] =
    section === undefined ? [] : (new RegExp(`^${section}\\n(?:.+\\n)*`, 'm').exec(stdout) ?? []);
  const page = readFileSync(PAGE, 'utf8');
  if (WRITES)
    writeFileSync(
      PAGE,
      page.replace(blockOf(name), (_, head: string) => `${head}${said}`),
    );
  const [, , , example = ''] = blockOf(name).exec(readFileSync(PAGE, 'utf8')) ?? [];
  expect(withoutNumbers(example)).toBe(withoutNumbers(said));
});
