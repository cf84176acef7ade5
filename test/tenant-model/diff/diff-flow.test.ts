import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffFlow } from '../../../scripts/tenant-model/diff/diff-flow.ts';

const bound = (names: readonly string[]) => names.map((action) => ({ action, displayName: action }));
const changes = (before: string, after: string): readonly string[] =>
  diffFlow(bound(Array.from(before)), bound(Array.from(after)), (name) => name !== 'F').map(
    ({ action, change, ours }) => `${action} ${change}${ours ? '' : ' foreign'}`,
  );

describe('a change of the login flow', () => {
  test('is none where nothing changes, and tells which Actions are of other teams', () => {
    expect(changes('AFB', 'AFB')).toEqual(['A none', 'F none foreign', 'B none']);
  });

  test('names what comes and what goes, each near its place', () => {
    expect(changes('AB', 'XA')).toEqual(['X added', 'B removed', 'A none']);
    expect(changes('AB', 'AFB')).toEqual(['A none', 'F added foreign', 'B none']);
  });

  test('names as few as possible as moved', () => {
    expect(changes('ABCD', 'DABC')).toEqual(['D moved', 'A none', 'B none', 'C none']);
  });

  test("never moves another team's Action, whose place a deploy keeps", () => {
    const foreign = (name: string): boolean => !/[FG]/.test(name);
    const moved = (before: string, after: string): readonly string[] =>
      diffFlow(bound(Array.from(before)), bound(Array.from(after)), foreign)
        .filter(({ change }) => change === 'moved')
        .map(({ action }) => action);
    expect(moved('FCGA', 'FAGC')).toEqual(['A', 'C']);
    expect(moved('ABFCD', 'CDFAB')).toEqual(['C', 'D', 'A', 'B']);
  });

  test('names none as moved from a place to the same one, where another one may as well have moved', () => {
    expect(changes('ABC', 'CBA')).toEqual(['C moved', 'B none', 'A moved']);
  });

  test('of a name in the dashboard is told apart from a move', () => {
    const [entry] = diffFlow(
      [{ action: 'A', displayName: 'A' }],
      [{ action: 'A', displayName: 'First' }],
      () => true,
    );
    expect(entry).toMatchObject({
      change: 'renamed',
      before: 1,
      after: 1,
      formerName: 'A',
      displayName: 'First',
    });
  });

  test('is none where another team has bound its Action twice, under two names', () => {
    const flow = [
      { action: 'F', displayName: 'F' },
      { action: 'A', displayName: 'A' },
      { action: 'F', displayName: 'F again' },
    ];
    expect(diffFlow(flow, flow, (name) => name === 'A').map(({ change }) => change)).toEqual([
      'none',
      'none',
      'none',
    ]);
  });

  test('names the second binding of an Action that goes', () => {
    expect(changes('ABA', 'AB')).toEqual(['A none', 'B none', 'A removed']);
  });

  test('holds every Action exactly once, and what did not move is in the same order on both sides', () => {
    const flow = fc.shuffledSubarray(['A', 'B', 'C', 'D', 'E', 'F']);
    fc.assert(
      fc.property(flow, flow, (before, after) => {
        const entries = diffFlow(bound(before), bound(after), () => true);
        expect(entries.map(({ action }) => action).sort()).toEqual(
          [...new Set([...before, ...after])].sort(),
        );
        const kept = entries.filter(({ change }) => change === 'none').map(({ action }) => action);
        expect(before.filter((name) => kept.includes(name))).toEqual(kept);
        expect(after.filter((name) => kept.includes(name))).toEqual(kept);
        for (const { change, before: from, after: to } of entries) {
          expect(change === 'added').toBe(from === null);
          expect(change === 'removed').toBe(to === null);
        }
      }),
    );
  });
});
