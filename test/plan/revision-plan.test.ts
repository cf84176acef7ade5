import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { revisionFolder } from '../../scripts/plan/git/revision-folder.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { temporaryProject } from '../temporary-project.ts';
import type { TemporaryProject } from '../temporary-project.ts';

/** git as a fresh machine has it: nobody's configuration, no hooks. */
const git = (folder: string, ...parameters: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Example', '-c', 'user.email=user@example.com', ...parameters], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], GIT_CONFIG_NOSYSTEM: '1', HOME: folder },
  }).trim();

let project: TemporaryProject;

beforeAll(() => {
  project = temporaryProject();
  project.write('.gitignore', 'node_modules\ndist/\n.local-tenant/\n');
  git(project.root, 'init', '--quiet', '--initial-branch=main');
  git(project.root, 'add', '.');
  git(project.root, 'commit', '--quiet', '--message=First');
});

afterAll(() => {
  project.remove();
});

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

const planWith = async (file: string, from: string, to: string) =>
  await project.withChange(file, from, to, () => project.run('plan', ['--from', 'HEAD']));

describe('npm run plan -- --from REV', () => {
  test('is empty where the working tree says what the revision says', async () => {
    const { exitCode, stdout, stderr } = await project.run('plan', ['--from', 'main']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const commit = git(project.root, 'rev-parse', '--short=12', 'HEAD');
    expect(stdout).toBe(
      `Plan of the working tree against main (${commit}); no tenant was asked\nNothing would change.\n`,
    );
  });

  test('needs no tenant and no values: placeholders stay as they are written', LONG, async () => {
    const { exitCode, stdout, stderr } = await planWith(
      'tenant.yaml',
      '##DIDIT_CLIENT_ID##',
      '##AUTH0_MANAGEMENT_CLIENT_ID##',
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(stdout).toContain('options.client_id: ##DIDIT_CLIENT_ID## → ##AUTH0_MANAGEMENT_CLIENT_ID##');
    expect(readdirSync(project.root)).not.toContain('.local-tenant');
  });

  test('prints nothing that is a secret on this machine, wherever somebody has copied it', LONG, async () => {
    const secret = 'marked-Secret-0815';
    project.write('.env.staging', `AUTH0_DOMAIN=tenant.example.com\nPARTNER_TOKEN='${secret}'\n`);
    try {
      const { exitCode, stdout, stderr } = await planWith(
        'tenant.yaml',
        'name: Didit Sample Application',
        `name: Didit Sample Application\n    logo_uri: https://cdn.example.com/${secret}.png`,
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
      expect(stdout).toContain('[redacted]');
      expect(stdout).not.toContain(secret);
    } finally {
      rmSync(join(project.root, '.env.staging'));
    }
  });

  test(
    'builds both sides: a change of a shared source shows in each bundle, once in full',
    LONG,
    async () => {
      const { stdout } = await planWith(
        'actions/didit/policy-codes.ts',
        'This service is for people aged 18 or over.',
        'You have to be 18.',
      );
      expect(stdout).toContain('~ Action didit-access-policy · code:');
      expect(stdout).toMatch(/^ +- .*This service is for people aged 18 or over\./m);
      expect(stdout).toMatch(/^ +\+ .*You have to be 18\./m);
    },
  );

  test(
    'tells of an Action of others that the working tree accepts at logins, though nothing is sent of that',
    LONG,
    async () => {
      const { exitCode, stdout, stderr } = await planWith(
        'tenant.yaml',
        'actions:\n',
        'otherActions: [Somebody’s]\nactions:\n',
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
      expect(stdout).toContain(
        "! other_action  Somebody else's Action runs at each login, and nobody here knows it like this.\n" +
          '    ~ project otherActions · Somebody’s: not set → may run at logins\n',
      );
    },
  );

  test(
    'marks a change of the tools that make it, and is not empty though both sides come out the same',
    LONG,
    async () => {
      const { exitCode, stdout, stderr } = await planWith(
        'scripts/bundle/bundle.ts',
        'banner + built',
        "banner + built + '// more'",
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
      expect(stdout).toContain('    project tooling · files: scripts/bundle/bundle.ts\n');
      expect(stdout).not.toContain('~ Action');
    },
  );

  test('says what a deploy of the file would leave on a tenant', LONG, async () => {
    const { stdout } = await planWith(
      'tenant.yaml',
      '    allowed_logout_urls:\n      - https://app.example.com/\n',
      '',
    );
    expect(stdout).toContain(
      'allowed_logout_urls: https://app.example.com/ is no longer in tenant.yaml; a tenant keeps it',
    );
  });

  test('leaves the index and the working tree of the repository alone', () => {
    expect(git(project.root, 'status', '--porcelain')).toBe('');
    expect(git(project.root, 'worktree', 'list').split('\n')).toHaveLength(1);
  });

  for (const [revision, options] of [
    ['no-such-branch', LONG],
    ['--upload-pack=x', {}],
    ['HEAD:tenant.yaml', LONG],
  ] as const)
    test(`refuses what is no revision: ${revision}`, options, async () => {
      const { exitCode, stderr, stdout } = await project.run('plan', [`--from=${revision}`]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toContain('error REVISION_UNKNOWN');
    });

  test('refuses a revision that holds no project that it could build', LONG, async () => {
    const empty = git(
      project.root,
      'commit-tree',
      '-m',
      'Empty',
      git(project.root, 'hash-object', '-t', 'tree', '/dev/null', '-w'),
    );
    const { exitCode, stderr } = await project.run('plan', ['--from', empty]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error REVISION_UNREADABLE');
  });
});

describe('a revision with mistakes in it', () => {
  /** What the plan says when `from` was `to` at the revision, and is right now. */
  const planAgainst = async (from: string, to: string) => {
    await project.withChange('tenant.yaml', from, to, async () => {
      git(project.root, 'commit', '--quiet', '--all', '--message=Mistake');
      await Promise.resolve();
    });
    try {
      return await project.run('plan', ['--from', 'HEAD']);
    } finally {
      git(project.root, 'reset', '--quiet', '--hard', 'HEAD~1');
    }
  };

  for (const [name, from, to, options] of [
    ['a misspelt key', 'pkce_enabled: true\n', 'pkce_enabled: true\n      pkce_enable: false\n', {}],
    ['a rule that is none', 'require=verified', 'require=verifed', LONG],
    ['a name that nothing defines', '- action_name: didit-claims', '- action_name: didit-claim', LONG],
    ['a value that is not allowed', 'app_type: regular_web', 'app_type: regular', LONG],
  ] as const)
    test(`can be fixed: ${name}`, options, async () => {
      const { exitCode, stderr } = await planAgainst(from, to);
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    });

  test('is refused where it is of another shape', LONG, async () => {
    const { exitCode, stderr } = await planAgainst('\nconnections:\n', '\nconnection:\n');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error REVISION_UNREADABLE');
    expect(stderr).toContain('has no "connections"');
  });
});

describe('the folder of a revision', () => {
  test('holds the project alone where it is a folder of a larger repository', async () => {
    const repository = mkdtempSync(join(tmpdir(), 'didit-monorepo-'));
    try {
      const inner = join(repository, 'packages/auth');
      mkdirSync(inner, { recursive: true });
      const copy = temporaryProject();
      renameSync(join(copy.root, 'tenant.yaml'), join(inner, 'tenant.yaml'));
      copy.remove();
      symlinkSync(join(project.root, 'node_modules'), join(inner, 'node_modules'), 'dir');
      git(repository, 'init', '--quiet', '--initial-branch=main');
      git(repository, 'add', 'packages/auth/tenant.yaml');
      git(repository, 'commit', '--quiet', '--message=First');
      const folder = await revisionFolder(inner, 'main');
      expect(readdirSync(folder.root).sort()).toEqual(['node_modules', 'tenant.yaml']);
      folder.remove();
    } finally {
      rmSync(repository, { recursive: true, force: true });
    }
  });

  test('holds what a plan reads, wherever it lies and whatever it is called, and nothing else', async () => {
    const files = {
      'actions/mine/part.ts': 'export const part = 1;',
      'actions/mine/data.json': '{}',
      'vendor/deep/finished.cjs': 'exports.onExecutePostLogin = async () => {};',
      'vendor/mit Leerzeichen und\nZeile.js': '1;',
      'test/recording.json': '{}',
      'docs/page.md': '#',
      'vendor/deep/source.ts': '1;',
      '.hidden': 'x',
    };
    const paths = Object.keys(files);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(project.root, path)), { recursive: true });
      project.write(path, text);
    }
    // Linux alone has names that are no UTF-8.
    const latin = (root: string): Buffer => Buffer.from(`${root}/vendor/\xe9.js`, 'latin1');
    if (process.platform === 'linux') writeFileSync(latin(project.root), '1;');
    git(project.root, 'add', '--all');
    git(project.root, 'commit', '--quiet', '--message=Many files');
    const folder = await revisionFolder(project.root, 'HEAD');
    try {
      const found = paths.filter((path) => existsSync(join(folder.root, path)));
      expect(found).toEqual([...paths.slice(0, 4), '.hidden']);
      expect(existsSync(latin(folder.root))).toBe(process.platform === 'linux');
      expect(readFileSync(join(folder.root, 'vendor/deep/finished.cjs'), 'utf8')).toContain(
        'onExecutePostLogin',
      );
    } finally {
      folder.remove();
      git(project.root, 'reset', '--quiet', '--hard', 'HEAD~1');
    }
  });

  test('is that of its own repository, also in a hook of another one', async () => {
    vi.stubEnv('GIT_DIR', join(tmpdir(), 'no-such-repository'));
    vi.stubEnv('GIT_PREFIX', 'elsewhere/');
    vi.stubEnv('GIT_INDEX_FILE', join(tmpdir(), 'no-such-index'));
    try {
      const folder = await revisionFolder(project.root, 'main');
      expect(readdirSync(folder.root)).toContain('tenant.yaml');
      folder.remove();
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('cannot be had outside a repository', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'didit-no-repository-'));
    try {
      const [problem] = await problemsOfAsync(() => revisionFolder(folder, 'HEAD'));
      expect(problem?.code).toBe('REVISION_UNKNOWN');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
