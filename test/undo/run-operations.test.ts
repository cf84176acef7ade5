import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Problem, Problems } from '../../scripts/base/problem.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import type { ConnectionState } from '../../scripts/tenant-model/tenant-state.ts';
import { checkDestroyScopes } from '../../scripts/undo/delete-scopes.ts';
import { changeApplications, disableConnection } from '../../scripts/undo/disable-connection.ts';
import type { Operation } from '../../scripts/undo/operation.ts';
import { runOperations } from '../../scripts/undo/run-operations.ts';
import { problemsOf, problemsOfAsync } from '../problems-of.ts';

describe('a connection is taken out of use', () => {
  const connection = (enabled: number, settings: ConnectionState['settings'] = {}): ConnectionState => ({
    id: 'con_1',
    name: 'didit',
    options: {},
    metadata: {},
    settings,
    enabledClients: Array.from({ length: enabled }, (_, index) => `client-${index}`),
  });

  test.each([
    [0, []],
    [50, [50]],
    [120, [50, 50, 20]],
  ])('with %i applications, in calls of %j, each application once', (enabled, sizes) => {
    const operations = disableConnection(connection(enabled));
    const bodies = operations.map(({ body }): readonly unknown[] => (Array.isArray(body) ? body : []));
    expect(bodies.map((body) => body.length)).toEqual(sizes);
    expect(bodies.flat()).toEqual(
      connection(enabled).enabledClients.map((client_id) => ({ client_id, status: false })),
    );
    for (const { closes, method, path } of operations)
      expect([closes, method, path]).toEqual([true, 'PATCH', '/connections/con_1/clients']);
  });

  test('named by the applications that lose it, or by their ids where nobody knows their names', () => {
    const names = new Map([['client-1', 'Shop']]);
    expect(disableConnection(connection(2), names).map(({ what }) => what)).toEqual([
      'connection didit: disabled for client-0, Shop',
    ]);
  });

  test('also for applications that nobody named, without losing its display name', () => {
    const domain = { is_domain_connection: true };
    const closing = { what: 'connection didit: not for the whole domain any more', closes: true };
    const call = { ...closing, method: 'PATCH', path: '/connections/con_1' };
    expect(disableConnection(connection(0, { ...domain, display_name: 'Didit' }))).toEqual([
      { ...call, body: { is_domain_connection: false, display_name: 'Didit' } },
    ]);
    expect(disableConnection(connection(0, domain))).toStrictEqual([
      { ...call, body: { is_domain_connection: false } },
    ]);
    expect(disableConnection(connection(0, { is_domain_connection: false }))).toEqual([]);
  });

  test('and back into use, which lets people sign in', () => {
    const changes = [{ client_id: 'client-1', status: true }];
    expect(changeApplications('it', '/connections/con_1', changes, new Map([['client-1', 'Shop']]))).toEqual([
      {
        ...{ what: 'it: enabled for Shop', method: 'PATCH', path: '/connections/con_1/clients' },
        body: changes,
        opens: true,
      },
    ]);
  });
});

const place = { tenant: 'tenant.example.com' };
const operation = (what: string, more: Partial<Operation> = {}): Operation => ({
  ...{ what, method: 'DELETE', path: `/${what}` },
  ...more,
});

