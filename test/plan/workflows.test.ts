import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMENT_MARK } from '../../scripts/plan/render/markdown.ts';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

const FOLDER = join(PROJECT_ROOT, '.github/workflows');

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly env?: object;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = readdirSync(FOLDER).map((file): [string, Workflow] => [
  file,
  parse(readFileSync(join(FOLDER, file), 'utf8')) as Workflow,
]);

describe.each(workflows)('%s', (_file, { permissions, jobs }) => {
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test('runs no code of others that is not pinned to a commit', () => {
    expect(steps.flatMap(({ uses = [] }) => uses).filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });

  test('has no permission but those that a job asks for, and none asks for more than one', () => {
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) {
      const asked = Object.entries(job.permissions ?? {});
      expect(asked.length).toBeLessThanOrEqual(1);
      expect(asked.filter(([, level]) => level === 'write').map(([name]) => name)).toEqual(
        job === jobs['comment'] ? ['pull-requests'] : [],
      );
    }
  });

  test('puts nothing of the event into a script, where it would be run', () => {
    expect(steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([]);
  });

  test('gives secrets to no step that runs before they are needed', () => {
    const installing = steps.filter(({ run = '' }) => run.includes('npm ci'));
    expect(installing.length).toBeGreaterThan(0);
    expect(installing.filter(({ env }) => env !== undefined)).toEqual([]);
  });
});

describe.each(workflows.filter(([file]) => file !== 'ci.yml'))('%s', (_file, { jobs }) => {
  test('does nothing until the tenant is configured', () => {
    for (const [name, job] of Object.entries(jobs)) {
      if (name === 'configured') continue;
      expect([job.needs].flat()).toContain('configured');
      expect(job.if).toContain("needs.configured.outputs.tenant == 'yes'");
    }
  });
});

describe('the workflow that deploys', () => {
  const jobs = workflows.find(([file]) => file === 'deploy.yml')?.[1].jobs ?? {};
  const { check, deploy } = jobs;
  const knowsSecrets = (job: Job | undefined): boolean =>
    job?.environment !== undefined || JSON.stringify(job?.steps).includes('secrets.');

  test('checks and builds where there is no secret, before anything is deployed', () => {
    expect(check?.steps.map(({ run }) => run)).toEqual([undefined, 'npm ci', 'npm run check']);
    expect(knowsSecrets(check)).toBe(false);
    expect(knowsSecrets(deploy)).toBe(true);
    expect(deploy?.needs).toContain('check');
  });

  test('runs where secrets are nothing but the deploy: no install script, no check, nothing that an earlier job left', () => {
    const commands = (deploy?.steps ?? []).flatMap(({ run = '' }) => run.match(/\bnp[mx]\b[^\n]*/g) ?? []);
    expect(commands).toEqual(['npm ci --ignore-scripts', 'npm run deploy -- "${options[@]}"']);
    expect((deploy?.steps ?? []).flatMap(({ uses = [] }) => uses)).toEqual([
      expect.stringMatching(/^actions\/checkout@/),
    ]);
    // Only the last step has any.
    expect(deploy?.steps.map((step) => JSON.stringify(step).includes('secrets.'))).toEqual([
      ...[false, false, false],
      true,
    ]);
  });

  test('deploys the commit that the run is of, in both jobs', () => {
    for (const job of [check, deploy]) expect(job?.steps[0]?.with?.['ref']).toBe('${{ github.sha }}');
  });

  describe('before it installs anything', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'workflow-'));
    });
    afterEach(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    /** Whether the step lets the job go on. `git` says which commit is checked out, and what differs from it. */
    const goesOn = (head: string, sha: string, revision: string, differs = ''): boolean => {
      const git = `#!/bin/sh\ncase "$1" in rev-parse) echo ${head};; *) printf '%s' '${differs}';; esac\n`;
      writeFileSync(join(folder, 'git'), git, { mode: 0o755 });
      const { status } = spawnSync(
        'bash',
        ['--noprofile', '--norc', '-eo', 'pipefail', '-c', deploy?.steps[1]?.run ?? 'exit 0'],
        { env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, GITHUB_SHA: sha, REVISION: revision } },
      );
      return status === 0;
    };

    test.each([
      ['the commit of the run', ['a1', 'a1', ''], true],
      ['the commit that was reviewed', ['a1', 'a1', 'a1'], true],
      ['another one than was reviewed', ['a1', 'a1', 'b2'], false],
      ['what a branch points to by now', ['b2', 'a1', ''], false],
      ['files that are in no commit', ['a1', 'a1', '', '?? x'], false],
    ] as const)('it looks at what is checked out: %s', (_what, [head, sha, revision, differs], expected) => {
      expect(goesOn(head, sha, revision, differs)).toBe(expected);
    });

    test.each([
      ['the files of the project', 'tenant.yaml', true],
      ['a record of a deploy', '.deploys/tenant.eu.auth0.com/2026-11-27.json', false],
      ['variables', '.env', false],
      ['variables of another tenant', '.env.staging', false],
      ['packages', 'node_modules/esbuild/index.js', false],
    ])('it looks for what no commit may bring: %s', (_what, file, expected) => {
      const git = (...args: readonly string[]): string =>
        spawnSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], {
          cwd: folder,
          encoding: 'utf8',
        }).stdout.trim();
      git('init', '--quiet');
      copyFileSync(join(PROJECT_ROOT, '.gitignore'), join(folder, '.gitignore'));
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), '');
      git('add', '--force', '.');
      git('commit', '--quiet', '--message', 'x');
      const { status } = spawnSync('bash', ['-eo', 'pipefail', '-c', deploy?.steps[1]?.run ?? 'exit 1'], {
        cwd: folder,
        env: { ...process.env, GITHUB_SHA: git('rev-parse', 'HEAD'), REVISION: '' },
      });
      expect(status === 0).toBe(expected);
    });
  });

  test.each([
    [{}, '--yes'],
    [{ ALLOW: 'pkce_off redirect_added' }, '--yes --allow pkce_off --allow redirect_added'],
    [{ EXPECT: 'abc' }, '--yes --expect abc'],
  ])('passes on what was approved: %j', (variables, expected) => {
    const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
    try {
      writeFileSync(join(folder, 'npm'), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
      const { stdout } = spawnSync(
        'bash',
        ['--noprofile', '--norc', '-eo', 'pipefail', '-c', deploy?.steps.at(-1)?.run ?? ''],
        { encoding: 'utf8', env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, ...variables } },
      );
      expect(stdout).toBe(`run deploy -- ${expected}\n`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('the checks of the project itself know no secret, and run for everybody', () => {
  const text = readFileSync(join(FOLDER, 'ci.yml'), 'utf8');
  expect(text).toContain('pull_request:');
  expect(text).not.toMatch(/secrets|environment:|pull_request_target/);
});

test('the job that may write comments runs nothing of the pull request', () => {
  const comment = workflows.find(([file]) => file === 'plan.yml')?.[1].jobs['comment'];
  expect(comment?.steps.flatMap(({ uses = [] }) => uses)).toEqual([]);
  expect(comment?.steps.map(({ run = '' }) => run).join()).not.toContain('npm');
});

test('the job that updates a comment finds it by the line that a plan begins with', () => {
  expect(readFileSync(join(FOLDER, 'plan.yml'), 'utf8')).toContain(`startswith("${COMMENT_MARK.text}")`);
});

test('the base is the one that is merged into, whatever has been pushed to it since', () => {
  const plan = workflows.find(([file]) => file === 'plan.yml')?.[1].jobs['plan'];
  const commands = plan?.steps.map(({ run = '' }) => run).join('\n') ?? '';
  expect(commands).toMatch(
    /git rev-parse HEAD.*\n.*git checkout --quiet --detach 'HEAD\^1'\n(?:.*\n)*.*--from HEAD --to "\$MERGE"/,
  );
});

describe('the comment on a pull request', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'workflow-'));
    // Knows one comment of an earlier run, and keeps what it is asked to write.
    const gh = `#!/bin/sh\ncase "$*" in *--paginate*) echo 17;; *) printf '%s\\n' "$@" > "$FOLDER/sent";; esac\n`;
    writeFileSync(join(folder, 'gh'), gh, { mode: 0o755 });
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the job writes, each argument on lines of its own. */
  const written = (variables: Readonly<Record<string, string>>): string => {
    const job = workflows.find(([file]) => file === 'plan.yml')?.[1].jobs['comment'];
    const { status, stderr } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', job?.steps[0]?.run ?? ''],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: `${folder}:${process.env['PATH'] ?? ''}`,
          FOLDER: folder,
          GITHUB_SERVER_URL: 'https://github.example',
          GITHUB_RUN_ID: '5',
          REPOSITORY: 'a/b',
          NUMBER: '3',
          COMMIT: 'c0ffee',
          ...variables,
        },
      },
    );
    expect([status, stderr]).toEqual([0, '']);
    return readFileSync(join(folder, 'sent'), 'utf8');
  };

  test('is the plan, with the commit that it is of', () => {
    const sent = written({ RESULT: 'success', PLAN: `${COMMENT_MARK.text}\n### Plan\n\n- a 'b' $c` });
    expect(sent).toContain(
      `repos/a/b/issues/comments/17\n--raw-field\nbody=${COMMENT_MARK.text}\nOf commit c0ffee.\n\n### Plan\n\n- a 'b' $c\n`,
    );
  });

  test.each(['failure', 'skipped', 'success'])(
    'says that there is no plan where the job before it gave none (%s)',
    (RESULT) => {
      expect(written({ RESULT, PLAN: '' })).toContain(
        `body=${COMMENT_MARK.text}\n**No plan for commit c0ffee**: making it failed. [What happened](https://github.example/a/b/actions/runs/5)\n`,
      );
    },
  );

  test('is written also where the job before it failed', () => {
    const job = workflows.find(([file]) => file === 'plan.yml')?.[1].jobs['comment'];
    expect(job?.if).toContain('!cancelled()');
  });
});
