import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { isTooling } from '../../../scripts/plan/git/changed-tooling.ts';
import { PROJECT_ROOT } from '../../../scripts/base/project.ts';
import { temporaryProject } from '../../temporary-project.ts';

/** The files that a file imports, types too: who needs a type of another file is checked with it. */
const importsOf = (file: string): readonly string[] =>
  ts
    .preProcessFile(readFileSync(join(PROJECT_ROOT, file), 'utf8'), true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(file), fileName));

function closure(files: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [...files];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    queue.push(...importsOf(file));
  }
  return found;
}

/** Packages that some tests need alone are installed beside them. */
const isInstalled = (path: string): boolean => path.endsWith('node_modules');
const sources = (pattern: string): readonly string[] =>
  globSync(pattern, { cwd: PROJECT_ROOT, exclude: isInstalled });
const imported = closure([...sources('{scripts,test}/**/*.{ts,mjs,js}'), ...sources('*.{ts,js}')]);
const importedByTools = closure([...sources('scripts/**/*.{ts,mjs,js}'), ...sources('*.{ts,js}')]);

test('nothing that tools import is taken for what they never run', () => {
  // Tests look at every source of the Actions; what they say of it decides nothing here.
  expect(imported.size).toBeGreaterThan(importedByTools.size);
  expect([...importedByTools].filter((file) => !isTooling(file))).toEqual([]);
});

test('every source of the Actions that no tool imports is known as that', () => {
  const others = sources('actions/**/*.ts').filter((file) => !importedByTools.has(file));
  expect(others.filter(isTooling)).toEqual([]);
});

/** Says on exit which modules were loaded, and which files were read. */
const RECORDER = `
import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
const seen = new Set();
registerHooks({ load: (url, context, next) => {
  if (url.startsWith('file:')) seen.add(fileURLToPath(url));
  return next(url, context);
} });
for (const name of ['readFileSync', 'readFile', 'openSync', 'createReadStream']) {
  const real = fs[name];
  fs[name] = (file, ...rest) => {
    if (typeof file === 'string') seen.add(file);
    else if (file instanceof URL) seen.add(fileURLToPath(file));
    return real(file, ...rest);
  };
}
const readFile = fs.promises.readFile;
fs.promises.readFile = (file, ...rest) => {
  if (typeof file === 'string') seen.add(file);
  return readFile(file, ...rest);
};
syncBuiltinESMExports();
const write = fs.writeFileSync;
process.on('exit', () => write(process.env.SEEN, JSON.stringify([...seen])));
`;

test(
  'of what a plan loads and reads, nothing but tenant.yaml is no tooling',
  { tags: ['long'] },
  async () => {
    const project = temporaryProject(false);
    try {
      const git = (...parameters: string[]): string =>
        execFileSync('git', ['-c', 'user.name=Example', '-c', 'user.email=user@example.com', ...parameters], {
          cwd: project.root,
          encoding: 'utf8',
          env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', HOME: project.root },
        });
      project.write('.gitignore', 'node_modules\ndist/\n.local-tenant/\n.deploys/\n');
      project.write('recorder.mjs', RECORDER);
      git('init', '--quiet');
      git('add', '.');
      git('commit', '--quiet', '--message=First');
      const committed = git('ls-files', '-z').split('\0');
      const seen = join(project.root, 'dist/seen.json');
      const { exitCode, stderr } = await project.run('plan', ['--from', 'HEAD'], {
        NODE_OPTIONS: `--import=${join(project.root, 'recorder.mjs')}`,
        SEEN: seen,
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      const files = (JSON.parse(readFileSync(seen, 'utf8')) as readonly string[])
        .map((file) => relative(project.root, file))
        .filter((file) => committed.includes(file));
      expect(files).toContain('scripts/plan.ts');
      // The build looks for the names of handlers in the sources of the Actions, and runs none of them.
      const sources = /^actions\/[\w-]+\.ts$/;
      expect(files.filter((file) => !isTooling(file) && !sources.test(file))).toEqual(['tenant.yaml']);
    } finally {
      project.remove();
    }
  },
);
