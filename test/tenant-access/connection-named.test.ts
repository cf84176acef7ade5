import { describe, expect, test } from 'vitest';
import { connectionNamed, enabledClientsOf } from '../../scripts/tenant-access/connection-named.ts';

const answering = (...names: readonly string[]) => ({
  list: () => Promise.resolve(names.map((name) => ({ id: `con_${name}`, name, strategy: 'oauth2' }))),
});

describe('the connection of a name', () => {
  test.each([[['didit']], [['didit-staging', 'didit']], [['didit', 'didit-staging']]])(
    'is the one that has it, wherever it stands in the answer: %j',
    async (names) => {
      expect(await connectionNamed(answering(...names), 'didit')).toMatchObject({ id: 'con_didit' });
    },
  );

  test.each([[[]], [['didit-staging']], [['Didit', 'didit ']]])(
    'is none where the tenant answers with others: %j',
    async (names) => {
      expect(await connectionNamed(answering(...names), 'didit')).toBeUndefined();
    },
  );
});

describe('the applications of a connection', () => {
  const PAGE = 50;
  /** Lists in pages, as the service does: the next one begins where `next` says. */
  const listing = (ids: readonly string[]) => ({
    domain: 'tenant.example.com',
    get: (path: string) => {
      const start = Number(new URL(path, 'https://tenant.example.com').searchParams.get('from') ?? 0);
      const clients = ids.slice(start, start + PAGE).map((id) => ({ client_id: id }));
      const next = start + PAGE < ids.length ? { next: String(start + PAGE) } : {};
      return Promise.resolve({ clients, ...next });
    },
  });

  test.each([0, 1, PAGE, PAGE + 1, 3 * PAGE])('are all of them, of %i', async (count) => {
    const ids = Array.from({ length: count }, (_, index) => `client-${index}`);
    expect(await enabledClientsOf(listing(ids), 'con_1')).toEqual(ids);
  });

  test('are not known where it has been removed since it was listed', async () => {
    const gone = { domain: 'tenant.example.com', get: () => Promise.resolve(undefined) };
    expect(await enabledClientsOf(gone, 'con_1')).toBeUndefined();
  });
});
