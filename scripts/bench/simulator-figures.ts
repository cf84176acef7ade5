import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { issueServerCertificate, trustAuthority, openStore } from '../local-tenant/index.ts';
import { firstLine } from './first-line.ts';
import { stop } from './login-figures.ts';

export const SIMULATOR = '@simulacrum/auth0-simulator';

/** Whether it is installed. It is not a dependency of this project: one of its own wants a newer Node than hosts may have. */
export function simulatorIsThere(): boolean {
  try {
    createRequire(import.meta.url).resolve(SIMULATOR);
    return true;
  } catch {
    return false;
  }
}

/**
 * Logins per second of the simulator, one after the other: authorize, login page, password, callback, token. It knows no
 * federation and runs no Action.
 */
export async function measureSimulatorLogins(logins: number): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'simulator-'));
  const certificates = join(home, '.simulacrum', 'certs');
  mkdirSync(certificates, { recursive: true });
  const { certificate, privateKey, authority } = await issueServerCertificate(openStore(undefined));
  writeFileSync(join(certificates, 'localhost.pem'), certificate);
  writeFileSync(join(certificates, 'localhost-key.pem'), privateKey, { mode: 0o600 });
  trustAuthority(authority);
  const simulator = spawn(
    process.execPath,
    [fileURLToPath(new URL('simulator-process.ts', import.meta.url)), String(await freePort())],
    { env: { PATH: process.env['PATH'], HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const url = `https://localhost:${await firstLine(simulator)}`;
    await login(url);
    const started = performance.now();
    for (let done = 0; done < logins; done += 1) await login(url);
    return logins / ((performance.now() - started) / 1000);
  } finally {
    await stop(simulator);
    rmSync(home, { recursive: true, force: true });
  }
}

async function login(url: string): Promise<void> {
  const callback = 'https://app.example.com/callback';
  const nonce = crypto.randomUUID();
  const query = new URLSearchParams({
    client_id: '00000000000000000000000000000000',
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid profile email',
    state: nonce,
    nonce,
  });
  const authorized = await fetch(`${url}/authorize?${query.toString()}`, { redirect: 'manual' });
  const cookie = authorized.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  await fetch(new URL(authorized.headers.get('location') ?? '', url), { headers: { cookie } }).then((page) =>
    page.text(),
  );
  await post(
    `${url}/usernamepassword/login`,
    { username: 'default@example.com', password: '12345', nonce, redirect_uri: callback },
    cookie,
  );
  const answered = await post(
    `${url}/login/callback`,
    { wctx: JSON.stringify({ redirect_uri: callback, nonce, state: nonce }) },
    cookie,
  );
  const code = new URL(answered.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const tokens = await post(
    `${url}/oauth/token`,
    { grant_type: 'authorization_code', code, redirect_uri: callback },
    cookie,
  );
  if (!tokens.ok) throw new Error(`The simulator refused a login with ${tokens.status}.`);
  await tokens.json();
}

const post = (url: string, fields: Readonly<Record<string, string>>, cookie: string): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams(fields), headers: { cookie }, redirect: 'manual' });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
