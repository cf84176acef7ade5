import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMENT_MARK } from '../../scripts/plan/render/markdown.ts';
import { PROJECT_ROOT } from '../../scripts/project.ts';

const FOLDER = join(PROJECT_ROOT, '.github/workflows');

interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly env?: object }[];
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

  test('does nothing until the tenant is configured', () => {
    for (const [name, job] of Object.entries(jobs)) {
      if (name === 'configured') continue;
      const first = job.needs === 'configured' ? job : jobs[job.needs ?? ''];
      expect(first?.needs).toBe('configured');
      expect(first?.if).toContain("needs.configured.outputs.tenant == 'yes'");
    }
  });

  test('gives secrets to no step that runs before they are needed', () => {
    const installing = steps.filter(({ run = '' }) => run.includes('npm ci'));
    expect(installing.length).toBeGreaterThan(0);
    expect(installing.filter(({ env }) => env !== undefined)).toEqual([]);
  });
});

test('the job that may write comments runs nothing of the pull request', () => {
  const comment = workflows.find(([file]) => file === 'plan.yml')?.[1].jobs['comment'];
  expect(comment?.steps.flatMap(({ uses = [] }) => uses)).toEqual([]);
  expect(comment?.steps.map(({ run = '' }) => run).join()).not.toContain('npm');
});

test('the job that updates a comment finds it by the line that a plan begins with', () => {
  expect(readFileSync(join(FOLDER, 'plan.yml'), 'utf8')).toContain(`startswith("${COMMENT_MARK}")`);
});
