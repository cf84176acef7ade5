import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeProblem } from '../../scripts/base/problem.ts';
import { bundle } from '../../scripts/bundle/bundle.ts';
import type { BundleTarget } from '../../scripts/bundle/targets.ts';
import { problemsOfAsync } from '../problems-of.ts';

const SECRET = 'marked-secret-0123456789';
const HANDLER = 'export const onExecutePostLogin = async () => { console.log(String(value)); };\n';

let folder: string;
let project: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'inputs-'));
  project = join(folder, 'project');
  write('package.json', '{ "devDependencies": { "declared": "1.0.0" } }');
  write('.env', `AUTH0_CLIENT_SECRET=${SECRET}\n`);
  write('data.json', JSON.stringify({ secret: SECRET }));
  writeFileSync(join(folder, 'outside.ts'), `export default '${SECRET}';\n`);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(file: string, text: string): void {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  writeFileSync(join(project, file), text);
}

const link = (to: string, file: string): void => {
  mkdirSync(dirname(join(project, file)), { recursive: true });
  symlinkSync(to, join(project, file));
};

const target = (more: Partial<BundleTarget> = {}): BundleTarget => ({
  name: 'ours',
  kind: 'action',
  entry: 'actions/ours.ts',
  output: 'dist/actions/ours.js',
  dependencies: [],
  ...more,
});

const pack = (name: string, text: string): void => {
  write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
  write(`node_modules/${name}/index.js`, text);
};

/** What is said of the bundle. */
async function said(more: Partial<BundleTarget> = {}): Promise<string> {
  const problems = await problemsOfAsync(() => bundle(target(more), project));
  const text = problems.map(describeProblem).join('\n');
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(Buffer.from(SECRET).toString('base64'));
  return text;
}

const importing = (specifier: string, attributes = ''): void => {
  write('actions/ours.ts', `import value from '${specifier}'${attributes};\n${HANDLER}`);
};

/** With a name that only the run tells: esbuild takes in each file that it could be. */
const requiring = (template: string): void => {
  write('actions/ours.ts', `const value = require(\`${template}\`);\n${HANDLER}`);
};

describe('a bundle takes in nothing but its sources, and says nothing of what it would have read:', () => {
  test.each<[string, () => void]>([
    [
      '.env as text',
      () => {
        importing('../.env', " with { type: 'text' }");
      },
    ],
    [
      '.env in base64',
      () => {
        importing('../.env', " with { type: 'base64' }");
      },
    ],
    [
      '.env as bytes',
      () => {
        importing('../.env', " with { type: 'bytes' }");
      },
    ],
    [
      '.env as JavaScript',
      () => {
        importing('../.env');
      },
    ],
    [
      'data of the project',
      () => {
        importing('../data.json');
      },
    ],
    [
      'a source beside the project',
      () => {
        importing('../../outside.ts');
      },
    ],
    [
      'a file of the machine',
      () => {
        importing(join(folder, 'outside.ts'));
      },
    ],
    [
      'a link to a source beside the project',
      () => {
        link(join(folder, 'outside.ts'), 'actions/linked.ts');
        importing('./linked.ts');
      },
    ],
    [
      'a link to .env',
      () => {
        link('../.env', 'actions/linked.json');
        importing('./linked.json');
      },
    ],
    [
      'a folder that is a link',
      () => {
        link(folder, 'actions/linked');
        importing('./linked/outside.ts');
      },
    ],
    [
      'a hidden file among the sources',
      () => {
        write('actions/.env.json', JSON.stringify({ secret: SECRET }));
        importing('./.env.json');
      },
    ],
    [
      'what "imports" of package.json names',
      () => {
        write('package.json', '{ "imports": { "#value": "./data.json" } }');
        importing('#value');
      },
    ],
    [
      'what "browser" of package.json names',
      () => {
        write('package.json', '{ "browser": { "./actions/value.ts": "./data.json" }, "main": "x" }');
        importing('#actions/value.ts');
      },
    ],
    [
      'what "paths" of tsconfig.json names',
      () => {
        write('tsconfig.json', '{ "compilerOptions": { "paths": { "value": ["./data.json"] } } }');
        importing('value');
      },
    ],
    [
      'what a tsconfig.json further below names',
      () => {
        write('actions/tsconfig.json', `{ "extends": "${join(folder, 'tsconfig.json')}" }`);
        writeFileSync(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "baseUrl": "." } }');
        importing('outside');
      },
    ],
    [
      'a package that nobody declares',
      () => {
        pack('undeclared', `module.exports = '${SECRET}';\n`);
        importing('undeclared');
      },
    ],
    [
      'a package whose name is computed',
      () => {
        pack('undeclared', `module.exports = '${SECRET}';\n`);
        requiring('../node_modules/${process.arch}/index.js');
      },
    ],
    [
      'data of a package whose name is computed',
      () => {
        write('node_modules/undeclared/data.json', JSON.stringify({ secret: SECRET }));
        requiring('../node_modules/undeclared/${process.arch}.json');
      },
    ],
    [
      'data of the project whose name is computed',
      () => {
        requiring('../${process.arch}.json');
      },
    ],
    [
      'a package among the sources',
      () => {
        write('actions/node_modules/undeclared/index.js', `module.exports = '${SECRET}';\n`);
        importing('undeclared');
      },
    ],
    [
      'a package among the sources that is called like a declared one',
      () => {
        pack('declared', "module.exports = 'its own';\n");
        write('actions/node_modules/declared/index.js', `module.exports = '${SECRET}';\n`);
        importing('declared');
      },
    ],
    [
      'state that a tool keeps beside the packages',
      () => {
        write('node_modules/.cache/value.json', JSON.stringify({ secret: SECRET }));
        importing('../node_modules/.cache/value.json');
      },
    ],
    [
      'a package that is a link to the machine',
      () => {
        mkdirSync(join(folder, 'elsewhere'));
        writeFileSync(join(folder, 'elsewhere/index.js'), `module.exports = '${SECRET}';\n`);
        link(join(folder, 'elsewhere'), 'node_modules/declared');
        importing('declared');
      },
    ],
  ])('%s', async (_what, arrange) => {
    arrange();
    expect(await said()).toMatch(/error BUNDLE_(?:INPUT|FAILED): /);
  });

  test('an entry that is a link', async () => {
    link(join(folder, 'outside.ts'), 'actions/ours.ts');
    expect(await said()).toMatch(/error BUNDLE_FAILED: .*actions/);
  });

  test('a folder of sources that is a link', async () => {
    mkdirSync(join(folder, 'sources'));
    writeFileSync(join(folder, 'sources/ours.ts'), `const value = '${SECRET}';\n${HANDLER}`);
    link(join(folder, 'sources'), 'actions');
    expect(await said()).toMatch(/error BUNDLE_FAILED: /);
  });
});

