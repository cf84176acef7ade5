import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockTenant } from '../../scripts/apply/deploy-lock.ts';
import { MAX_RECORDS, newRecordId, openRecords } from '../../scripts/apply/deploy-records.ts';
import type { DeployRecord, RecordStatus } from '../../scripts/apply/deploy-records.ts';
import { originsOf } from '../../scripts/apply/destroy.ts';
import type { Snapshot } from '../../scripts/apply/snapshot.ts';
import { problemsOf } from '../problems-of.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'records-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const record = (
  id: string,
  status: RecordStatus = 'done',
  snapshot: Partial<Snapshot> = {},
): DeployRecord => ({
  version: 1,
  id,
  domain: 'tenant.example.com',
  startedAt: '2026-11-02T10:00:00.000Z',
  status,
  steps: [],
  optionsOf: [],
  snapshot: {
    resourceServers: [],
    clients: [],
    clientGrants: [],
    actions: [],
    connections: [],
    ownActions: [],
    ...snapshot,
  },
});

describe('records of deploys', () => {
  test('come newest first, are for their owner only, and the oldest go', () => {
    const records = openRecords('localhost:8443', root);
    for (let number = 10; number < 10 + MAX_RECORDS + 5; number += 1) records.write(record(`r${number}`));
    expect(records.all()).toHaveLength(MAX_RECORDS);
    expect(records.all()[0]?.id).toBe(`r${10 + MAX_RECORDS + 4}`);
    const [file = ''] = readdirSync(records.folder);
    if (process.platform !== 'win32') expect(statSync(join(records.folder, file)).mode & 0o077).toBe(0);
  });

  test('of one tenant are not those of another', () => {
    openRecords('one.example.com', root).write(record('r1'));
    expect(openRecords('two.example.com', root).all()).toEqual([]);
  });

  test('are in order even when the clock goes back', () => {
    const records = openRecords('tenant', root);
    records.write(record(newRecordId(new Date('2026-11-02T10:00:00Z'), records)));
    const next = newRecordId(new Date('2026-11-01T10:00:00Z'), records);
    expect(next > (records.all()[0]?.id ?? '')).toBe(true);
  });

  test('that somebody broke are named, not skipped: they may be of a deploy that did not end', () => {
    const records = openRecords('tenant', root);
    records.write(record('r1'));
    writeFileSync(join(records.folder, 'r1.json'), '{');
    expect(problemsOf(() => records.all()).map(({ code }) => code)).toEqual(['DEPLOY_RECORD_UNREADABLE']);
  });
});

describe('the lock of a tenant', () => {
  test('keeps a second command out until it is let go of', () => {
    const unlock = lockTenant(root);
    expect(problemsOf(() => lockTenant(root)).map(({ code }) => code)).toEqual(['DEPLOY_IN_PROGRESS']);
    unlock();
    lockTenant(root)();
  });

  test('of a process that is no more counts for nothing', () => {
    writeFileSync(join(root, 'lock'), '999999999');
    lockTenant(root)();
  });
});

describe('what destroy takes for ours', () => {
  const client = (existed: boolean) => ({
    clients: [{ name: 'App', ...(existed ? { before: { client_id: 'id', settings: {} } } : {}) }],
  });

  test.each([
    [
      'made and changed later',
      [record('2', 'done', client(true)), record('1', 'done', client(false))],
      'made',
    ],
    ['found and changed', [record('1', 'done', client(true))], 'found'],
    ['found by a deploy that was rolled back', [record('1', 'rolled-back', client(true))], 'found'],
    ['made by a deploy that was put back', [record('1', 'put-back', client(false))], undefined],
    [
      'destroyed and made again',
      [
        record('3', 'done', client(false)),
        record('2', 'rolled-back', client(true)),
        record('1', 'rolled-back', client(false)),
      ],
      'made',
    ],
  ])('an application that was %s', (_case, records, expected) => {
    expect(originsOf(records).get('application App')).toBe(expected);
  });
});
