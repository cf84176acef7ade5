import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import { trustAuthority } from '../../scripts/local-tenant/index.ts';
import { firstLine } from '../../scripts/bench/first-line.ts';
import { ended } from '../temporary-project.ts';
import type { CommandResult } from '../temporary-project.ts';
import { freePort, takenPort } from '../free-port.ts';
import { tenantLine } from './tenant-line.ts';
import type { TenantLine } from './tenant-line.ts';
import { watchedProject } from './watched-project.ts';
import type { WatchedProject } from './watched-project.ts';

const NAMESPACE = 'https://example.com/didit/';
const MARKED = {
  didit: 'marked-secret-of-the-console',
  wrongSecret: 'marked-secret-of-another-client',
  wrongToken: 'marked-token-of-another-tenant',
};

let project: WatchedProject;
let firstDeploy: CommandResult;

beforeAll(async () => {
  project = watchedProject();
  for (const secret of Object.values(MARKED)) project.mark(secret, secret);
  firstDeploy = await project.run('deploy');
});

afterAll(() => {
  project.remove();
});

interface LoginLine {
  readonly outcome: 'signed-in' | 'denied';
  readonly errorDescription?: string;
  readonly idToken?: Readonly<Record<string, unknown>>;
  readonly accessToken?: Readonly<Record<string, unknown>>;
}

async function login(user: string): Promise<LoginLine> {
  const { stdout, stderr, exitCode } = await project.run('login', ['--user', user, '--json']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout) as LoginLine;
}

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

