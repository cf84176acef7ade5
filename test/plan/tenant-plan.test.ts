// @module-tag long
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryProject } from '../temporary-project.ts';
import type { CommandResult, TemporaryProject } from '../temporary-project.ts';

let project: TemporaryProject;
let before: CommandResult;
let after: CommandResult;

beforeAll(async () => {
  project = temporaryProject();
  before = await project.run('plan');
  const deploy = await project.run('deploy');
  expect(deploy).toMatchObject({ exitCode: 0, stderr: '' });
  after = await project.run('plan');
});

afterAll(() => {
  project.remove();
});

const planWith = async (from: string, to: string, ...parameters: string[]): Promise<CommandResult> =>
  await project.withChange('tenant.yaml', from, to, () => project.run('plan', parameters));

describe('npm run plan on the local tenant', () => {
  test('names the tenant and shows everything as new before the first deploy', () => {
    expect(before).toMatchObject({ exitCode: 2, stderr: '' });
    expect(before.stdout.split('\n')[0]).toMatch(/^Plan for the tenant localhost:\d+/);
    expect(before.stdout).toContain('+ connection didit is new');
    expect(before.stdout).toContain('everybody but unverified, newly-verified, two-identities: new: allowed');
    expect(before.stdout).toContain('unverified, newly-verified: new: denied (didit_not_verified)');
  });

  test('is empty right after a deploy', () => {
    expect(after).toMatchObject({ exitCode: 0, stderr: '' });
    expect(after.stdout).toMatch(
      /^Plan for the tenant localhost:\d+ \(on this machine\)\nNothing would change\.\n$/,
    );
  });

  test('is empty for a file that says the same in other words', async () => {
    const { exitCode, stdout } = await planWith(
      'scope: openid user_id names email phone picture is_verified is_over_18',
      'scope: is_over_18 is_verified picture phone email names user_id openid',
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: after.stdout });
  });

  test('tells who is kept out by a stricter rule, with the rule as it was and as it is', async () => {
    const { exitCode, stdout } = await planWith('require=verified', 'require=verified,age_over_18');
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^ +minor:? +allowed → denied \(didit_age_under_18\)$/m);
    expect(stdout).toContain('\n2 people are kept out\n');
    expect(stdout).toContain(': require=verified → require=verified,age_over_18\n');
    expect(stdout).toContain('no security findings');
  });

  test('calls rules looser that let in whom they kept out', async () => {
    const { stdout } = await planWith('require=verified', 'mode=report');
    expect(stdout).toContain('\n3 people get in\n');
    expect(stdout).toContain('! rules_loosened  People who were refused before can now sign in.\n');
    expect(stdout).toContain('rules of application Didit Sample Application through connection didit: ');
    expect(stdout).toMatch(/^ +unverified, newly-verified:?\s+! denied \(didit_not_verified\) → allowed$/m);
  });

  test('shows a change of the code as a diff, and the claim that comes of it', async () => {
    const { stdout } = await project.withChange(
      'actions/didit-claims.ts',
      '() => applyClaims(decideLoginClaims(event), api)',
      "() => { api.idToken.setCustomClaim('https://example.com/didit/more', true); return applyClaims(decideLoginClaims(event), api); }",
      () => project.run('plan'),
    );
    expect(stdout).toContain('~ Action didit-claims · code:');
    expect(stdout).toMatch(/^ +\+.*setCustomClaim\("https:\/\/example\.com\/didit\/more"/m);
    expect(stdout).toContain('ID token claim https://example.com/didit/more added');
  });

  test('prints JSON that a program can read', async () => {
    const { exitCode, stdout } = await planWith(
      'https://apx.didit.me/',
      'https://apx.didit.example/',
      '--json',
    );
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 2,
      codes: ['endpoint_host'],
      changes: [{ field: 'options.tokenURL', verb: 'change' }],
    });
  });

  test('and a deploy with nothing to send name an Action of ours that was taken out, and still runs', async () => {
    const whole = project.read('tenant.yaml');
    const binding = '    - action_name: didit-claims\n      display_name: didit-claims\n';
    const action = /  - name: didit-claims\n(?: {4}.*\n)+/;
    project.write('tenant.yaml', whole.replace(binding, '').replace(action, ''));
    const plan = await project.run('plan');
    const deploy = await project.run('deploy');
    project.write('tenant.yaml', whole);
    expect({ exitCode: plan.exitCode, stderr: plan.stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(plan.stdout).toContain('\nNothing would change.\n');
    expect(deploy.stdout).toContain('is up to date.');
    for (const { stdout } of [plan, deploy]) {
      expect(stdout).toContain(
        '\nMade by an earlier deploy from here, no longer in tenant.yaml, and still there\n  Action didit-claims: it still runs at each login\n',
      );
      expect(stdout).not.toContain('  connection didit:');
    }
  });

  test('says in one error what is wrong, and ends with 1', async () => {
    const { exitCode, stderr, stdout } = await planWith('pkce_enabled', 'pkce_enable');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('TENANT_FILE_KEY');
  });

  test('leaves nothing behind but the tenant', () => {
    expect(existsSync(join(project.root, '.local-tenant/running.json'))).toBe(false);
  });
});
