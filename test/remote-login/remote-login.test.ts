import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstLine } from '../../scripts/bench/first-line.ts';
import { trustAuthority } from '../../scripts/local-tenant/certificates.ts';
import { createBrowser } from '../../scripts/local-tenant/login-client/browser.ts';
import { explainDenial } from '../../scripts/remote-login/explain-denial.ts';
import { readTenantConfig } from '../../scripts/tenant-config/read-tenant-config.ts';
import { ended, temporaryProject } from '../temporary-project.ts';
import type { TemporaryProject } from '../temporary-project.ts';

const SAMPLE = 'Didit Sample Application';

interface TenantLine {
  readonly url: string;
  readonly caFile: string;
  readonly management: { readonly clientId: string; readonly clientSecret: string };
}

describe('npm run login at the tenant that AUTH0_DOMAIN names', () => {
  let project: TemporaryProject;
  let tenant: ChildProcess;
  let environment: Readonly<Record<string, string>>;
  let callback: string;

  beforeAll(async () => {
    project = temporaryProject();
    callback = `http://localhost:${await freePort()}/callback`;
    project.write(
      'tenant.yaml',
      project.read('tenant.yaml').replace('http://localhost:8400/callback', callback),
    );
    expect((await project.run('deploy')).stderr).toBe('');
    tenant = project.start('tenant', ['--json']);
    const line = JSON.parse(await firstLine(tenant)) as TenantLine;
    trustAuthority(readFileSync(line.caFile, 'utf8'));
    environment = {
      AUTH0_DOMAIN: line.url.replace('https://', ''),
      AUTH0_CLIENT_ID: line.management.clientId,
      AUTH0_CLIENT_SECRET: line.management.clientSecret,
      NODE_EXTRA_CA_CERTS: line.caFile,
    };
  }, 120_000);
  afterAll(async () => {
    tenant.kill('SIGTERM');
    await ended(tenant);
    project.remove();
  });

  /** Runs the command, and does in the browser what it asks for. */
  async function loginAs(
    persona: string,
  ): Promise<{ readonly exitCode: number | null; readonly stdout: string }> {
    const command = project.start('login', ['--no-browser'], environment);
    let stdout = '';
    let stderr = '';
    command.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    const address = new Promise<string>((resolve) => {
      command.stderr?.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
        const found = /https:\/\/\S+\/authorize\S+\n/.exec(stderr)?.[0];
        if (found !== undefined) resolve(found.trim());
      });
    });
    const exit = ended(command);
    const browser = createBrowser();
    const isCallback = (url: URL): boolean => url.href.startsWith(callback);
    const arrival = await browser.open(new URL(await address), isCallback);
    if (arrival.kind !== 'page') throw new Error('the tenant did not lead to Didit');
    const back = await browser.submit(arrival.page, { persona }, isCallback);
    if (back.kind !== 'stopped') throw new Error('Didit did not lead back to the command');
    expect((await fetch(back.url)).status).toBe(200);
    return { exitCode: await exit, stdout };
  }

  test('prints the claims of both tokens', async () => {
    const { exitCode, stdout } = await loginAs('adult');
    expect(exitCode).toBe(0);
    const [, idToken = '', accessToken = ''] = stdout.split(/^(?:ID|Access) token$/m);
    expect(JSON.parse(idToken)).toMatchObject({
      name: 'John Doe',
      'https://example.com/didit/verified': true,
    });
    expect(JSON.parse(accessToken)).toMatchObject({ 'https://example.com/didit/age_over_18': true });
  });

  test('explains a denial by its code and the rule behind it', async () => {
    const { exitCode, stdout } = await loginAs('unverified');
    expect(exitCode).toBe(0);
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
});

describe('the explanation of a denial', () => {
  const { config } = readTenantConfig();

  test.each([
    ['didit_not_verified: …', /require=verified, in the client_metadata/],
    ['didit_profile_unavailable: …', /on_unavailable=deny, in the metadata of the connection didit/],
    ['didit_age_under_18: …', /changed on the tenant only/],
  ])('names the rule and where it stands (%s)', (description, expected) => {
    expect(explainDenial(description, config, SAMPLE)).toMatch(expected);
  });

  test("is silent about other Actions' denials", () => {
    expect(explainDenial('no_contract: …', config, SAMPLE)).toBeUndefined();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
