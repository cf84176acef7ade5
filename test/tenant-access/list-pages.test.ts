import { afterEach, describe, expect, test, vi } from 'vitest';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import { checkpointPages, numberedPages } from '../../scripts/tenant-access/list-pages.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import { problemsOfAsync } from '../problems-of.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A tenant that answers what `answer` says; a text is sent as it is. */
async function tenantThat(answer: (url: URL) => unknown): Promise<ManagementApi> {
  vi.stubGlobal('fetch', async (address: string) => {
    const url = new URL(address);
    const said = answer(url);
    if (said === undefined) return Response.json({ statusCode: 404, message: 'Not found.' }, { status: 404 });
    return typeof said === 'string' ? new Response(said, { status: 200 }) : Response.json(said);
  });
  return await connectToTenant({
    domain: 'tenant.example.com',
    credentials: { kind: 'token', accessToken: 'opaque' },
  });
}

const pageOf = (url: URL): number => Number(url.searchParams.get('page'));

const numbered = (from: number, to: number): readonly Readonly<Record<string, string>>[] =>
  Array.from({ length: to - from }, (_, index) => ({ id: `id-${from + index}` }));

const NO_LISTS: readonly [string, unknown][] = [
  ['an object without the list', {}],
  ['an object with something else in its place', { bindings: {} }],
  ['an object with null in its place', { bindings: null }],
  ['a list with something else than things in it', { bindings: [{ id: 'a' }, null] }],
  ['a bare list of texts', ['a']],
  ['an error with status 200', { error: 'access_denied' }],
  ['null', null],
  ['a text', JSON.stringify('none')],
  ['a page of HTML', '<!doctype html><title>Sign in to the proxy</title>'],
  ['half an answer', '{"bindings":[{"id":"a"},'],
  ['nothing', ''],
  ['404', undefined],
];

describe('what is no list says nothing of what a tenant has', () => {
  test.each(NO_LISTS)('%s, where pages are numbered', async (_, said) => {
    const api = await tenantThat(() => said);
    const problems = await problemsOfAsync(() =>
      api.list('/actions/triggers/post-login/bindings', 'bindings'),
    );
    expect(problems).toMatchObject([{ code: 'TENANT_ANSWER' }]);
  });

  test.each(NO_LISTS)('%s, where each page tells where the next one begins', async (_, said) => {
    const api = await tenantThat(() => said);
    const problems = await problemsOfAsync(() => checkpointPages(api, '/organizations?take=100', 'bindings'));
    expect(problems).toMatchObject([{ code: 'TENANT_ANSWER' }]);
  });

  test.each([{}, [], { next: 5 }].map((next) => [JSON.stringify(next), next]))(
    'nor does a page whose next one begins at %s',
    async (_, next) => {
      const api = await tenantThat(() => ({ organizations: [{ id: 'a' }], next }));
      const problems = await problemsOfAsync(() =>
        checkpointPages(api, '/organizations?take=100', 'organizations'),
      );
      expect(problems).toMatchObject([{ code: 'TENANT_ANSWER' }]);
    },
  );

  test.each([
    'clients',
    'actions',
    'bindings',
    'resource-servers',
    'client-grants',
    'connections',
    'organizations',
  ])('in any part of a tenant: %s', async (part) => {
    const api = await tenantThat(({ pathname }) =>
      pathname.endsWith(part) ? { message: 'none of it' } : [],
    );
    const reading = { connections: [{ name: 'didit' }], organizations: [] };
    expect(await problemsOfAsync(() => readTenantState(api, reading))).toMatchObject([
      { code: 'TENANT_ANSWER' },
    ]);
  });
});

describe('all of a list is read', () => {
  const all = numbered(0, 7);

  test('where the tenant gives fewer at a time than it is asked for, and counts', async () => {
    const api = await tenantThat((url) => ({
      actions: all.slice(pageOf(url) * 3, pageOf(url) * 3 + 3),
      total: 7,
    }));
    expect(await api.list('/actions/actions', 'actions')).toEqual(all);
  });

  test('also where the total is wrong', async () => {
    const api = await tenantThat((url) => ({ actions: pageOf(url) === 0 ? all : [], total: 8 }));
    expect(await api.list('/actions/actions', 'actions')).toEqual(all);
    const tooFew = await tenantThat((url) => ({
      actions: [numbered(0, 50), numbered(50, 60)][pageOf(url)] ?? [],
      total: 1,
    }));
    expect(await tooFew.list('/actions/actions', 'actions')).toEqual(numbered(0, 60));
  });

  test('once, where something that was added shifts the pages', async () => {
    const api = await tenantThat((url) => [numbered(0, 50), numbered(49, 60)][pageOf(url)] ?? []);
    expect(await api.list('/client-grants', 'client_grants')).toEqual(numbered(0, 60));
  });

  test('once, from a route that does not know pages', async () => {
    const api = await tenantThat(() => numbered(0, 80));
    expect(await api.list('/resource-servers', 'resource_servers')).toEqual(numbered(0, 80));
  });

  test('to its end, where pages among them are empty', async () => {
    const pages: Readonly<Record<string, object>> = {
      '': { organizations: numbered(0, 2), next: 'b' },
      b: { organizations: [], next: 'c' },
      c: { organizations: numbered(2, 3) },
    };
    const api = await tenantThat(({ searchParams }) => pages[searchParams.get('from') ?? '']);
    expect(await checkpointPages(api, '/organizations?take=100', 'organizations')).toEqual(numbered(0, 3));
  });
});