test('of a package that nobody declares, one file is named, however many there are', async () => {
  for (const name of ['index', 'one', 'two'])
    write(`node_modules/undeclared/${name}.js`, "module.exports = 'text';\n");
  write(
    'actions/ours.ts',
    `import value from 'undeclared/index.js';\nimport 'undeclared/one.js';\nimport 'undeclared/two.js';\n${HANDLER}`,
  );
  expect((await said()).match(/BUNDLE_INPUT/g)).toHaveLength(1);
});

test('files whose names are computed are taken in, of sources and of declared packages', async () => {
  write('node_modules/declared/index.js', "module.exports = (name) => require('./words/' + name + '.js');\n");
  write('node_modules/declared/words/one.js', "module.exports = 'word of the package';\n");
  write('actions/words/one.ts', "export default 'word of ours';\n");
  write(
    'actions/ours.ts',
    `import declared from 'declared';\nconst value = [declared, require(\`./words/\${process.arch}.ts\`)];\n${HANDLER}`,
  );
  const { code } = await bundle(target(), project);
  for (const text of ['word of the package', 'word of ours']) expect(code).toContain(text);
});

test('sources, their JSON, declared packages and what those bring along are taken in, in a project that is a link, too', async () => {
  pack('declared', "module.exports = require('brought') + ' and its own';\n");
  pack('brought', "module.exports = 'brought along';\n");
  pack('of-the-action', "module.exports = 'of the Action';\n");
  write('actions/deep/data.json', '{ "key": "from data" }');
  write(
    'actions/ours.ts',
    `import declared from 'declared';\nimport other from 'of-the-action';\nimport data from './deep/data.json';\nconst value = [declared, other, data];\n${HANDLER}`,
  );
  const { code } = await bundle(target({ dependencies: ['of-the-action'] }), project);
  for (const text of ['brought along', 'of the Action', 'from data']) expect(code).toContain(text);
  symlinkSync(project, join(folder, 'link'));
  expect((await bundle(target({ dependencies: ['of-the-action'] }), join(folder, 'link'))).code).toBe(code);
});

describe('a finished file', () => {
  test('of the project is taken as it is', async () => {
    const text = 'exports.onExecutePostLogin = async () => {};\n';
    write('exported-actions/theirs.js', text);
    const file = 'exported-actions/theirs.js';
    expect((await bundle(target({ entry: file, output: file }), project)).code).toBe(text);
  });

  test.each<[string, string, () => void]>([
    [
      'is not a file beside the project',
      '../outside.js',
      () => {
        writeFileSync(join(folder, 'outside.js'), SECRET);
      },
    ],
    ['is not .env', '.env', () => undefined],
    [
      'is not in a hidden folder',
      '.deploys/record.js',
      () => {
        write('.deploys/record.js', SECRET);
      },
    ],
    ['is not data', 'data.json', () => undefined],
    [
      'is not a link to .env',
      'theirs.js',
      () => {
        link('.env', 'theirs.js');
      },
    ],
    [
      'is not a link to the machine',
      'theirs.js',
      () => {
        link(join(folder, 'outside.ts'), 'theirs.js');
      },
    ],
    [
      'is not behind a folder that is a link',
      'lib/outside.js',
      () => {
        writeFileSync(join(folder, 'outside.js'), SECRET);
        link(folder, 'lib');
      },
    ],
    [
      'is not of a package',
      'node_modules/declared/index.js',
      () => {
        pack('declared', SECRET);
      },
    ],
  ])('%s', async (_what, file, arrange) => {
    arrange();
    expect(await said({ entry: file, output: file })).toContain('error BUNDLE_INPUT: ');
  });
});
