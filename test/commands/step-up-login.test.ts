// @module-tag long
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryProject } from '../temporary-project.ts';
import type { TemporaryProject } from '../temporary-project.ts';

/** As the page says it: a person with a password comes to an application that wants Didit, at the local tenant. */
let project: TemporaryProject;
let shipped: string;

beforeAll(() => {
  project = temporaryProject();
  shipped = project.read('tenant.yaml');
});
afterAll(() => {
  project.remove();
});

const deployWith = async (policy: string): Promise<void> => {
  project.write(
    'tenant.yaml',
    shipped.replace(
      'didit_policy: require=verified',
      `didit_policy: ${policy}\n      didit_claims: namespace=https://example.com/didit/ linked=on`,
    ),
  );
  expect(await project.run('deploy')).toMatchObject({ exitCode: 0, stderr: '' });
};

const login = async (
  user: string,
): Promise<{ readonly exitCode: number | null; readonly json: unknown; readonly text: string }> => {
  const { exitCode, stdout } = await project.run('login', [
    '--user',
    user,
    '--via',
    'password',
    '--json',
    '--trace',
  ]);
  return { exitCode, json: JSON.parse(stdout), text: stdout };
};

const VERIFIED = '"https://example.com/didit/verified":true';

test('a person with a password is turned away where Didit is wanted, and with step_up=on proves themselves and goes on', async () => {
  await deployWith('require=verified apply_to=all');
  const denied = await login('adult');
  expect(denied).toMatchObject({ exitCode: 0, json: { outcome: 'denied' } });
  expect(denied.text).toContain('didit_connection_required');

  // Step 2 of the page: the grant.
  shipped = shipped.replace(/^ {2}# - client_id: Didit Step-up\n(?: {2}# .*\n){3}/m, (grant) =>
    grant.replaceAll(/^ {2}# /gm, '  '),
  );
  await deployWith('require=verified apply_to=all step_up=on');
  const first = await login('adult');
  expect(first).toMatchObject({ exitCode: 0, json: { outcome: 'signed-in' } });
  expect(first.text).toContain(VERIFIED);
  expect(first.text).toContain('api.redirect.sendUserTo');
  // Linked means linked: nobody is asked again.
  const again = await login('adult');
  expect(again).toMatchObject({ exitCode: 0, json: { outcome: 'signed-in' } });
  expect(again.text).not.toContain('api.redirect.sendUserTo');

  const minor = await login('unverified');
  expect(minor).toMatchObject({ exitCode: 0, json: { outcome: 'denied' } });
  expect(minor.text).toContain('didit_not_verified');
});
