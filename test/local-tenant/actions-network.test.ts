import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActionsRuntime } from '../../scripts/runner/runtime.ts';
import type { WorkerNetwork } from '../../scripts/runner/contract.ts';
import { issueServerCertificate } from '../../scripts/local-tenant/server/certificates.ts';
import { serveHttps } from '../../scripts/local-tenant/server/server.ts';
import { openStore } from '../../scripts/local-tenant/store/store.ts';
import { runBody } from '../runner/run-actions.ts';

/** Requests as they were, without how long each took. */
const untimed = (requests: readonly { readonly milliseconds?: number }[]): readonly object[] =>
  requests.map(({ milliseconds, ...request }) => {
    expect(milliseconds).toBeGreaterThanOrEqual(0);
    return request;
  });

describe('HTTP inside an Action', () => {
  const seen: { method: string; url: string; body: string; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({
        method: request.method ?? '',
        url: request.url ?? '',
        body: Buffer.concat(chunks).toString(),
        authorization: request.headers.authorization,
      });
      response.writeHead(request.url?.startsWith('/stand-in/missing') === true ? 404 : 200).end('answer');
    });
  });
  let network: WorkerNetwork = { routes: {} };
  let origin = '';
  const runtime = createActionsRuntime({ network: () => network, instances: 'reused' });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address: string | AddressInfo | null = server.address();
    origin = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  });
  afterAll(async () => {
    await runtime.close();
    server.closeAllConnections();
    server.close();
  });

  test('goes where the routes say, with method, headers, body and query, and is traced without the query', async () => {
    network = { routes: { 'https://apx.didit.me': `${origin}/stand-in` } };
    const { trace, log } = await runBody(
      runtime,
      `const response = await fetch('https://apx.didit.me/auth/v2/token?secret=1', {
         method: 'POST', headers: { authorization: 'Bearer hush' }, body: 'a=1',
       });
       console.log(await response.text());`,
    );
    expect(log).toBe('answer');
    expect(seen.at(-1)).toEqual({
      method: 'POST',
      url: '/stand-in/auth/v2/token?secret=1',
      body: 'a=1',
      authorization: 'Bearer hush',
    });
    expect(untimed(trace.requests)).toEqual([
      { method: 'POST', url: 'https://apx.didit.me/auth/v2/token', status: 200 },
    ]);
    expect(JSON.stringify(trace)).not.toMatch(/secret=1|hush/);
  });

  test.each([
    `new URL('https://apx.didit.me/missing')`,
    `new Request('https://apx.didit.me/missing')`,
    `'https://APX.didit.me/missing'`,
  ])('takes what fetch takes: %s', async (input) => {
    network = { routes: { 'https://apx.didit.me': `${origin}/stand-in` } };
    const { trace } = await runBody(runtime, `await fetch(${input})`);
    expect(untimed(trace.requests)).toEqual([
      { method: 'GET', url: 'https://apx.didit.me/missing', status: 404 },
    ]);
  });

  test('is traced as failed when no answer comes, and the Action decides what to make of it', async () => {
    network = { routes: { 'https://example.com': 'http://127.0.0.1:1' } };
    const { outcome, trace } = await runBody(
      runtime,
      `await fetch('https://example.com/a').catch((error) => console.log(error.message));`,
    );
    expect(outcome.decision).toEqual({ kind: 'allow' });
    expect(untimed(trace.requests)).toEqual([
      { method: 'GET', url: 'https://example.com/a', status: 'failed' },
    ]);
    expect(trace.logs).toEqual(['fetch failed']);
  });

  test('can be given up by the Action', async () => {
    network = { routes: { 'https://apx.didit.me': origin } };
    const { trace, log } = await runBody(
      runtime,
      `await fetch('https://apx.didit.me/', { signal: AbortSignal.abort() }).catch((error) => console.log(error.name));`,
    );
    expect(log).toBe('AbortError');
    expect(untimed(trace.requests)).toEqual([
      { method: 'GET', url: 'https://apx.didit.me/', status: 'failed' },
    ]);
  });
});

describe('a time limit that an Action sets', () => {
  const silent = createServer((request, response) => {
    // The second one begins to answer and then says no more.
    if (request.url?.endsWith('/begun') === true) response.writeHead(200).write('begun');
  });
  let origin = '';
  const runtime = createActionsRuntime({
    network: () => ({ routes: { 'https://apx.didit.me': origin } }),
    instances: 'reused',
    timeoutMilliseconds: 10_000,
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    origin = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  });
  afterAll(async () => {
    await runtime.close();
    silent.closeAllConnections();
    silent.close();
  });

  test.each(['/', '/begun'])('comes, whatever garbage collection takes away meanwhile (%s)', async (path) => {
    const { log } = await runBody(
      runtime,
      `const collecting = setInterval(() => {
         for (let round = 0; round < 20; round += 1) new Array(100_000).fill(round);
       }, 5);
       const read = async () =>
         (await fetch('https://apx.didit.me${path}', { signal: AbortSignal.timeout(300) })).text();
       await read().catch((error) => console.log(error.name));
       clearInterval(collecting);`,
    );
    expect(log).toBe('TimeoutError');
  });
});

describe('HTTPS inside an Action', () => {
  test('trusts Node’s own authorities too, whatever was called before', async () => {
    const store = openStore(undefined);
    const certificate = await issueServerCertificate(store);
    const server = await serveHttps(() => new Response('trusted'), certificate, 0);
    const runtime = createActionsRuntime({
      network: () => ({ routes: {}, certificateAuthority: certificate.authority }),
    });
    try {
      const { log } = await runBody(
        runtime,
        `await fetch('https://localhost:${server.port}/');
         const tls = require('tls');
         const { X509Certificate } = require('crypto');
         const prints = (certificates) => certificates.map((each) => new X509Certificate(each).fingerprint256);
         const trusted = new Set(prints(tls.getCACertificates('default')));
         const own = prints(tls.rootCertificates);
         console.log(own.length > 100 && own.every((each) => trusted.has(each)));`,
      );
      expect(log).toBe('true');
    } finally {
      await runtime.close();
      await server.close();
      store.close();
    }
  });

  const body = (url: string): string => `console.log(await (await fetch('${url}')).text())`;
  const viaNode = (url: string): string =>
    `console.log(await new Promise((resolve, reject) => require('https').get('${url}', (response) => response.setEncoding('utf8').on('data', resolve)).on('error', reject)))`;

  test.each([
    ['fetch', body],
    ['node:https', viaNode],
  ])(
    'trusts the tenant’s own authority by %s, and no other unknown one',
    { tags: ['long'] },
    async (_client, code) => {
      const store = openStore(undefined);
      const certificate = await issueServerCertificate(store);
      const server = await serveHttps(() => new Response('trusted'), certificate, 0);
      const url = `https://localhost:${server.port}/`;
      const trusting = createActionsRuntime({
        network: () => ({ routes: {}, certificateAuthority: certificate.authority }),
      });
      const plain = createActionsRuntime({ network: () => ({ routes: {} }) });
      try {
        expect((await runBody(trusting, code(url))).log).toBe('trusted');
        expect((await runBody(plain, code(url))).outcome.decision.kind).toBe('error');
      } finally {
        await Promise.all([trusting.close(), plain.close()]);
        await server.close();
        store.close();
      }
    },
  );
});
