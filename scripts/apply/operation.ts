import { isDeepStrictEqual } from 'node:util';
import type { JsonRecord } from './json-values.ts';
import { isEmpty } from './same-meaning.ts';

/** One call that brings the tenant nearer to a snapshot. */
export interface Operation {
  /** In words, for people. Never a value. */
  readonly what: string;
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}

export interface PutBack {
  /** In the order in which they have to be done; none when the tenant is as the snapshot says. */
  readonly operations: readonly Operation[];
  /** What stays different because it needs a value that cannot be read, in words. */
  readonly impossible: readonly string[];
}

export interface PutBackHelp {
  /** The current secret of a connection, where somebody knows it. */
  readonly connectionSecret: (connectionName: string, clientId: unknown) => string | undefined;
  /** Versions that this put-back has made run again already: that their secrets are dated anew is no difference. */
  readonly redeployed: ReadonlySet<string>;
}

export const NOTHING: PutBack = { operations: [], impossible: [] };

export const doing = (...operations: readonly Operation[]): PutBack => ({ operations, impossible: [] });

/** What somebody else removed meanwhile cannot come back as the same thing. */
export const goneMeanwhile = (what: string): PutBack => ({
  operations: [],
  impossible: [`${what} was removed by somebody else`],
});

export const remove = (what: string, path: string): Operation => ({
  what: `${what} removed`,
  method: 'DELETE',
  path,
});

/** A change of these fields; nothing where there are none. */
export const patchUnlessEmpty = (what: string, path: string, body: JsonRecord): PutBack =>
  Object.keys(body).length === 0
    ? NOTHING
    : doing({ what: `${what}: ${Object.keys(body).join(', ')} as before`, method: 'PATCH', path, body });

/** The fields to send so that `now` becomes `before`. What was not there becomes empty, which the service takes for the same. */
export function changedBack(before: JsonRecord, now: JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(before)
      .map(([name, value]): [string, unknown] => [name, isEmpty(value) ? emptyLike(now[name]) : value])
      .filter(([name, value]) => !isDeepStrictEqual(value, now[name])),
  );
}

/** The empty value of the same type: not every field may be set to `null`. */
function emptyLike(value: unknown): unknown {
  if (isEmpty(value) || value === false) return value;
  if (typeof value === 'string') return '';
  if (typeof value === 'boolean') return false;
  return Array.isArray(value) ? [] : null;
}

/** Metadata to send: keys that came since go with `null`. `undefined` when it is as before. */
export function metadataBefore(before: JsonRecord, now: JsonRecord): JsonRecord | undefined {
  if (isDeepStrictEqual(before, now)) return undefined;
  const added = Object.keys(now).filter((name) => !(name in before));
  return { ...before, ...Object.fromEntries(added.map((name) => [name, null])) };
}
