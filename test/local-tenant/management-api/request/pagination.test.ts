import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  checkpointPage,
  inListOrder,
  offsetPage,
} from '../../../../scripts/local-tenant/management-api/request/pagination.ts';
import { apiUnderTest } from '../api-under-test.ts';
import type { ApiUnderTest } from '../api-under-test.ts';
import { asObjects, asText } from '../json.ts';

const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 30 });
const size = fc.integer({ min: 1, max: 7 });

test('pages by number, put together, are the whole list', () => {
  fc.assert(
    fc.property(keys, size, (items, per_page) => {
      const pages = Array.from(
        { length: Math.ceil(items.length / per_page) + 1 },
        (_, page) => offsetPage(items, { page, per_page }).items,
      );
      expect(pages.flat()).toEqual(items);
    }),
  );
});

function allPages(items: () => readonly string[], take: number, between: (page: number) => void): string[] {
  const seen: string[] = [];
  let from: string | undefined;
  for (let page = 0; page < 100; page += 1) {
    const answer = checkpointPage(items(), (item) => item, { take, ...(from === undefined ? {} : { from }) });
    expect(answer.items.length).toBeLessThanOrEqual(take);
    seen.push(...answer.items);
    if (answer.next === undefined) return seen;
    from = answer.next;
    between(page);
  }
  throw new Error('the pages do not end');
}

test('pages by checkpoint, put together, are the whole list in list order', () => {
  fc.assert(
    fc.property(keys, size, (items, take) => {
      const seen = allPages(
        () => items,
        take,
        () => undefined,
      );
      expect(seen).toEqual(items.toSorted(inListOrder));
    }),
  );
});

test('what is added or deleted between two checkpoint pages neither repeats nor hides the others', () => {
  fc.assert(
    fc.property(
      keys,
      size,
      fc.array(fc.string({ minLength: 1, maxLength: 6 })),
      fc.array(fc.nat()),
      (start, take, added, deleted) => {
        let items: readonly string[] = start;
        const gone = new Set<string>();
        const seen = allPages(
          () => items,
          take,
          (page) => {
            const victim = items[deleted[page] ?? -1];
            if (victim !== undefined) {
              gone.add(victim);
              items = items.filter((item) => item !== victim);
            }
            const extra = added[page];
            if (extra !== undefined && !items.includes(extra)) items = [...items, extra];
          },
        );
        expect(new Set(seen).size).toBe(seen.length);
        for (const item of start) if (!gone.has(item)) expect(seen).toContain(item);
      },
    ),
  );
});

test('lists are in the order that real ones were recorded in', () => {
  expect(['read_osnly', 'Reader', 'read_only', 'Admin'].toSorted(inListOrder)).toEqual([
    'Admin',
    'Reader',
    'read_only',
    'read_osnly',
  ]);
});

describe('over the API', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await apiUnderTest();
    for (let number = 1; number <= 5; number += 1) {
      await api.send('POST', '/clients', { name: `Application ${number}` });
      await api.send('POST', '/connections', { name: `connection-${number}`, strategy: 'oauth2' });
    }
  });
  afterAll(() => {
    api.close();
  });

  test('a page with totals counts the whole list', async () => {
    const { json } = await api.send('GET', '/clients?page=1&per_page=2&include_totals=true');
    expect(json).toMatchObject({ total: 5, start: 2, limit: 2 });
    expect(asObjects(json['clients']).map((client) => client['name'])).toEqual([
      'Application 3',
      'Application 4',
    ]);
  });

  test('a page without totals is a plain list', async () => {
    const { list } = await api.send('GET', '/clients?page=2&per_page=2');
    expect(list.map((client) => client['name'])).toEqual(['Application 5']);
  });

  test('checkpoints lead through all connections, and the last page has no `next`', async () => {
    const names: string[] = [];
    let from = '';
    for (let page = 0; page < 3; page += 1) {
      const { json } = await api.send('GET', `/connections?take=2${from}`);
      names.push(...asObjects(json['connections']).map((connection) => asText(connection['name'])));
      expect('next' in json).toBe(page < 2);
      from = `&from=${asText(json['next'])}`;
    }
    expect(names).toEqual([1, 2, 3, 4, 5].map((number) => `connection-${number}`));
  });

  test('a checkpoint that nobody gave out is refused', async () => {
    const { status, json } = await api.send('GET', '/connections?take=2&from=%C3%A4');
    expect([status, json['errorCode']]).toEqual([400, 'invalid_query_string']);
  });
});
