import { expect, test } from 'vitest';
import type { Snapshot } from '../../../scripts/records/snapshot.ts';
import { leavesNothing, removedByRollback } from '../../../scripts/undo/rollback/leaves-nothing.ts';

const EMPTY: Snapshot = {
  ...{ resourceServers: [], clients: [], clientGrants: [], actions: [], connections: [] },
  ownActions: [],
};
const settings = { client_id: 'id', settings: {} };

test('going back to before the first deploy leaves nothing', () => {
  const first: Snapshot = { ...EMPTY, clients: [{ name: 'Shop' }], connections: [{ name: 'didit' }] };
  expect(leavesNothing(first)).toBe(true);
  expect(removedByRollback(first)).toEqual({ connections: ['didit'], organizations: [] });
});

test('a way to sign in that goes counts as nothing, whatever else stays', () => {
  const second: Snapshot = {
    ...EMPTY,
    clients: [{ name: 'Shop', before: settings }],
    connections: [{ name: 'another' }],
  };
  expect(leavesNothing(second)).toBe(true);
  expect(removedByRollback({ ...second, organizations: [{ name: 'acme' }] }).organizations).toEqual(['acme']);
});

test('a thing that was there before and stays is something', () => {
  const later: Snapshot = { ...EMPTY, clients: [{ name: 'Shop', before: settings }, { name: 'New' }] };
  expect(leavesNothing(later)).toBe(false);
  expect(removedByRollback(later)).toEqual({ connections: [], organizations: [] });
});
