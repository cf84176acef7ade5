import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:https';
import { networkInterfaces, tmpdir } from 'node:os';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordOf, recordsOf, textOf } from '../../scripts/base/json-values.ts';
import { originOf } from '../../scripts/local-tenant/server/server.ts';
import type { LocalTenant } from '../../scripts/local-tenant/tenant.ts';
import { startLocalTenant } from '../../scripts/local-tenant/tenant.ts';
import { problemsOfAsync } from '../problems-of.ts';

let folder: string;
const open: LocalTenant[] = [];
const start = async (options: Parameters<typeof startLocalTenant>[0] = { folder }): Promise<LocalTenant> => {
  const tenant = await startLocalTenant(options);
  open.push(tenant);
  return tenant;
};

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'tenant-')), 'state');
});
afterEach(async () => {
  for (const tenant of open.splice(0)) await tenant.close();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

/** The status of a GET with this certificate authority as the only trusted one. */
const statusWith = (url: string, authority: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(url, { ca: authority, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });

const accepts = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    for (const event of ['error', 'timeout'])
      socket.once(event, () => {
        socket.destroy();
        resolve(false);
      });
  });

test('its address names no port that HTTPS has anyway, since clients would look for another issuer', () => {
  expect([originOf(443), originOf(4433)]).toEqual(['https://localhost', 'https://localhost:4433']);
});

describe('the local tenant', () => {
  test('closes although a client has connected and said nothing, or half of what it has to say', async () => {
    const tenant = await startLocalTenant({ folder });
    const { port } = new URL(tenant.url);
    const silent = connect({ host: '127.0.0.1', port: Number(port) });
    const speaking = connectTls({ port: Number(port), ca: tenant.authority, servername: 'localhost' });
    const sockets = [silent, speaking];
    try {
      for (const socket of sockets) socket.on('error', () => undefined).resume();
      await Promise.all([once(silent, 'connect'), once(speaking, 'secureConnect')]);
      speaking.write('POST /oauth/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\na');
      await tenant.close();
      for (const socket of sockets) if (!socket.closed) await once(socket, 'close');
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  }, 30_000);

  test('takes a client that hangs up within its request for no defect', async () => {
    const { url, authority } = await start();
    const warnings: string[] = [];
    const warn = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', warn);
    for (const path of ['/oauth/token', '/u/login', '/oidc/logout', '/didit-stand-in/auth/v2/token']) {
      await new Promise<void>((resolve) => {
        const hangingUp = request(`${url}${path}`, {
          method: 'POST',
          ca: authority,
          agent: false,
          headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': 1000 },
        });
        hangingUp.once('error', () => undefined).once('close', resolve);
        hangingUp.write('grant_type=', () => {
          setTimeout(() => hangingUp.destroy(), 100);
        });
      });
    }
    // Answers come in order, so that the tenant has noticed by then.
    expect(await statusWith(`${url}/.well-known/jwks.json`, authority)).toBe(200);
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });

  test('listens on the loopback interface and on no other', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    expect(await accepts('127.0.0.1', port)).toBe(true);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of others) expect(await accepts(address, port)).toBe(false);
  });

  test('has a certificate that its own authority vouches for, and nobody else', async () => {
    const { url, authority } = await start();
    const discovery = `${url}/.well-known/openid-configuration`;
    expect(await statusWith(discovery, authority)).toBe(200);
    const stranger = await start({});
    await expect(statusWith(discovery, stranger.authority)).rejects.toThrow();
  });

  test('keeps keys and state where only their owner can read them', async () => {
    await start();
    expect(statSync(folder).mode & 0o077).toBe(0);
    const readable = readdirSync(folder).filter((file) => (statSync(join(folder, file)).mode & 0o077) !== 0);
    expect(readdirSync(folder)).toContain('tenant.sqlite');
    expect(readable).toEqual([]);
  });

  test('comes back at the same address with the same authority and the same credentials', async () => {
    const first = await start();
    await first.close();
    open.pop();
    const again = await start();
    expect([again.url, again.authority, again.management, again.didit]).toEqual([
      first.url,
      first.authority,
      first.management,
      first.didit,
    ]);
  });

  test('tells a second one on the same state folder', async () => {
    await start();
    expect(await problemsOfAsync(() => startLocalTenant({ folder }))).toMatchObject([
      { code: 'TENANT_STATE_IN_USE' },
    ]);
  });

  test('names a port that is in use, and lets go of its state so that the next start works', async () => {
    const { url } = await start({});
    const port = Number(new URL(url).port);
    expect(await problemsOfAsync(() => startLocalTenant({ folder, port }))).toMatchObject([
      { code: 'PORT_IN_USE' },
    ]);
    await start({ folder, port: 0 });
  });
});

