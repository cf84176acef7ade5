// @module-tag long
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import { trustAuthority } from '../../scripts/local-tenant/index.ts';
import { createBrowser } from '../../scripts/login/local/browser.ts';
import { freePort } from '../free-port.ts';
import { tenantLine } from '../commands/tenant-line.ts';
import { ended, temporaryProject } from '../temporary-project.ts';
import type { CommandResult, TemporaryProject } from '../temporary-project.ts';

const SAMPLE = 'Didit Sample Application';

describe('npm run login at the tenant that AUTH0_DOMAIN names', () => {
  let project: TemporaryProject;
  let tenant: ChildProcess;
  let environment: Readonly<Record<string, string>>;
  let callback: string;
  let api: ManagementApi;

  beforeAll(async () => {
    project = temporaryProject();
    callback = `http://localhost:${await freePort()}/callback`;
    project.write(
      'tenant.yaml',
      project.read('tenant.yaml').replace('http://localhost:8400/callback', callback),
    );
    expect((await project.run('deploy')).stderr).toBe('');
    tenant = project.start('tenant', ['--json']);
    const line = await tenantLine(tenant);
    trustAuthority(readFileSync(line.caFile, 'utf8'));
    environment = {
      AUTH0_DOMAIN: line.url.replace('https://', ''),
      AUTH0_CLIENT_ID: line.management.clientId,
      AUTH0_CLIENT_SECRET: line.management.clientSecret,
      NODE_EXTRA_CA_CERTS: line.caFile,
    };
    api = await connectToTenant({
      domain: line.url.replace('https://', ''),
      credentials: { kind: 'client', ...line.management },
    });
  });
  afterAll(async () => {
    tenant.kill('SIGTERM');
    await ended(tenant);
    project.remove();
  });

  interface StartedLogin {
    /** The tenant's authorize page, as the command prints it. */
    readonly address: URL;
    readonly ended: Promise<CommandResult>;
  }

  async function startLogin(parameters: readonly string[] = []): Promise<StartedLogin> {
    const command = project.start('login', ['--no-browser', ...parameters], environment);
    let stdout = '';
    let stderr = '';
    command.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    const address = new Promise<URL>((resolve) => {
      command.stderr?.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
        const found = /https:\/\/\S+\/authorize\S+\n/.exec(stderr)?.[0];
        if (found !== undefined) resolve(new URL(found.trim()));
      });
    });
    return {
      address: await address,
      ended: ended(command).then((exitCode) => ({ exitCode, stdout, stderr })),
    };
  }

  /** Does in the browser what the command asks for, and returns what the browser shows at the end. */
  async function signIn(address: URL, choice: Readonly<Record<string, string>>): Promise<string> {
    const browser = createBrowser();
    const isCallback = (url: URL): boolean => url.href.startsWith(callback);
    const arrival = await browser.open(address, isCallback);
    if (arrival.kind !== 'page') throw new Error('the tenant did not lead to Didit');
    const back = await browser.submit(arrival.page, choice, isCallback);
    if (back.kind !== 'stopped') throw new Error('Didit did not lead back to the command');
    return await (await fetch(back.url)).text();
  }

  async function loginAs(persona: string, ...parameters: readonly string[]) {
    const login = await startLogin(parameters);
    const page = await signIn(login.address, { persona });
    return { page, ...(await login.ended) };
  }

  test('prints the claims of both tokens', async () => {
    const { exitCode, stdout, page } = await loginAs('adult');
    expect(exitCode).toBe(0);
    expect(page).toMatch(/^Done/);
    const [, idToken = '', accessToken = ''] = stdout.split(/^(?:ID|Access) token$/m);
    expect(JSON.parse(idToken)).toMatchObject({
      name: 'John Doe',
      'https://example.com/didit/verified': true,
    });
    expect(JSON.parse(accessToken)).toMatchObject({ 'https://example.com/didit/age_over_18': true });
  });

  test('explains a denial by its code and the rule behind it', async () => {
    const { exitCode, stdout, page } = await loginAs('unverified');
    expect(exitCode).toBe(0);
    expect(page).toMatch(/^The login was refused/);
    expect(stdout).toContain('didit_not_verified');
    expect(stdout).toContain(`require=verified, in the client_metadata of ${SAMPLE}`);
  });

  test('says what to add when no application has a callback on this machine', async () => {
    const { exitCode, stderr } = await project.withChange(
      'tenant.yaml',
      `      - ${SAMPLE}\n`,
      '      - Didit Actions\n',
      () => project.run('login', ['--no-browser'], environment),
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error NO_LOOPBACK_CALLBACK');
    expect(stderr).toContain('http://localhost:8400/callback');
  });

  test('names the rule in JSON as the tenant has it, whatever tenant.yaml says', async () => {
    const [client] = (await api.list('/clients', 'clients')).filter(({ name }) => name === SAMPLE);
    const setPolicy = (didit_policy: string): Promise<void> =>
      api.send('PATCH', `/clients/${String(client?.['client_id'])}`, { client_metadata: { didit_policy } });
    await setPolicy('require=age_over_18');
    const { exitCode, stdout } = await loginAs('minor', '--json');
    await setPolicy('require=verified');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'denied',
      rule: { code: 'didit_age_under_18', setting: 'require=age_over_18', level: 'client', of: SAMPLE },
    });
  });

  test('is not disturbed by requests of others', async () => {
    const login = await startLogin();
    for (const query of ['', '?code=x&state=of-somebody', '?error=access_denied&state=of-somebody']) {
      expect((await fetch(callback + query)).status).toBe(400);
    }
    expect(await signIn(login.address, { persona: 'adult' })).toMatch(/^Done/);
    expect((await login.ended).exitCode).toBe(0);
  });

  test('ends with a problem, and says so in the browser, when the code is refused', async () => {
    const login = await startLogin();
    const state = login.address.searchParams.get('state') ?? '';
    const page = await fetch(`${callback}?code=of-somebody&state=${state}`);
    expect(await page.text()).toMatch(/^This did not work/);
    const { exitCode, stderr } = await login.ended;
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error CODE_REFUSED');
    expect(stderr).not.toContain('defect of this project');
  });

  test('ends with a problem at an error that is no denial by a rule', async () => {
    const login = await startLogin(['--json']);
    await signIn(login.address, { decision: 'deny' });
    const { exitCode, stdout, stderr } = await login.ended;
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'failed', error: 'access_denied' });
    expect(stderr).toContain('error LOGIN_REFUSED');
  });

  test('does not open a browser when the code could not be exchanged afterwards', async () => {
    await api.send('POST', '/clients', {
      name: 'Deploy without keys',
      app_type: 'non_interactive',
      grant_types: ['client_credentials'],
    });
    const client = (await api.list('/clients', 'clients')).find(({ name }) => name === 'Deploy without keys');
    await api.send('POST', '/client-grants', {
      client_id: client?.['client_id'],
      audience: `https://${environment['AUTH0_DOMAIN'] ?? ''}/api/v2/`,
      scope: ['read:clients', 'read:connections'],
    });
    const { exitCode, stderr } = await project.run('login', ['--no-browser'], {
      ...environment,
      AUTH0_CLIENT_ID: String(client?.['client_id']),
      AUTH0_CLIENT_SECRET: String(client?.['client_secret']),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('error CLIENT_SECRET_UNREADABLE');
    expect(stderr).toContain('read:client_keys');
    expect(stderr).not.toContain('/authorize');
  });

  test.each([
    ['--user', ['--user', 'adult']],
    ['--trace', ['--trace']],
  ])('refuses %s: a person signs in', async (option, parameters) => {
    const { exitCode, stderr } = await project.run('login', ['--no-browser', ...parameters], environment);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`error OPTION_LOCAL_ONLY: ${option}`);
  });
});
