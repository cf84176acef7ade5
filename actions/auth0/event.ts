import type { Event } from '@auth0/actions/post-login/v3';
import { isObject, own } from '../didit/json.ts';
import { RECORD_KEY, isRecordKey } from '../didit/record.ts';
import type { Level } from '../didit/settings/resolve.ts';

/**
 * A part of the event, however deep, or `undefined` where anything on the way is missing: an Action must not fail on an event
 * that lacks what the documentation promises. What the platform made may inherit its members, unlike data (`own`).
 */
export const eventPart = (event: Event, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), event);

/** A text in the event, or `undefined`. */
export const eventText = (event: Event, ...path: readonly string[]): string | undefined => {
  const value = eventPart(event, ...path);
  return typeof value === 'string' ? value : undefined;
};

/** One of the Action's secrets; empty where there is none. */
export const secretOf = (event: Event, name: string): string => eventText(event, 'secrets', name) ?? '';

/** The key of `app_metadata` that the record stands under. */
export function recordKey(event: Event): string {
  const key = secretOf(event, 'DIDIT_RECORD_KEY');
  return isRecordKey(key) ? key : RECORD_KEY;
}

/** The value of one key of the metadata that a part of the event has. */
export const metadataAt = (event: Event, part: Level | 'transaction', key: string): unknown =>
  own(eventPart(event, part, 'metadata'), key);

/** The value of one metadata key at each level of a login: connection, application, organization. */
export const settingsAt = (event: Event, key: string): Readonly<Record<Level, unknown>> => ({
  connection: metadataAt(event, 'connection', key),
  client: metadataAt(event, 'client', key),
  organization: metadataAt(event, 'organization', key),
});
