import { join } from 'node:path';
import fc from 'fast-check';
import { check, resolveConfig } from 'prettier';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAction } from '../../scripts/authoring/new-action.ts';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { simulateLogin } from '../../scripts/simulation/simulate-login.ts';
import { readTenantConfig } from '../../scripts/tenant-config/read-tenant-config.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { temporaryProject } from '../temporary-project.ts';
import type { TemporaryProject } from '../temporary-project.ts';

let project: TemporaryProject;

beforeAll(() => {
  project = temporaryProject();
});
afterAll(() => {
  project.remove();
});

describe('npm run new -- action NAME', () => {
  test(
    'writes an Action that builds, runs last and reads what Didit says, and keeps tenant.yaml but for its entry',
    { tags: ['long'] },
    async () => {
      const before = project.read('tenant.yaml');
      const { exitCode, stdout, stderr } = await project.run('new', ['action', 'loyalty-tier']);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).toMatch(/^actions\/loyalty-tier.ts\ntest\/actions\/loyalty-tier.test.ts\ntenant.yaml\n/);

      const after = project.read('tenant.yaml').split('\n');
      const kept = before.split('\n');
      let at = 0;
      for (const line of after) if (line === kept[at]) at += 1;
      expect(at, 'every line of before is there, in its order').toBe(kept.length);
      expect(after.join('\n')).toContain(
        '    - action_name: loyalty-tier\n      display_name: loyalty-tier\n\nclients:',
      );

      expect(await project.run('build')).toMatchObject({ exitCode: 0 });
      const built = (name: string): string => join(project.root, `dist/actions/${name}.js`);
      const login = (answer: Record<string, boolean>) =>
        simulateLogin({
          actions: [built('didit-profile-sync'), built('loyalty-tier')],
          user: {
            user_id: 'oauth2|didit|user-1',
            root: { didit_profile: { subject: 'user-1', fetched_at: new Date().toISOString(), ...answer } },
          },
        });
      expect((await login({ verified: true })).idToken).toEqual({
        'https://example.com/didit/loyalty-tier': true,
      });
      expect((await login({ verified: false })).idToken).toEqual({});

      const again = await project.run('new', ['action', 'loyalty-tier']);
      expect(again.exitCode).toBe(1);
      expect(again.stderr).toContain('error NAME_TAKEN');
      expect(project.read('tenant.yaml')).toBe(after.join('\n'));
    },
  );

  test('writes what the format of the project asks for, for long names too', async () => {
    const read = readTenantConfig();
    for (const name of ['a', `long-${'name-'.repeat(18)}x`]) {
      for (const { file, text } of await newAction(name, read, PROJECT_ROOT)) {
        const filepath = join(PROJECT_ROOT, file);
        expect(await check(text, { ...(await resolveConfig(filepath)), filepath }), file).toBe(true);
      }
    }
  });

  test.each([
    'didit-claims',
    'access/policy',
    '../escape',
    'Loyalty',
    'a--b',
    '-a',
    'a b',
    '',
    'ä',
    'x'.repeat(101),
  ])('does not take the name "%s"', async (name) => {
    const [problem] = await problemsOfAsync(() => newAction(name, readTenantConfig(), PROJECT_ROOT));
    expect(problem?.code).toMatch(/^(ACTION_NAME_INVALID|NAME_TAKEN)$/);
  });

  test('writes nowhere but into actions/, test/actions/ and tenant.yaml, whatever the name', async () => {
    const read = readTenantConfig();
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-z.\/-]{1,8}$/), async (name) => {
        const files = await newAction(name, read, PROJECT_ROOT).catch(() => []);
        for (const { file } of files)
          expect(file).toMatch(/^(actions\/[a-z-]+\.ts|test\/actions\/[a-z-]+\.test\.ts|tenant\.yaml)$/);
      }),
      { numRuns: 30 },
    );
  });
});
