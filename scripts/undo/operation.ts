import { isDeepStrictEqual } from 'node:util';
import type { JsonRecord } from '../base/json-values.ts';
import { isOwnMetadata } from '../tenant-model/metadata.ts';
import { isEmpty } from '../tenant-model/same-meaning.ts';
import { unsetValue } from '../auth0/unset-fields.ts';
import type { ResourceKind } from '../auth0/unset-fields.ts';
import type { ResourceKind as ThingKind } from '../tenant-model/tenant-model.ts';

/** One call that brings the tenant nearer to a snapshot. */
export interface Operation {
  /** In words, for people. Never a value. */
  readonly what: string;
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** What changes, more exactly, in words: one line each. Values of rules and names only, never one that may be a secret. */
  readonly details?: readonly string[];
  /** Keeps somebody from signing in. While one of these fails, nothing that `opens` is done. */
  readonly closes?: true;
  /** Takes rules away from logins, or what the rules need, or lets somebody sign in. */
  readonly opens?: true;
  /** The same in several calls, for a tenant that refuses the whole because of one field. */
  readonly apart?: readonly Operation[];
}

/** Why something was not even tried. */
export const STILL_OPEN =
  'not done, since the connection could not be disabled: people would get in without the rules';

export interface PutBack {
  /** In the order in which they have to be done; none when the tenant is as the snapshot says. */
  readonly operations: readonly Operation[];
  /** What stays different whatever anybody does, in words. */
  readonly impossible: readonly string[];
  /** What stays different until somebody says a value that cannot be read, in words. Default nothing. */
  readonly lacking?: readonly string[];
}

export interface PutBackHelp {
  /** The current secret of a connection, where somebody knows it. */
  readonly connectionSecret: (connectionName: string, clientId: unknown) => string | undefined;
  /** Versions that this put-back has made run again already: that their secrets have a new date is not a difference. */
  readonly redeployed: ReadonlySet<string>;
  /** Ids of what the deploy has made, by `madeKey`, where they are known. Without them, names tell what is to go. */
  readonly made?: ReadonlyMap<string, readonly string[]>;
}

/** @param name As in a snapshot. */
export const madeKey = (kind: ThingKind, name: string): string => `${kind} ${name}`;

/**
 * Whether something on the tenant is what the deploy has made: also when somebody has renamed it, and not when it only has its
 * name.
 *
 * @param key As `madeKey` gives it.
 * @param hasItsName What tells where nobody knows the ids.
 */
export const isMadeHere = (
  { made }: Pick<PutBackHelp, 'made'>,
  key: string,
  id: string,
  hasItsName: boolean,
): boolean => (made === undefined ? hasItsName : made.get(key)?.includes(id) === true);

export const NOTHING: PutBack = { operations: [], impossible: [] };

export const doing = (...operations: readonly Operation[]): PutBack => ({ operations, impossible: [] });

/** What somebody else has removed cannot come back as the same thing. */
export const goneMeanwhile = (what: string): PutBack => ({
  operations: [],
  impossible: [`${what} was removed by somebody else`],
});

export const remove = (what: string, path: string): Operation => ({
  what: `${what} removed`,
  method: 'DELETE',
  path,
});

/** The removal of something that logins use as long as somebody can sign in. */
export const removeFromLogins = (what: string, path: string): Operation => ({
  ...remove(what, path),
  opens: true,
});

/** What has to be sent, and what cannot be, by field. */
export interface FieldsBack {
  readonly fields: JsonRecord;
  /** Names of fields that were not set, and that no value is known to unset. */
  readonly cannotBeUnset: readonly string[];
}

/** The fields to send so that `now` becomes `before`. */
export function changedBack(kind: ResourceKind, before: JsonRecord, now: JsonRecord): FieldsBack {
  const changed = Object.entries(before).filter(([name, value]) => !sameValue(value, now[name]));
  const back = changed.map(([name, value]) => ({
    name,
    back: isEmpty(value) ? unsetValue(kind, name) : { value },
    now: now[name],
  }));
  return {
    // What is sent to unset a field may be shown afterwards.
    fields: Object.fromEntries(
      back.flatMap(({ name, back: to, now: current }) =>
        to === undefined || isDeepStrictEqual(to.value, current) ? [] : [[name, to.value] as const],
      ),
    ),
    cannotBeUnset: back.filter(({ back: to }) => to === undefined).map(({ name }) => name),
  };
}

/** The service does not tell what is empty from what was never set. */
export const sameValue = (a: unknown, b: unknown): boolean =>
  (isEmpty(a) && isEmpty(b)) || isDeepStrictEqual(a, b);

export interface FieldsPatch extends FieldsBack {
  /** Of the resource, in words. */
  readonly what: string;
  readonly path: string;
  /** Sent along with each field. */
  readonly always?: JsonRecord;
  readonly details?: readonly string[];
}

/** One call for all fields; where the tenant refuses it, one for each, so that a bad field does not keep the others. */
export function patchFields({
  what,
  path,
  fields,
  cannotBeUnset,
  always = {},
  details = [],
}: FieldsPatch): PutBack {
  const names = Object.keys(fields);
  const patch = (patched: JsonRecord): Operation => ({
    what: `${what}: ${Object.keys(patched).join(', ')} as before`,
    method: 'PATCH',
    path,
    body: { ...always, ...patched },
  });
  return {
    operations:
      names.length === 0
        ? []
        : [
            {
              ...patch(fields),
              ...(details.length === 0 ? {} : { details }),
              ...(names.length === 1 ? {} : { apart: names.map((name) => patch({ [name]: fields[name] })) }),
            },
          ],
    impossible: cannotBeUnset.map((name) => `${what}: ${name} was not set before, and cannot be unset`),
  };
}

/** Metadata to send: keys that came since go with `null`. `undefined` when it is as before. */
export function metadataBefore(before: JsonRecord, now: JsonRecord): JsonRecord | undefined {
  if (isDeepStrictEqual(before, now)) return undefined;
  const added = Object.keys(now).filter((name) => !(name in before));
  return { ...before, ...Object.fromEntries(added.map((name) => [name, null])) };
}

/** What happens to metadata, by key: values of our settings, which are rules; of other teams', names only. */
export function metadataDetails(field: string, before: JsonRecord, now: JsonRecord): readonly string[] {
  const shown = (value: unknown): string => (value === undefined ? 'not set' : JSON.stringify(value));
  return [...new Set([...Object.keys(now), ...Object.keys(before)])]
    .filter((name) => !isDeepStrictEqual(before[name], now[name]))
    .map((name) =>
      isOwnMetadata(name)
        ? `${field}.${name}: ${shown(now[name])} → ${shown(before[name])}`
        : `${field}.${name}`,
    );
}
