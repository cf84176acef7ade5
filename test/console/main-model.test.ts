// @module-tag long
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { mainModel } from '../../scripts/console/simulated/pages.ts';
import { temporaryProject } from '../temporary-project.ts';

test('what main asks for is read and built once for each commit, and not from the working tree', async () => {
  const project = temporaryProject();
  const git = (...parameters: readonly string[]): string =>
    execFileSync(
      'git',
      [
        '-c',
        'user.name=Test',
        '-c',
        'user.email=test@example.com',
        '-c',
        'commit.gpgsign=false',
        ...parameters,
      ],
      { cwd: project.root, encoding: 'utf8' },
    );
  const commit = (): void => {
    git('add', 'tenant.yaml', 'actions');
    git('commit', '--quiet', '--message', 'A rule');
  };
  try {
    git('init', '--quiet', '--initial-branch=main');
    commit();
    const model = mainModel(project.root);
    const [first, again] = await Promise.all([model(), model()]);
    expect(again).toBe(first);
    const asks = (text: string): boolean =>
      JSON.stringify(first.resources.map(({ fields }) => [...fields])).includes(text);
    expect(asks('require=verified')).toBe(true);

    project.write(
      'tenant.yaml',
      project.read('tenant.yaml').replace('require=verified', 'require=age_over_18'),
    );
    expect(await model()).toBe(first);
    commit();
    const next = await model();
    expect(JSON.stringify(next.resources.map(({ fields }) => [...fields]))).toContain('require=age_over_18');

    // A clone of a fork may have the branch as the remote's alone.
    git('update-ref', 'refs/remotes/origin/main', 'main');
    git('checkout', '--quiet', '-b', 'work');
    git('branch', '--quiet', '-D', 'main');
    expect(await model()).toBe(next);
  } finally {
    project.remove();
  }
});
