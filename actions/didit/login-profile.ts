import { isObject, own, parseJson } from './json.ts';
import { readRecord, writeRecord } from './record.ts';
import type { DiditRecord, SnapshotSource } from './record.ts';

/** What the Actions of one login know about the person, and how they know it. */
export interface LoginProfile {
  /** `record`: nothing newer than the last sync could be had. */
  readonly source: SnapshotSource | 'record';
  /** Whether Didit was asked for these fields in this very login. */
  readonly fresh: boolean;
  readonly record: DiditRecord;
}

/** A login profile as text for the Actions that come after. What was written into `user_metadata` is no concern of theirs. */
export const writeLoginProfile = ({ source, fresh, record }: LoginProfile): string =>
  JSON.stringify({ source, fresh, record: writeRecord({ ...record, mapped: {} }) });

/** The login profile in such a text; `undefined` for anything else. */
export function readLoginProfile(text: unknown): LoginProfile | undefined {
  const value = typeof text === 'string' ? parseJson(text) : undefined;
  if (!isObject(value)) return undefined;
  const stored = readRecord(own(value, 'record'));
  const source = own(value, 'source');
  if (stored.kind !== 'record') return undefined;
  if (source !== 'event' && source !== 'management' && source !== 'record') return undefined;
  return { source, fresh: own(value, 'fresh') === true, record: stored.record };
}
