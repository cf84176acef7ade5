import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeployRecord } from '../../scripts/records/deploy-record.ts';
import { openRecords } from '../../scripts/records/deploy-records.ts';
import type { Snapshot } from '../../scripts/records/snapshot.ts';
import type { ActionContent, ActionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import { renumberVersions } from '../../scripts/undo/renumber-versions.ts';

const [MONDAY, FRIDAY] = ['2026-11-02T10:00:00.000Z', '2026-11-06T10:00:00.000Z'];

const content = (code: string, date: string): ActionContent => ({
  ...{ code, runtime: 'node22', dependencies: [] },
  secrets: [{ name: 'KEY', updated_at: date }],
});
const action = (
  name: string,
  versionId: string | undefined,
  date: string,
  draft = content('old', date),
): ActionState => ({
  ...{ id: `id-${name}`, name, supportedTriggers: [], status: 'built', draft },
  deployed: versionId === undefined ? undefined : { ...content('old', date), versionId },
});

const snapshotOf = (...actions: readonly (ActionState | string)[]): Snapshot => ({
  ...{ resourceServers: [], clients: [], clientGrants: [], connections: [], ownActions: [] },
  actions: actions.map((one) => (typeof one === 'string' ? { name: one } : { name: one.name, before: one })),
});

const stateWith = (...actions: readonly ActionState[]): TenantState => ({
  ...{ clients: [], connections: [], bindings: [], resourceServers: [], clientGrants: [] },
  actions,
});

describe('a version that runs again under another id', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'records-'));
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  let tenants = 0;
  /** What the records say afterwards, and which of them were written. */
  function told(
    before: readonly (readonly [snapshot: Snapshot, after?: Snapshot])[],
    putBack: Snapshot,
    now: readonly ActionState[],
    redeployed: readonly string[] = ['v1'],
  ): { readonly records: readonly (readonly Snapshot[])[]; readonly written: readonly string[] } {
    const records = openRecords(`tenant-${(tenants += 1)}`, root);
    before.forEach(([snapshot, after], index) => {
      records.write({
        ...{ version: 1, id: `${9 - index}`, domain: 'tenant', startedAt: MONDAY, status: 'done' },
        ...{ steps: [], optionsOf: [], snapshot },
        ...(after === undefined ? {} : { after }),
      });
    });
    const written: string[] = [];
    const watched = {
      ...records,
      write: (record: DeployRecord) => {
        written.push(record.id);
        records.write(record);
      },
    };
    renumberVersions(watched, putBack, { redeployed: new Set(redeployed), state: stateWith(...now) });
    const said = records
      .all()
      .map(({ snapshot, after }) => (after === undefined ? [snapshot] : [snapshot, after]));
    return { records: said, written };
  }

  const was = action('ours', 'v1', MONDAY);
  const is = action('ours', 'v3', FRIDAY);

  test('is known by that in every record, with the dates that its secrets have now', () => {
    const other = action('theirs', 'v1 of theirs', MONDAY);
    expect(
      told(
        [
          [snapshotOf(was, other), snapshotOf(action('ours', 'v2', MONDAY), other)],
          [snapshotOf('ours'), snapshotOf(was)],
          [snapshotOf(other), snapshotOf(other)],
        ],
        snapshotOf(was),
        [other, is],
      ),
    ).toEqual({
      records: [
        [snapshotOf(is, other), snapshotOf(action('ours', 'v2', MONDAY), other)],
        [snapshotOf('ours'), snapshotOf(is)],
        [snapshotOf(other), snapshotOf(other)],
      ],
      written: ['9', '8'],
    });
  });

  test('says nothing about values that were only ever in the draft: these keep their dates', () => {
    const draft = { ...content('draft', MONDAY), secrets: [{ name: 'NEW', updated_at: MONDAY }] };
    expect(told([[snapshotOf({ ...was, draft })]], snapshotOf({ ...was, draft }), [is]).records).toEqual([
      [snapshotOf({ ...is, draft })],
    ]);
  });

  test.each<[string, ActionState | string, readonly ActionState[], readonly string[]]>([
    ['was not made to run again', was, [is], []],
    ['is of an Action that is gone', was, [], ['v1']],
    ['is of an Action that runs nothing now', was, [action('ours', undefined, FRIDAY)], ['v1']],
    ['was not there', 'ours', [is], ['v1']],
    ['never ran', action('ours', undefined, MONDAY), [is], ['v1']],
  ])('changes no record where it %s', (_why, before, now, redeployed) => {
    expect(told([[snapshotOf(was)]], snapshotOf(before), now, redeployed)).toEqual({
      records: [[snapshotOf(was)]],
      written: [],
    });
  });
});
