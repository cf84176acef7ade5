import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../problem.ts';
import { PROJECT_ROOT } from '../project.ts';
import { isRecord } from './json-values.ts';
import type { Snapshot } from './snapshot.ts';

/** Git-ignored: what was deployed from this machine, and how to go back. */
export const RECORDS_FOLDER = join(PROJECT_ROOT, '.deploys');

/** Older records of a tenant are removed. */
export const MAX_RECORDS = 30;

/**
 * `applying`: the deploy runs, or was killed. `done`. `put-back`: it failed, and the tenant is as before. `rolled-back`: by
 * `npm run rollback`. `secret-in-doubt`: everything is there, but nobody knows whether the last secret arrived.
 */
export type RecordStatus = 'applying' | 'done' | 'put-back' | 'rolled-back' | 'secret-in-doubt';

/** One deploy: the journal of how far it got, and the snapshot of what was before. It holds no value of a secret. */
export interface DeployRecord {
  readonly version: 1;
  /** Sorts by time. */
  readonly id: string;
  readonly domain: string;
  readonly startedAt: string;
  readonly status: RecordStatus;
  /** Names of the steps that were begun; all but the last of them are finished. */
  readonly steps: readonly string[];
  /** Connections whose `options` the last step replaces. */
  readonly optionsOf: readonly { readonly name: string; readonly readableChange: boolean }[];
  readonly snapshot: Snapshot;
}

/** The records of one tenant. */
export interface DeployRecords {
  readonly folder: string;
  /** Newest first. */
  all(): readonly DeployRecord[];
  /** Writes it whole, onto the disk, before it returns; readable by its owner only. */
  write(record: DeployRecord): void;
}

/**
 * @param tenant Names the tenant: its domain, or for a local one what it keeps across a change of its port.
 * @param root Absolute path. Default: `.deploys` in the project.
 */
export function openRecords(tenant: string, root: string = RECORDS_FOLDER): DeployRecords {
  const folder = join(root, tenant.replaceAll(/[^a-z0-9.-]/gi, '_'));
  const files = (): readonly string[] => {
    try {
      return readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .toSorted()
        .reverse();
    } catch {
      return [];
    }
  };
  return {
    folder,
    all: () => files().map((name) => readRecord(join(folder, name))),
    write: (record) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const file = join(folder, `${record.id}.json`);
      writeDurably(file, JSON.stringify(record, null, 1));
      for (const old of files().slice(MAX_RECORDS)) rmSync(join(folder, old), { force: true });
    },
  };
}

/** A name for a new record, later in the alphabet than those before it. */
export const newRecordId = (now: Date, records: DeployRecords): string => {
  const stamp = now.toISOString().replaceAll(/[:.]/g, '-');
  const last = records.all()[0]?.id ?? '';
  return stamp > last ? stamp : `${last}-1`;
};

function writeDurably(file: string, text: string): void {
  const temporary = `${file}.tmp`;
  const descriptor = openSync(temporary, 'w', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
}

function readRecord(file: string): DeployRecord {
  const unreadable = (cause?: unknown): Problem =>
    new Problem({
      code: 'DEPLOY_RECORD_UNREADABLE',
      message: 'The record of an earlier deploy cannot be read.',
      place: { file },
      remedy: 'Look whether that deploy left the tenant as you want it, then remove the file.',
      cause,
    });
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw unreadable(cause);
  }
  if (!isDeployRecord(content)) throw unreadable();
  return content;
}

/** Written by `write` only; the version tells what was written. */
const isDeployRecord = (value: unknown): value is DeployRecord =>
  isRecord(value) &&
  value['version'] === 1 &&
  typeof value['id'] === 'string' &&
  typeof value['status'] === 'string' &&
  Array.isArray(value['steps']) &&
  Array.isArray(value['optionsOf']) &&
  isRecord(value['snapshot']);
