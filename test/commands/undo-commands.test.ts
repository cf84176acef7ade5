import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectToTenant } from '../../scripts/apply/management-api.ts';
import type { ManagementApi } from '../../scripts/apply/management-api.ts';
import { readTenantState } from '../../scripts/apply/tenant-state.ts';
import { firstLine } from '../../scripts/bench/first-line.ts';
import { trustAuthority } from '../../scripts/local-tenant/certificates.ts';
import { ended, temporaryProject } from '../temporary-project.ts';
import type { CommandResult, TemporaryProject } from '../temporary-project.ts';

interface TenantLine {
  readonly url: string;
  readonly caFile: string;
  readonly management: { readonly clientId: string; readonly clientSecret: string };
}

const DIDIT_SECRET = 'marked-secret-of-didit-0001';
/** Every change that a first deploy makes. */
const FIRST = ['connection_added', 'application_enabled', 'action_secret_added', 'grant_scopes'];

let project: TemporaryProject;
let tenant: ChildProcess;
let line: TenantLine;
let api: ManagementApi;
const printed: string[] = [];
/** Of applications that are gone at the end, too. */
const secrets = new Set([DIDIT_SECRET]);

beforeAll(async () => {
  project = temporaryProject();
  tenant = project.start('tenant', ['--json']);
  line = JSON.parse(await firstLine(tenant)) as TenantLine;
  trustAuthority(readFileSync(line.caFile, 'utf8'));
  api = await connectToTenant({ domain: domain(), credentials: { kind: 'client', ...line.management } });
  project.write(
    '.env.staging',
    [
      `AUTH0_DOMAIN=${domain()}`,
      `AUTH0_CLIENT_ID=${line.management.clientId}`,
      `AUTH0_CLIENT_SECRET=${line.management.clientSecret}`,
      'DIDIT_CLIENT_ID=client-of-the-console',
      `DIDIT_CLIENT_SECRET=${DIDIT_SECRET}`,
    ].join('\n'),
  );
}, 60_000);

afterAll(async () => {
  tenant.kill('SIGKILL');
  await ended(tenant);
  project.remove();
});

const domain = (): string => line.url.replace('https://', '');

/** A command against the tenant that `.env.staging` names. */
async function run(verb: string, ...parameters: readonly string[]): Promise<CommandResult> {
  const result = await project.run(verb, ['--env', 'staging', ...parameters], {
    NODE_EXTRA_CA_CERTS: line.caFile,
  });
  printed.push(result.stdout, result.stderr);
  return result;
}

/** All that deploys change, without the times at which it was. */
const contents = async (): Promise<string> => {
  const { clients, connections, actions, bindings, resourceServers, clientGrants } = await readTenantState(
    api,
    { connections: [{ name: 'didit' }] },
  );
  return JSON.stringify({
    clients,
    connections,
    bindings,
    resourceServers,
    clientGrants,
    runs: actions.map(({ name, deployed }) => [name, deployed?.code]),
  });
};

describe('a tenant of .env.NAME', () => {
  let empty: string;
  let first: string;
  beforeAll(async () => {
    empty = await contents();
  });

  test('is not deployed to with --yes before its security-rated changes are named', async () => {
    const { exitCode, stderr, stdout } = await run('deploy', '--yes');
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`Deploying to ${domain()}`);
    expect(stderr).toContain('error SECURITY_CHANGE_NOT_ALLOWED');
    expect(stderr).toContain(`--allow ${FIRST.join(' ')}`);
    expect(await contents()).toBe(empty);
  });

  test('is deployed to when they are', async () => {
    expect(await run('deploy', '--yes', '--allow', ...FIRST)).toMatchObject({ exitCode: 0, stderr: '' });
    first = await contents();
    expect(first).not.toBe(empty);
    for (const client of await api.list('/clients', 'clients')) secrets.add(String(client['client_secret']));
  });

  test('is exported to a file that deploys back to nothing', async () => {
    const { exitCode, stdout } = await run('export');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('##DIDIT_CLIENT_SECRET##');
    const before = project.read('tenant.yaml');
    project.write('tenant.yaml', stdout);
    expect((await run('deploy', '--yes')).stdout).toContain('Nothing has changed');
    project.write('tenant.yaml', before);
  });

  test('goes back to the state before the last deploy, and no further', async () => {
    await project.withChange('tenant.yaml', 'require=verified', 'require=verified,age_over_18', async () => {
      expect(await run('deploy', '--yes')).toMatchObject({ exitCode: 0, stderr: '' });
    });
    expect(await contents()).not.toBe(first);
    const { exitCode, stdout, stderr } = await run('rollback', '--yes');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('application Didit Sample Application: client_metadata as before');
    expect(await contents()).toBe(first);
  });

  test('is asked about before anything is taken from it', async () => {
    const { exitCode, stderr, stdout } = await run('destroy');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('remove  connection didit');
    expect(stderr).toContain('error CONFIRMATION_NEEDED');
    expect(await contents()).toBe(first);
  });

  test('is put back on Ctrl-C in the middle of a deploy', async () => {
    project.write(
      'tenant.yaml',
      project.read('tenant.yaml').replace('token_lifetime: 86400', 'token_lifetime: 7200'),
    );
    const deploy = spawn(
      process.execPath,
      [
        '--import',
        './scripts/node-version.mjs',
        'scripts/deploy.ts',
        '--env',
        'staging',
        '--yes',
        '--update-secrets',
      ],
      {
        cwd: project.root,
        env: { PATH: process.env['PATH'], NODE_EXTRA_CA_CERTS: line.caFile },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let stderr = '';
    deploy.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    deploy.stdout.on('data', (chunk: Buffer) => {
      printed.push(chunk.toString());
      // The line that tells about the second step: the first one has been carried out.
      if (/^ {2}Actions$/m.test(chunk.toString())) deploy.kill('SIGINT');
    });
    expect(await ended(deploy)).toBe(1);
    printed.push(stderr);
    expect(stderr).toContain('error DEPLOY_STOPPED');
    expect(stderr).toContain('error DEPLOY_PUT_BACK');
    expect(await contents()).toBe(first);
  });

  test('is as it was before the first deploy after destroy --yes', async () => {
    expect(await run('destroy', '--yes')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await contents()).toBe(empty);
  });

  test.each([
    ['../etc', 'ENV_NAME_INVALID'],
    ['nowhere', 'ENV_FILE_MISSING'],
  ])('is not mistaken for another one: --env %s', async (name, code) => {
    const { exitCode, stderr } = await project.run('deploy', ['--env', name]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`error ${code}`);
  });

  test('has left no secret in anything that was printed or written', () => {
    expect(secrets.size).toBeGreaterThan(3);
    const records = join(project.root, '.deploys');
    const files = readdirSync(records, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(2);
    const written = files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    for (const text of [...printed, ...written]) {
      expect([...secrets].filter((secret) => text.includes(secret))).toEqual([]);
    }
    if (process.platform !== 'win32') {
      for (const entry of files) expect(statSync(join(entry.parentPath, entry.name)).mode & 0o077).toBe(0);
    }
  });
});