/** What a tenant answers to a client that trusts it, as JSON. */
const ask = (
  { url, authority }: LocalTenant,
  method: string,
  path: string,
  sent?: object,
  token = '',
): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    };
    const asked = request(`${url}${path}`, { ca: authority, agent: false, method, headers }, (response) => {
      response.setEncoding('utf8');
      response.toArray().then((parts) => {
        resolve(JSON.parse(parts.join('')));
      }, reject);
    }).once('error', reject);
    asked.end(sent === undefined ? undefined : JSON.stringify(sent));
  });

async function administrate(tenant: LocalTenant) {
  const { url, management } = tenant;
  const token = recordOf(
    await ask(tenant, 'POST', '/oauth/token', {
      ...{ grant_type: 'client_credentials', audience: `${url}/api/v2/` },
      ...{ client_id: management.clientId, client_secret: management.clientSecret },
    }),
  )['access_token'];
  return (method: string, path: string, sent?: object) =>
    ask(tenant, method, `/api/v2${path}`, sent, textOf(token));
}

test('at another port, the Management API, grants for it and callbacks of the tenant are those of before', async () => {
  const first = await start();
  const before = await administrate(first);
  const elsewhere = ['https://shop.example.com/callback', 'http://localhost:3000/'];
  const client = recordOf(
    await before('POST', '/clients', { name: 'Worker', callbacks: [`${first.url}/continue`, ...elsewhere] }),
  );
  await before('POST', '/client-grants', {
    ...{ client_id: client['client_id'], audience: `${first.url}/api/v2/`, scope: ['read:users'] },
  });
  await open.pop()?.close();

  const second = await start({ folder, port: 0 });
  const after = await administrate(second);
  const ofWorker = `/client-grants?client_id=${textOf(client['client_id'])}`;
  expect(second.url).not.toBe(first.url);
  expect(recordsOf(await after('GET', ofWorker)).map(({ audience }) => audience)).toEqual([
    `${second.url}/api/v2/`,
  ]);
  const { callbacks } = recordOf(await after('GET', `/clients/${textOf(client['client_id'])}`));
  expect(callbacks).toEqual([`${second.url}/continue`, ...elsewhere]);
  const apis = recordsOf(await after('GET', '/resource-servers')).map(({ identifier }) => identifier);
  expect(apis).toEqual([`${second.url}/api/v2/`]);
});

test.each([
  ['of which the length is told', { 'content-length': String(1e9) }],
  ['whose end nobody knows', { 'transfer-encoding': 'chunked' }],
])('a request does not fill the memory: one %s is refused', async (_, headers) => {
  const { url, authority } = await start();
  for (const path of ['/oauth/token', '/api/v2/clients', '/authorize']) {
    const status = await new Promise((resolve, reject) => {
      const sent = request(new URL(path, url), { method: 'POST', ca: authority, agent: false, headers });
      sent.once('response', (response) => {
        response.resume();
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on('error', reject);
      const more = (): void => {
        while (!sent.destroyed && sent.write(Buffer.alloc(65_536)));
      };
      sent.on('drain', more);
      more();
    });
    expect(status).toBe(413);
  }
});
