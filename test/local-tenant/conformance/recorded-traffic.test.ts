import { describe, expect, test } from 'vitest';
import { deviationFor } from './deviations.ts';
import { readRecordings, stepsOf } from './recording.ts';
import type { Source } from './recording.ts';
import { replay } from './replay.ts';
import type { ReplayedPair } from './replay.ts';
import { differences } from './shape.ts';

/** What nobody has explained, one line each. */
const unexplained = (results: readonly ReplayedPair[]): string[] =>
  results.flatMap(({ pair, differences: found }) =>
    found
      .filter((difference) => deviationFor(pair, difference) === undefined)
      .map((difference) => `${pair.method} ${pair.path.split('?')[0] ?? ''}: ${difference}`),
  );

/** Whether a pair agrees, or differs only by what the service does not answer any more. */
const agreesToday = ({ pair, differences: found }: ReplayedPair): boolean =>
  found.every((difference) => deviationFor(pair, difference)?.history === true);

const kindOf = ({ pair }: ReplayedPair): string => stepsOf(pair.path)[0] ?? '';

async function replayAll(source: Source): Promise<ReplayedPair[]> {
  const results: ReplayedPair[] = [];
  for (const recording of readRecordings(source)) results.push(...(await replay(recording)));
  return results;
}

describe('the local tenant answers as a real tenant was recorded to answer', () => {
  test('to auth0-deploy-cli, in every pair', async () => {
    const results = await replayAll('auth0-deploy-cli');
    expect(results.length).toBe(148);
    expect(results.flatMap((result) => result.differences)).toEqual([]);
  });

  test('to the Go SDK about how people prove who they are, who is blocked and links for them, in every pair', async () => {
    const results = await replayAll('go-auth0-people');
    expect(results.length).toBe(34);
    expect(results.flatMap((result) => result.differences)).toEqual([]);
  });

  test('to the Go SDK, in nine of ten pairs of each kind; what differs has a reason', async () => {
    const results = await replayAll('go-auth0');
    expect(results.length).toBe(974);
    expect(unexplained(results)).toEqual([]);
    for (const kind of new Set(results.map(kindOf))) {
      const own = results.filter((result) => kindOf(result) === kind);
      const exact = own.filter((result) => result.differences.length === 0).length;
      const today = own.filter(agreesToday).length;
      console.info(
        `${kind}: of ${own.length} pairs ${exact} agree, ${today} without those that are history.`,
      );
      expect(today / own.length, kind).toBeGreaterThanOrEqual(0.9);
    }
  }, 60_000);
});

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
      'an application that a connection is not enabled for',
      { enabled_clients: ['a', 'b'] },
      { enabled_clients: ['b', 'c'] },
      'value enabled_clients',
    ],
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