test.each<[string, (call: number) => object]>([
  ['begins where it began', () => ({ organizations: numbered(0, 1), next: 'a' })],
  ['goes round in a circle', (call) => ({ organizations: numbered(0, 2), next: call % 2 === 0 ? 'a' : 'b' })],
  ['brings nothing and says that more follows', (call) => ({ organizations: [], next: `at-${call}` })],
])('a list whose next page %s is an error, and read no further', async (_, pageAt) => {
  let calls = 0;
  const api = await tenantThat(() => pageAt((calls += 1)));
  const problems = await problemsOfAsync(() =>
    checkpointPages(api, '/organizations?take=100', 'organizations'),
  );
  expect(problems).toMatchObject([{ code: 'TENANT_ANSWER' }]);
  expect(calls).toBeLessThan(20);
});

test('a list that brings something new for ever is an error at some time', async () => {
  const domain = 'tenant.example.com';
  let calls = 0;
  const page = (): Readonly<Record<string, unknown>> => {
    calls += 1;
    // Fails instead of hanging.
    if (calls > 20_000) throw new Error('read for ever');
    return { things: numbered(50 * calls, 50 * calls + 50), total: Infinity, next: `at-${calls}` };
  };
  for (const read of [numberedPages, checkpointPages]) {
    calls = 0;
    const problems = await problemsOfAsync(() =>
      read({ domain, get: () => Promise.resolve(page()) }, '/things?take=50', 'things'),
    );
    expect(problems).toMatchObject([{ code: 'TENANT_ANSWER', place: { tenant: domain } }]);
    expect(problems[0]?.message).toContain('the list does not end');
  }
});

test.each([200, 100_000])(
  'an answer with %i levels in each other is an error, wherever it has them',
  async (levels) => {
    const deep = `${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`;
    for (const answer of [
      deep,
      `[{"id":"a","name":${deep}}]`,
      `{"actions":[{"id":"a","secrets":${deep}}]}`,
    ]) {
      const api = await tenantThat(() => answer);
      expect(await problemsOfAsync(() => api.list('/actions/actions', 'actions'))).toMatchObject([
        { code: 'TENANT_ANSWER', place: { tenant: 'tenant.example.com' } },
      ]);
    }
  },
);

test('a connection that is gone once its applications are asked for is not there', async () => {
  const api = await tenantThat(({ pathname }) => {
    if (pathname.endsWith('/clients') && pathname.includes('/connections/')) return undefined;
    return pathname.endsWith('/connections')
      ? [{ id: 'con_1', name: 'didit', strategy: 'oauth2', options: {} }]
      : [];
  });
  expect((await readTenantState(api, { connections: [{ name: 'didit' }] })).connections).toEqual([]);
});

test.each([{}, { action: null }, { action: { id: 'a' } }, { action: { name: 5 } }])(
  'a binding that names no Action is an error: sent back with the others, it would be lost (%#)',
  async (binding) => {
    const api = await tenantThat(({ pathname }) =>
      pathname.endsWith('/bindings') ? { bindings: [{ id: 'b', ...binding }] } : [],
    );
    expect(await problemsOfAsync(() => readTenantState(api, { connections: [] }))).toMatchObject([
      { code: 'TENANT_ANSWER' },
    ]);
  },
);

test.each([null, 'hidden', []])(
  'options of a connection that are %j are not shown, and not none',
  async (options) => {
    const api = await tenantThat(({ pathname }) =>
      pathname.endsWith('/connections') ? [{ id: 'con_1', name: 'didit', strategy: 'oauth2', options }] : [],
    );
    expect(
      await problemsOfAsync(() => readTenantState(api, { connections: [{ name: 'didit' }] })),
    ).toMatchObject([{ code: 'SCOPE_MISSING' }]);
  },
);