// A story: each part begins where the one before has left the tenant, those that are left to `npm run test:all` where they found
// it.
describe('a project from its clone on', { shuffle: false }, () => {
  describe('npm run deploy on a fresh clone', () => {
    test('pushes everything to the local tenant, signs a person in and says what next', () => {
      expect(firstDeploy.stderr).toBe('');
      expect(firstDeploy.exitCode).toBe(0);
      expect(firstDeploy.stdout).toContain('create  connection didit');
      expect(firstDeploy.stdout).toContain('Pushing with auth0-deploy-cli 8.44.0');
      expect(firstDeploy.stdout).toContain(`"${NAMESPACE}verified": true`);
      expect(firstDeploy.stdout).toContain(`"${NAMESPACE}age_over_18": true`);
      expect(firstDeploy.stdout).toContain('What next');
    });

    test('prints the claims of both tokens', () => {
      const [, idToken = '', accessToken = ''] = firstDeploy.stdout.split(/Custom claims of the /);
      expect(idToken).toMatch(/^ID token[\s\S]*verified/);
      expect(accessToken).toMatch(/^access token[\s\S]*verified/);
    });

    test('leaves nothing but state in the git-ignored folder', () => {
      expect(readdirSync(join(project.root, '.local-tenant')).sort()).toEqual(['ca.pem', 'tenant.sqlite']);
    });
  });

  test('npm run plan tells whom a stricter rule keeps out, with it as it was and is', LONG, async () => {
    const { exitCode, stdout, stderr } = await project.withChange(
      'tenant.yaml',
      'require=verified',
      'require=verified,age_over_18',
      () => project.run('plan'),
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    expect(stdout).toMatch(/^ +minor +allowed → denied \(didit_age_under_18\)$/m);
    expect(stdout).toContain(': require=verified → require=verified,age_over_18\n');
    expect(stdout).toContain('no security findings');
  });

  describe('npm run login', () => {
    test('gives a fully verified adult both claims in both tokens', async () => {
      const { outcome, idToken, accessToken } = await login('adult');
      expect(outcome).toBe('signed-in');
      for (const token of [idToken, accessToken]) {
        expect(token).toMatchObject({ [`${NAMESPACE}verified`]: true, [`${NAMESPACE}age_over_18`]: true });
      }
      expect(idToken).toMatchObject({
        name: 'John Doe',
        email: 'alejandro.rosas@example.com',
        email_verified: true,
      });
    });

    test('tells a verified minor apart from an adult', LONG, async () => {
      expect((await login('minor')).idToken).toMatchObject({
        [`${NAMESPACE}verified`]: true,
        [`${NAMESPACE}age_over_18`]: false,
      });
    });

    test('lets nobody in whom Didit has not verified: the sample application asks for it', async () => {
      const { outcome, errorDescription } = await login('unverified');
      expect(outcome).toBe('denied');
      expect(errorDescription).toMatch(/^didit_not_verified/);
    });

    test('works for a person without an e-mail address', LONG, async () => {
      const { outcome, idToken } = await login('no-email');
      expect(outcome).toBe('signed-in');
      expect(idToken).not.toHaveProperty('email');
    });

    test('follows a person who changed the name since the last login', LONG, async () => {
      const before = await login('renamed');
      const after = await login('renamed');
      expect(before.idToken).toMatchObject({ name: 'Robin Before' });
      expect(after.idToken).toMatchObject({ name: 'Robin After', sub: before.idToken?.['sub'] });
    });

    test('names the persona that was most likely meant', LONG, async () => {
      const { exitCode, stderr } = await project.run('login', ['--user', 'adlt']);
      expect(exitCode).toBe(1);
      expect(stderr).toContain('error PERSONA_UNKNOWN');
      expect(stderr).toContain('Write "adult"');
    });
  });

  describe('npm run tenant', () => {
    let tenant: ChildProcess;
    let line: TenantLine;
    let api: ManagementApi;

    const startTenant = async (): Promise<void> => {
      tenant = project.start('tenant', ['--json']);
      line = await tenantLine(tenant);
    };

    beforeAll(async () => {
      await startTenant();
      trustAuthority(readFileSync(line.caFile, 'utf8'));
      api = await connectToTenant({
        domain: domainOf(line),
        credentials: { kind: 'client', ...line.management },
      });
    });
    afterAll(async () => {
      tenant.kill('SIGKILL');
      await ended(tenant);
    });

    const domainOf = ({ url }: TenantLine): string => url.replace('https://', '');

    /** The tenant as a deploy to somebody's own: by its domain, with client credentials. */
    const remote = (changes: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({
      AUTH0_DOMAIN: domainOf(line),
      AUTH0_CLIENT_ID: line.management.clientId,
      AUTH0_CLIENT_SECRET: line.management.clientSecret,
      DIDIT_CLIENT_ID: 'client-of-the-console',
      DIDIT_CLIENT_SECRET: MARKED.didit,
      NODE_EXTRA_CA_CERTS: line.caFile,
      ...changes,
    });

    /** Everything that a deploy could change. */
    const everything = async (): Promise<unknown> => ({
      clients: await api.list('/clients', 'clients'),
      connections: await api.list('/connections', 'connections'),
      actions: await api.list('/actions/actions', 'actions'),
      bindings: await api.list('/actions/triggers/post-login/bindings', 'bindings'),
      grants: await api.list('/client-grants', 'client_grants'),
      apis: await api.list('/resource-servers', 'resource_servers'),
    });

    test('says what scripts need', () => {
      expect(line.url).toMatch(/^https:\/\/localhost:\d+$/);
      expect(existsSync(line.caFile)).toBe(true);
      expect(line.application.callback).toBe('https://app.example.com/callback');
      expect(line.application.clientId).toMatch(/^\w{32}$/);
    });

    test('is found and used by a second command', LONG, async () => {
      expect((await login('adult')).idToken).toMatchObject({ iss: `${line.url}/` });
    });

    test('runs once', async () => {
      const { exitCode, stderr } = await project.run('tenant');
      expect(exitCode).toBe(1);
      expect(stderr).toContain('error TENANT_RUNS_ALREADY');
    });

    describe('a deploy to it by AUTH0_DOMAIN', () => {
      test('shows what it would do and changes nothing when nobody can be asked', async () => {
        const before = await everything();
        const { exitCode, stdout, stderr } = await project.run('deploy', [], remote());
        expect(exitCode).toBe(1);
        expect(stdout).toContain('connection didit · options.client_id');
        expect(stderr).toContain('error CONFIRMATION_NEEDED');
        expect(stderr).toContain('--yes --allow didit_client');
        expect(await everything()).toEqual(before);
      });

      test(
        'with --yes converges: the Actions run the same code, and the connection keeps its applications',
        LONG,
        async () => {
          const { exitCode, stdout, stderr } = await project.run(
            'deploy',
            ['--yes', '--allow', 'didit_client'],
            remote(),
          );
          expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
          const hashes = (text: string): readonly string[] =>
            [...text.matchAll(/sha256 (\w+)/g)].map((match) => match[1] ?? '');
          expect(hashes(stdout)).toHaveLength(4);
          expect(hashes(stdout)).toEqual(hashes(firstDeploy.stdout));
          const [connection] = await api.list('/connections?name=didit', 'connections');
          expect(connection?.['options']).toMatchObject({
            pkce_enabled: true,
            client_id: 'client-of-the-console',
          });
          // Back to the stand-in's own credentials, for the tests after this one.
          expect((await project.run('deploy')).exitCode).toBe(0);
        },
      );

      for (const [what, changes, code, options] of [
        ['a secret that is wrong', { AUTH0_CLIENT_SECRET: MARKED.wrongSecret }, 'CREDENTIALS_REFUSED', LONG],
        ['a token that is wrong', { AUTH0_ACCESS_TOKEN: MARKED.wrongToken }, 'CREDENTIALS_REFUSED', LONG],
        ['a secret that is not set', { AUTH0_CLIENT_SECRET: '' }, 'CREDENTIALS_MISSING', LONG],
        ['a certificate that nobody vouches for', { NODE_EXTRA_CA_CERTS: '' }, 'TENANT_CERTIFICATE', {}],
        ['a placeholder without a value', { DIDIT_CLIENT_SECRET: '' }, 'PLACEHOLDER_UNRESOLVED', LONG],
        ['a domain with a path', { AUTH0_DOMAIN: 'https://tenant.example.com/api' }, 'DOMAIN_INVALID', LONG],
      ] as const)
        test(`stops at ${what}, and nothing is changed`, options, async () => {
          const before = await everything();
          const { exitCode, stderr } = await project.run('deploy', ['--yes'], remote(changes));
          expect(exitCode).toBe(1);
          expect(stderr).toContain(`error ${code}`);
          expect(stderr).toContain('how to solve it');
          expect(stderr).not.toContain('fetch failed');
          expect(stderr).not.toContain('defect of this project');
          expect(await everything()).toEqual(before);
        });

      test('stops at a tenant that cannot be reached', LONG, async () => {
        const port = await freePort();
        const { exitCode, stderr } = await project.run(
          'deploy',
          ['--yes'],
          remote({ AUTH0_DOMAIN: `localhost:${port}` }),
        );
        expect(exitCode).toBe(1);
        expect(stderr).toContain('error TENANT_UNREACHABLE');
        expect(stderr).not.toContain('fetch failed');
      });
    });

    describe('a mistake in the project', () => {
      for (const [what, from, to, code, options] of [
        ['an unknown key', 'pkce_enabled: true', 'pkce_enable: true', 'TENANT_FILE_KEY', {}],
        ['a wrong type', 'pkce_enabled: true', "pkce_enabled: 'yes'", 'TENANT_FILE_VALUE', LONG],
        ['no quotes', "'##DIDIT_CLIENT_ID##'", '##DIDIT_CLIENT_ID##', 'PLACEHOLDER_UNQUOTED', LONG],
        ['a missing file', 'actions/didit-claims.js', 'actions/didit-claim.js', 'ACTION_FILE_MISSING', LONG],
      ] as const)
        test(`stops the deploy, with its place, and nothing is changed: ${what}`, options, async () => {
          const before = await everything();
          const { exitCode, stderr } = await project.withChange('tenant.yaml', from, to, () =>
            project.run('deploy'),
          );
          expect(exitCode).toBe(1);
          expect(stderr).toContain(`error ${code}`);
          if (code === 'ACTION_FILE_MISSING') expect(stderr).toContain('didit-claim.ts');
          expect(stderr).toMatch(/tenant\.yaml:\d+/);
          expect(await everything()).toEqual(before);
        });
    });
  });

  describe('the life of npm run tenant', () => {
    const announcement = (): string => join(project.root, '.local-tenant/running.json');

    for (const [signal, options] of [
      ['SIGINT', {}],
      ['SIGTERM', LONG],
    ] as const)
      test(`ends cleanly on ${signal} and keeps what it holds`, options, async () => {
        const tenant = project.start('tenant', ['--json']);
        await firstLine(tenant);
        expect(existsSync(announcement())).toBe(true);
        tenant.kill(signal);
        expect(await ended(tenant)).toBe(0);
        expect(existsSync(announcement())).toBe(false);
        expect((await login('adult')).outcome).toBe('signed-in');
      });

    test('does not stand in the way of the next command when it was killed', LONG, async () => {
      const tenant = project.start('tenant', ['--json']);
      await firstLine(tenant);
      tenant.kill('SIGKILL');
      await ended(tenant);
      expect(existsSync(announcement())).toBe(true);
      expect((await login('adult')).outcome).toBe('signed-in');
    });

    test('does not begin on a port that is in use: it names the port, and how to take another', async () => {
      const { port, close } = await takenPort();
      const { exitCode, stderr } = await project.run('tenant', ['--port', String(port)]);
      await close();
      expect(exitCode).toBe(1);
      expect(stderr).toContain('error PORT_IN_USE');
      expect(stderr).toContain(`127.0.0.1:${port}`);
      expect(stderr).toContain('--port 0');
    });
  });

  test('secrets are sent for a local tenant that has moved to another port', LONG, async () => {
    const { exitCode, stdout } = await project.run('plan', ['--port', '0']);
    expect(exitCode).toBe(2);
    expect(stdout).toContain('the local tenant uses another port than at the last deploy');
    expect(stdout).not.toContain('--update-secrets asks');
  });

  describe('no secret', () => {
    test('is in anything that these commands printed or wrote, but for what npm run tenant is there to print', () => {
      const state = readFileSync(join(project.root, '.local-tenant/tenant.sqlite'), 'latin1');
      const secrets = [...state.matchAll(/"(?:clientSecret|client_secret)":"([^"]+)"/g)];
      expect(secrets.length).toBeGreaterThan(2);
      for (const [index, [, secret = '']] of secrets.entries())
        project.mark(`local secret ${index}`, secret, /^stdout of tenant --json$/);
      const keys = new Set(
        [...state.matchAll(/"name":"DIDIT_HANDOVER_KEY","value":"([\w-]{43})"/g)].map(([, key = '']) => key),
      );
      expect(keys.size).toBeGreaterThan(0);
      for (const [index, key] of [...keys].entries()) project.mark(`shared key ${index}`, key);
      expect([...project.leaks(), ...project.leftovers(), ...project.readableByOthers()]).toEqual([]);
    });
  });
});
