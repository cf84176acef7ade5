import { describe, expect, test } from 'vitest';
import { deviationFor } from './deviations.ts';
import { readRecordings } from './recording.ts';
import { replay } from './replay.ts';
import type { ReplayedPair } from './replay.ts';
import { differences } from './shape.ts';

const recordings = readRecordings();
if (recordings.length === 0)
  console.warn('Skipped: no recorded Management API traffic (../shared/recordings) to replay.');

/** What nobody has explained, one line each. */
const unexplained = (results: readonly ReplayedPair[]): string[] =>
  results.flatMap(({ pair, differences: found }) =>
    found
      .filter((difference) => deviationFor(pair, difference) === undefined)
      .map((difference) => `${pair.method} ${pair.path.split('?')[0] ?? ''}: ${difference}`),
  );

const reasons = (results: readonly ReplayedPair[]): string[] => [
  ...new Set(
    results.flatMap(({ pair, differences: found }) =>
      found.flatMap((difference) => deviationFor(pair, difference)?.reason ?? []),
    ),
  ),
];

describe.skipIf(recordings.length === 0)(
  'the local tenant answers as a real tenant was recorded to answer',
  () => {
    test.each(recordings)('$name', async (recording) => {
      const results = await replay(recording);
      const agreeing = results.filter((result) => result.differences.length === 0).length;
      console.info(`${recording.name}: ${agreeing} of ${results.length} recorded pairs agree.`);
      for (const reason of reasons(results)) console.info(`  known deviation: ${reason}`);
      expect(unexplained(results)).toEqual([]);
    });
  },
);

describe('the comparison sees', () => {
  const bound = new Map([['recorded-id', 'local-id']]);
  test.each([
    ['a field that is missing', { id: 'a', name: 'x' }, { id: 'a' }, 'missing name'],
    ['a field too many', { id: 'a' }, { id: 'a', name: 'x' }, 'extra name'],
    ['another type', { total: 1 }, { total: '1' }, 'type total: number recorded, string here'],
    [
      'a list that is too short',
      { clients: [{ id: 'a' }] },
      { clients: [] },
      'length clients[]: 1 recorded, 0 here',
    ],
    ['another value', { status: 'built' }, { status: 'pending' }, 'value status'],
    [
      'a field inside the list item of the same id, wherever it stands',
      { clients: [{ id: 'a', name: 'x' }, { id: 'b' }] },
      { clients: [{ id: 'b' }, { id: 'a' }] },
      'missing clients[].name',
    ],
  ])('%s', (_, recorded, local, difference) => {
    expect(differences(recorded, local, bound)).toEqual([difference]);
  });

  test('no difference between a recorded id and the local one that stands for it', () => {
    expect(differences({ id: 'recorded-id' }, { id: 'local-id' }, bound)).toEqual([]);
  });

  test('no difference in what every tenant makes for itself', () => {
    expect(
      differences(
        { created_at: 'then', client_secret: 'a' },
        { created_at: 'now', client_secret: 'b' },
        bound,
      ),
    ).toEqual([]);
  });
});

test('a known deviation covers its own method, path and difference only', () => {
  const known = [{ method: 'GET', path: /^\/clients$/, difference: /^extra a$/, reason: 'because' }];
  expect(deviationFor({ method: 'GET', path: '/clients?page=0' }, 'extra a', known)?.reason).toBe('because');
  expect(deviationFor({ method: 'PATCH', path: '/clients' }, 'extra a', known)).toBeUndefined();
  expect(deviationFor({ method: 'GET', path: '/clients/x' }, 'extra a', known)).toBeUndefined();
  expect(deviationFor({ method: 'GET', path: '/clients' }, 'extra ab', known)).toBeUndefined();
});
