import { afterEach, describe, expect, test, vi } from 'vitest';
import { isBrokenOff } from '../../scripts/tenant-access/connection-failures.ts';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import { containing } from '../matchers.ts';
import { problemsOfAsync } from '../problems-of.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** What becomes of a connection that breaks off with a code, as `fetch` tells it. */
async function problemOf(code: string) {
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('said by Node'), { code }) });
  });
  const target = {
    domain: 'tenant.example.com',
    credentials: { kind: 'client', clientId: 'deploys', clientSecret: 'secret' },
    variablesFile: '.env.staging',
  } as const;
  const [problem] = await problemsOfAsync(() => connectToTenant(target));
  return problem;
}

test('a certificate that is not trusted is fixed in the shell: Node reads its authorities from there only', async () => {
  const problem = await problemOf('SELF_SIGNED_CERT_IN_CHAIN');
  expect(problem).toMatchObject({
    code: 'TENANT_CERTIFICATE',
    place: { variable: 'NODE_EXTRA_CA_CERTS', from: 'environment of your shell' },
  });
  expect(problem?.remedy).toContain('export NODE_EXTRA_CA_CERTS=');
  expect(problem?.remedy).toContain('does not read it from a .env file');
});

test('a host that is not there is fixed where AUTH0_DOMAIN is set', async () => {
  expect(await problemOf('ENOTFOUND')).toMatchObject({
    code: 'TENANT_UNREACHABLE',
    place: { variable: 'AUTH0_DOMAIN', from: 'environment or .env.staging' },
  });
});

test('a tenant that does not answer in time is told in words', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new DOMException('aborted', 'TimeoutError')));
  const target = {
    domain: 'tenant.example.com',
    credentials: { kind: 'client', clientId: 'deploys', clientSecret: 'secret' },
  } as const;
  expect(
    await problemsOfAsync(() => connectToTenant(target, { retryDelaysMilliseconds: [1] })),
  ).toMatchObject([
    {
      code: 'TENANT_UNREACHABLE',
      message: 'tenant.example.com cannot be reached (no answer in time).',
    },
  ]);
});

test.each([5, null, {}, [], '', 'two words', 'a\nb', 'a\u0001b', 'schlüssel'])(
  'what no header can hold is no token, and the tenant can be reached all the same: %j',
  async (token) => {
    vi.stubGlobal('fetch', async () => Response.json({ access_token: token, token_type: 'Bearer' }));
    const target = {
      domain: 'tenant.example.com',
      credentials: { kind: 'client', clientId: 'deploys', clientSecret: 'secret' },
    } as const;
    expect(await problemsOfAsync(() => connectToTenant(target))).toMatchObject([{ code: 'TENANT_ANSWER' }]);
  },
);

test('a page of somebody else, such as of a network that wants a sign-in, is told as what it is', async () => {
  vi.stubGlobal('fetch', async () => new Response('<!doctype html><title>Welcome</title>'));
  const api = await connectToTenant({
    domain: 'tenant.example.com',
    credentials: { kind: 'token', accessToken: 'opaque' },
  });
  expect(await problemsOfAsync(() => api.list('/clients', 'clients'))).toMatchObject([
    { code: 'TENANT_ANSWER', message: containing('something else than JSON') },
  ]);
});

describe('an answer that does not come to its end', () => {
  const target = {
    domain: 'tenant.example.com',
    credentials: { kind: 'token', accessToken: 'opaque' },
  } as const;
  /** The first `broken` answers begin and break off. */
  async function applicationsAfter(broken: number) {
    let asked = 0;
    vi.stubGlobal('fetch', async () => {
      asked += 1;
      if (asked > broken) return Response.json([{ client_id: 'one' }]);
      const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
        controller.enqueue(new TextEncoder().encode('[{"client_id":'));
        controller.error(
          new TypeError('terminated', {
            cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
          }),
        );
      };
      return new Response(new ReadableStream({ start }));
    });
    const api = await connectToTenant(target, { retryDelaysMilliseconds: [1, 1] });
    return await api.list('/clients', 'clients');
  }

  test('is asked for again', async () => {
    expect(await applicationsAfter(2)).toEqual([{ client_id: 'one' }]);
  });

  test('counts in the end as none, and not as a refusal', async () => {
    expect(await problemsOfAsync(() => applicationsAfter(3))).toMatchObject([
      { code: 'TENANT_UNREACHABLE', message: containing('UND_ERR_SOCKET') },
    ]);
  });

  test('is read no further than any answer is long', async () => {
    let asked = 0;
    vi.stubGlobal('fetch', async () => {
      asked += 1;
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
        controller.enqueue(new Uint8Array(1_048_576));
      };
      return new Response(new ReadableStream({ pull }));
    });
    const api = await connectToTenant(target);
    expect(await problemsOfAsync(() => api.list('/clients', 'clients'))).toMatchObject([
      { code: 'TENANT_ANSWER', place: { tenant: 'tenant.example.com' } },
    ]);
    // It would be as long the next time.
    expect(asked).toBe(1);
  });
});

describe('a call is made again', () => {
  const failed = (cause: Error) => new TypeError('fetch failed', { cause });
  const withCode = (code: string, message = 'said by Node') =>
    failed(Object.assign(new Error(message), { code }));

  test.each([
    withCode('ECONNRESET'),
    withCode('UND_ERR_SOCKET'),
    withCode('UND_ERR_HEADERS_TIMEOUT'),
    new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
  ])('after a connection that broke off (%#)', (error) => {
    expect(isBrokenOff(error)).toBe(true);
  });

  test.each([
    withCode('ENOTFOUND'),
    withCode('ECONNREFUSED'),
    withCode('SELF_SIGNED_CERT_IN_CHAIN'),
    // What a message says does not count.
    withCode('EACCES', 'read ECONNRESET'),
    failed(new Error('socket timeout')),
    'ECONNRESET',
  ])('not after one that never was there (%#)', (error) => {
    expect(isBrokenOff(error)).toBe(false);
  });
});
