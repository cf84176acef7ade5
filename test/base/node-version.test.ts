import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

/** A Node that says it is 20, as the host's own may be. What it starts is what it is. */
const OLD_NODE = `data:text/javascript,${encodeURIComponent(
  "if (process.env.HOST_IS_OLD) Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } }); delete process.env.HOST_IS_OLD;",
)}`;

test('an older Node hands over to the one that was installed beside the project, although nothing leads there', () => {
  const print = `data:text/javascript,${encodeURIComponent(
    'console.log(JSON.stringify({ node: process.versions.node, program: process.execPath, words: process.argv.slice(2) }));',
  )}`;
  // `npm ci` of npm 10 leaves no `node_modules/.bin/node`: only the package itself is there.
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      '--import',
      OLD_NODE,
      '--import',
      './scripts/base/node-version.mjs',
      '--import',
      print,
      'scripts/build.ts',
      '--help',
    ],
    { cwd: PROJECT_ROOT, env: { PATH: '', HOST_IS_OLD: 'yes' }, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  const [said = ''] = stdout.split('\n');
  const { node, program, words } = JSON.parse(said) as { node: string; program: string; words: string[] };
  expect(node).toMatch(/^22\./);
  expect(program).toContain('node_modules');
  expect(words).toEqual(['--help']);
  expect(stdout).toContain('Usage: npm run build --');
  expect(status).toBe(0);
});
