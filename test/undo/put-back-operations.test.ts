import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordOf } from '../../scripts/base/json-values.ts';
import type { Snapshot } from '../../scripts/records/snapshot.ts';
import type { TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import type { Operation } from '../../scripts/undo/operation.ts';
import { redeployedVersion } from '../../scripts/undo/put-back-action.ts';
import { operationsFor } from '../../scripts/undo/put-back.ts';
import { putBackOperations } from '../../scripts/undo/put-back-operations.ts';
import { GRANT, after, anyWorld, snapshotOf, tenantOf } from './obedient-tenant.ts';

/** What people see of a tenant: what is empty is as if it were not there, and lists of names have no order. */
function seen(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(seen);
    return items.every((item) => typeof item === 'string') ? items.toSorted() : items;
  }
  if (typeof value !== 'object' || value === null) return value === false || value === '' ? undefined : value;
  const kept = Object.entries(value)
    .filter(([name]) => !['updated_at', 'versionId'].includes(name))
    .map(([name, child]) => [name, seen(child)] as const)
    .filter(([, child]) => child != null && !(Array.isArray(child) && child.length === 0));
  return kept.length === 0 ? undefined : Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const byName = ({ organizations = [], ...state }: TenantState): unknown =>
  seen({
    ...state,
    organizations: organizations.map(({ connections, ...one }) => ({
      ...one,
      connections: Object.fromEntries(connections.map((member) => [member.name, { ...member, is: true }])),
    })),
  });

const operationsOf = (
  snapshot: Snapshot,
  state: TenantState,
  redeployed: ReadonlySet<string> = new Set(),
): ReturnType<typeof putBackOperations> =>
  putBackOperations(snapshot, state, { connectionSecret: () => 'known', redeployed });

function putBack(snapshot: Snapshot, was: TenantState, now: TenantState): TenantState {
  const versions = new Map(
    was.actions.flatMap(({ deployed }) => (deployed === undefined ? [] : [[deployed.versionId, deployed]])),
  );
  const { operations } = operationsOf(snapshot, now);
  const back = operations.reduce((state, operation) => after(state, operation, versions), now);
  const again = operations.map(redeployedVersion).filter((version) => version !== undefined);
  expect(operationsOf(snapshot, back, new Set(again))).toEqual({
    operations: [],
    impossible: [],
    lacking: [],
  });
  return back;
}

describe('whatever a deploy has changed', () => {
  test('is as it was after all calls, of what it changed, and no call is left', () => {
    fc.assert(
      fc.property(anyWorld, anyWorld, fc.constantFrom('v1', 'v2'), (before, left, version) => {
        const was = tenantOf(before, 'v1');
        // The same version has the same content.
        const now = tenantOf(version === 'v1' ? { ...left, deployed: before.deployed } : left, version);
        expect(byName(putBack(snapshotOf(was, false), was, now))).toEqual(byName(was));
      }),
    );
  });

  test('is asked for by its id alone: none leads to anything else', () => {
    const IDS: readonly string[] = ['id', 'client_id', 'versionId', 'connection_id'];
    const withIds = <T>(value: T, id: (was: string) => string): T =>
      JSON.parse(
        JSON.stringify(value, (key, one: unknown) =>
          IDS.includes(key) && typeof one === 'string' ? id(one) : one,
        ),
      ) as T;
    const leading = fc.constantFrom(
      '/../../x',
      '/../../../clients/other/rotate-secret?',
      '?a=b',
      '#c',
      '\\..\\d',
      '%2F..%2Fe',
      '/f',
      '\ud800',
    );
    fc.assert(
      fc.property(anyWorld, anyWorld, leading, fc.boolean(), (before, left, end, isMade) => {
        const [was, now] = [tenantOf(before, 'v1'), tenantOf(left, 'v2')].map((state) =>
          withIds(state, (id) => id + end),
        );
        if (was === undefined || now === undefined) throw new Error('There are two.');
        const paths = operationsOf(snapshotOf(isMade ? now : was, isMade), now).operations.map(
          ({ path }) => path,
        );
        for (const path of paths) {
          const { pathname, search, hash } = new URL(`https://tenant.example.com${path}`);
          expect(hash).toBe('');
          expect(['', '?force=true']).toContain(search);
          expect(pathname).toMatch(
            /^(?:\/(?:actions\/)?[a-z-]+\/[^/]+(?:\/clients|\/enabled_connections|\/connections\/[^/]+|\/connections)?|\/actions\/actions\/[^/]+\/(?:versions\/[^/]+\/)?deploy|\/actions\/triggers\/post-login\/bindings)$/,
          );
        }
      }),
    );
  });

  test('is gone, where the deploy has made it, and what others have stays', () => {
    fc.assert(
      fc.property(anyWorld, (left) => {
        const now = tenantOf(left, 'v1');
        const snapshot = snapshotOf(now, true);
        const theirs = {
          clients: now.clients.slice(0, 1),
          resourceServers: now.resourceServers.slice(0, 1),
          clientGrants: now.clientGrants.filter(({ id }) => id !== GRANT.id),
          organizations: now.organizations?.slice(0, 1) ?? [],
          connections: now.connections.slice(0, 1),
          actions: now.actions.slice(0, 1),
          bindings: [{ action_name: 'theirs' }],
        };
        expect(byName(putBack(snapshot, now, now))).toEqual(byName(theirs));
      }),
    );
  });

  test('is told by its ids from what somebody else has made of the same names, which stays with its place', () => {
    const MADE = ['id-app', 'id-api', 'grant-1', 'org_2', 'con_2', 'id-ours'] as const;
    /** Ours went, and theirs came; or theirs came beside ours, where a tenant takes a second one of the name. */
    const theirs =
      <T extends object>(key: keyof T, gone: readonly string[], isBeside = false) =>
      (one: T): readonly T[] =>
        gone.includes(String(one[key]))
          ? [...(isBeside ? [one] : []), { ...one, [key]: `their ${String(one[key])}` }]
          : [one];
    fc.assert(
      fc.property(
        anyWorld,
        fc.subarray([...MADE]),
        fc.boolean(),
        fc.boolean(),
        (left, gone, isBeside, isRenamed) => {
          const done = tenantOf(left, 'v1');
          const here: TenantState = {
            clients: done.clients.flatMap(theirs('client_id', gone, isBeside)),
            resourceServers: done.resourceServers.flatMap(theirs('id', gone)),
            // Those of an application go with it.
            clientGrants: done.clientGrants
              .flatMap(theirs('id', gone, isBeside))
              .filter(({ client_id: id }) => isBeside || !gone.some((one) => one === id)),
            organizations: done.organizations?.flatMap(theirs('id', gone)) ?? [],
            connections: done.connections.flatMap(theirs('id', gone)),
            actions: done.actions.flatMap(theirs('id', gone)),
            bindings: done.bindings,
          };
          // What is still ours, somebody may have given another name.
          const now: TenantState = isRenamed
            ? {
                ...here,
                clients: here.clients.map((one) =>
                  one.client_id === 'id-app' ? { ...one, name: 'Their name' } : one,
                ),
              }
            : here;
          const [snapshot, after] = [snapshotOf(done, true), snapshotOf(done, false)];
          const help = { connectionSecret: () => 'known', redeployed: new Set<string>() };
          const { operations } = operationsFor({ snapshot, after }, now, help);
          const removed = operations.flatMap(({ method, path }) => (method === 'DELETE' ? [path] : []));
          const isBoth = (id: string): boolean => isBeside && (id === 'id-app' || id === 'grant-1');
          const stays = (id: string): boolean =>
            gone.some((one) => !isBoth(one) && (one === id || (one === 'id-app' && id === 'grant-1')));
          expect(
            removed.map((path) => path.split(/[/?]/).find((part) => MADE.some((id) => id === part))),
          ).toEqual(['con_2', 'org_2', 'id-ours', 'grant-1', 'id-app', 'id-api'].filter((id) => !stays(id)));
          expect(operations.filter(({ path }) => path.includes('their '))).toEqual([]);
          const isUnbound = operations.some(({ path }) => path.endsWith('/bindings'));
          expect(isUnbound).toBe(left.bound.join().includes('ours') && !stays('id-ours'));
        },
      ),
    );
  });

  test('goes in an order in which nobody gets in without rules', () => {
    const ORDER = [/connections\/con_2/, /organizations/, /bindings/, /actions\/actions/, /grants/];
    const rank = ({ path, opens }: Operation): number => {
      if (/^\/connections.*clients$/.test(path) && opens === true) return 9;
      const place = ORDER.findIndex((pattern) => pattern.test(path));
      return place === -1 ? (path.startsWith('/clients') ? 5 : 6) : place;
    };
    fc.assert(
      fc.property(anyWorld, anyWorld, fc.boolean(), (before, left, made) => {
        const now = tenantOf(left, 'v2');
        const { operations } = operationsOf(snapshotOf(made ? now : tenantOf(before, 'v1'), made), now);
        expect(operations.map(rank)).toEqual(operations.map(rank).toSorted());
        for (const { path, method, opens, closes, body } of operations) {
          const isOfLogins = /^\/(actions\/actions|client-grants|clients)/.test(path);
          if (method === 'DELETE' && isOfLogins) expect(opens).toBe(true);
          if (path.startsWith('/organizations') && !made) expect(opens).toBe(true);
          if (!path.endsWith('/clients')) continue;
          const statuses = new Set((Array.isArray(body) ? body : []).map((one) => recordOf(one)['status']));
          expect([...statuses]).toEqual([opens === true]);
          expect(closes).toBe(opens === true ? undefined : true);
        }
      }),
    );
  });

  const neverSo = (): never => {
    throw new Error('There is no world.');
  };

  test('cannot come back, where somebody has removed it', () => {
    const now = tenantOf(fc.sample(anyWorld, { numRuns: 1, seed: 1 })[0] ?? neverSo(), 'v1');
    const nowhere: TenantState = {
      ...{ clients: [], connections: [], actions: [], bindings: [], resourceServers: [] },
      clientGrants: [],
    };
    expect(operationsOf({ ...snapshotOf(now, false), bindings: [] }, nowhere)).toEqual({
      operations: [],
      impossible: [
        'connection didit was removed by somebody else',
        'organization acme was removed by somebody else',
        'Action ours was removed by somebody else',
        `grant App → ${GRANT.audience} was removed by somebody else`,
        'application App was removed by somebody else',
        `API ${GRANT.audience} was removed by somebody else`,
      ],
      lacking: [],
    });
  });
});
