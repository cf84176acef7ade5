// @module-tag long
import { existsSync, globSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { ROOMS } from '../../eslint.rooms.js';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

/** The project's own configuration, with this rule alone: without types it needs no second. */
const eslint = new ESLint({
  cwd: PROJECT_ROOT,
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  ruleFilter: ({ ruleId }) => ruleId === 'rooms/imports',
});

/** What lint says of a file with this text, there or not. */
async function complaints(file: string, text: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(PROJECT_ROOT, file) });
  return (result?.messages ?? []).map(({ message }) => message);
}

const importing = (from: string, to: string): Promise<readonly string[]> =>
  complaints(`${from}/a-file.ts`, `import '${'../'.repeat(from.split('/').length)}${to}/another.ts';`);

describe('the order of the folders', () => {
  test('lets no folder import from one above it', async () => {
    for (const [place, room] of ROOMS.entries()) {
      for (const above of ROOMS.slice(place + 1))
        expect(await importing(room, above)).toEqual([
          `${room} stands below ${above}, and knows nothing of it.`,
        ]);
    }
  });

  test.each([
    ['of types', "import type { A } from '../plan/plan.ts';"],
    ['that are passed on', "export { a } from '../plan/plan.ts';"],
    ['that are passed on as a whole', "export * from '../plan/plan.ts';"],
    ['at run time', "await import('../plan/plan.ts');"],
  ])('holds for imports %s', async (_which, text) => {
    expect(await complaints('scripts/base/a-file.ts', text)).toEqual([
      'scripts/base stands below scripts/plan, and knows nothing of it.',
    ]);
  });

  test('lets a folder import from those below it', async () => {
    expect(await importing('scripts/plan', 'scripts/base')).toEqual([]);
    expect(await importing('scripts/base', 'actions/didit')).toEqual([]);
  });

  test('asks for a place for every folder of scripts/', async () => {
    expect(await complaints('scripts/elsewhere/a-file.ts', '')).toEqual([
      'scripts/elsewhere has no place in the order of eslint.rooms.js.',
    ]);
  });

  test('names no folder that is not there', () => {
    for (const room of ROOMS) expect(readdirSync(join(PROJECT_ROOT, room))).toContain('README.md');
  });
});

test('what is run is imported by nobody', async () => {
  expect(await importing('scripts', 'scripts')).toEqual(['scripts/another.ts is run, not imported.']);
  expect(await importing('scripts/plan', 'actions')).toEqual(['actions/another.ts is run, not imported.']);
});

describe('the local tenant', () => {
  const PAST = 'scripts/local-tenant is known by its index.ts and runtime.ts alone.';

  test.each([
    ['scripts/plan/a-file.ts', '../local-tenant/tenant.ts', [PAST]],
    ['scripts/plan/impact/a-file.ts', '../../local-tenant/login/users.ts', [PAST]],
    ['test/plan/a.test.ts', '../../scripts/local-tenant/tenant.ts', [PAST]],
    ['scripts/plan/a-file.ts', '../local-tenant/index.ts', []],
    ['scripts/plan/a-file.ts', '../local-tenant/runtime.ts', []],
    ['scripts/local-tenant/login/a-file.ts', '../store/store.ts', []],
    ['test/local-tenant/store/a.test.ts', '../../../scripts/local-tenant/store/store.ts', []],
  ])('%s that imports %s', async (file, specifier, said) => {
    expect(await complaints(file, `import '${specifier}';`)).toEqual(said);
  });
});

describe('a circle', () => {
  test('of two files is refused', async () => {
    expect(await complaints('scripts/base/problem.ts', "import './durable-file.ts';")).toEqual([
      'A circle: scripts/base/problem.ts → scripts/base/durable-file.ts → scripts/base/problem.ts.',
    ]);
  });

  test('of more files is, too, by the types that they need', async () => {
    const text = "import type { PutBackReport } from './put-back.ts';";
    const [said = ''] = await complaints('scripts/undo/operation.ts', text);
    expect(said).toMatch(/^A circle: scripts\/undo\/operation\.ts → scripts\/undo\/put-back\.ts → /);
    expect(said).toMatch(/ → scripts\/undo\/operation\.ts\.$/);
  });
});

test('tests stand in folders of the same names, but for those that are about the whole', () => {
  const WHOLE = ['browser', 'clients', 'commands', 'examples', 'faults', 'lint', 'local-tenant/conformance'];
  const folders = globSync('test/**/*.test.ts', {
    cwd: PROJECT_ROOT,
    exclude: (path) => path.endsWith('node_modules'),
  }).map((file) => dirname(file).replace('test/', ''));
  const without = [...new Set(folders)].filter(
    (folder) => !['scripts', ''].some((tree) => existsSync(join(PROJECT_ROOT, tree, folder))),
  );
  expect(without.sort()).toEqual(WHOLE);
});