describe('a list of operations', () => {
  const CLOSES = operation('close', { closes: true });
  const RULES = operation('rules', { opens: true });
  const API = operation('api', { method: 'PATCH', body: { a: 1 } });
  const refused = (code: 'TENANT_ANSWER' | 'RATE_LIMITED'): Problem =>
    code === 'TENANT_ANSWER'
      ? new Problem({ code, message: 'it is refused', place })
      : new Problem({ code, message: 'too many', place });

  /** What was sent, what was told, and what it ended with. */
  async function run(
    operations: readonly Operation[],
    errors: Readonly<Record<string, Error>> = {},
  ): Promise<{ sent: unknown[]; done: string[]; problems: string[] }> {
    const [sent, done]: [unknown[], string[]] = [[], []];
    const api: Pick<ManagementApi, 'domain' | 'send'> = {
      domain: place.tenant,
      send: async (method, path, body) => {
        sent.push(body === undefined ? `${method} ${path}` : [method, path, body]);
        const error = errors[path];
        if (error !== undefined) throw error;
        await Promise.resolve();
      },
    };
    const all = runOperations(api, operations, (what) => done.push(what));
    const ended = Object.keys(errors).length === 0 ? [] : await problemsOfAsync(() => all);
    if (ended.length === 0) await all;
    const ofTenant = ended.every((problem) => isDeepStrictEqual(problem.place, place));
    expect(ofTenant).toBe(true);
    return { sent, done, problems: ended.map(({ code, message }) => `${code}: ${message}`) };
  }

  test('is carried out in order, and each is told once it is done', async () => {
    expect(await run([CLOSES, RULES, API])).toEqual({
      sent: ['DELETE /close', 'DELETE /rules', ['PATCH', '/api', { a: 1 }]],
      done: ['close', 'rules', 'api'],
      problems: [],
    });
  });

  test('goes on where one is refused, and ends with all that were', async () => {
    const errors = { '/api': refused('TENANT_ANSWER'), '/rules': refused('RATE_LIMITED') };
    expect(await run([API, RULES, CLOSES], errors)).toEqual({
      sent: [['PATCH', '/api', { a: 1 }], 'DELETE /rules', 'DELETE /close'],
      done: ['close'],
      problems: [
        'TENANT_ANSWER: it is refused',
        'RATE_LIMITED: too many',
        'NOT_ALL_DONE: 2 of 3 changes were not made.',
      ],
    });
  });

  test('does not take rules away once a connection could not be closed, and does all that is none', async () => {
    const errors = { '/close': refused('TENANT_ANSWER') };
    const second = operation('second', { closes: true });
    expect(await run([CLOSES, second, RULES, API], errors)).toEqual({
      sent: ['DELETE /close', 'DELETE /second', ['PATCH', '/api', { a: 1 }]],
      done: ['second', 'api'],
      problems: [
        'TENANT_ANSWER: it is refused',
        'RULES_KEPT: rules: not done, since the connection could not be disabled: people would get in without the rules.',
        'NOT_ALL_DONE: 2 of 4 changes were not made.',
      ],
    });
  });

  test('ends at once with an error that is none of the tenant', async () => {
    const broken = new TypeError('a slip of ours');
    const api = { domain: place.tenant, send: () => Promise.reject(broken) };
    const done: string[] = [];
    await expect(runOperations(api, [API, RULES], (what) => done.push(what))).rejects.toBe(broken);
    expect(done).toEqual([]);
  });

  test('counts the changes that were not made, not what the tenant says of them', async () => {
    const errors = { '/api': new Problems([refused('TENANT_ANSWER'), refused('RATE_LIMITED')]) };
    expect((await run([API, RULES], errors)).problems.at(-1)).toBe(
      'NOT_ALL_DONE: 1 of 2 changes were not made.',
    );
  });
});

describe('permissions to remove things', () => {
  const tokenWith = (scope: unknown): string =>
    ['e30', Buffer.from(JSON.stringify({ scope })).toString('base64url'), ''].join('.');
  const operations = [
    operation('one', { path: '/client-grants/1' }),
    operation('two', { path: '/client-grants/2' }),
    operation('acme', { path: '/organizations/org_1' }),
    operation('acme: didit', { path: '/organizations/org_1/connections/con_1' }),
    operation('Action', { path: '/actions/actions/1?force=true' }),
    operation('off', { method: 'PATCH', path: '/connections/1/clients' }),
  ];
  const refusedFor = (token: string) =>
    problemsOf(() => {
      checkDestroyScopes(token, place.tenant, operations);
    });

  test('are asked for before anything is removed, all that lack, each with what it is needed for', () => {
    expect(refusedFor(tokenWith('update:connections delete:organizations'))).toMatchObject([
      {
        code: 'SCOPE_MISSING',
        place,
        message: [
          'The deploy client does not have all scopes that removing needs. Nothing was changed. Missing:',
          '    delete:client_grants  for: one; two',
          '    delete:organization_connections  for: acme: didit',
          '    delete:actions  for: Action',
        ].join('\n'),
      },
    ]);
  });

  test.each([
    [
      'has them all',
      tokenWith('delete:client_grants delete:organizations delete:organization_connections delete:actions'),
    ],
    ['cannot be looked into', 'opaque'],
  ])('are not missed where the token %s', (_what, token) => {
    expect(() => {
      checkDestroyScopes(token, place.tenant, operations);
    }).not.toThrow();
  });
});
