import type { Event } from '@auth0/actions/post-login/v3';
import { own } from '../didit/json.ts';
import type { Level } from '../didit/settings/resolve.ts';
import { eventPart } from './event.ts';

/** The value of one metadata key at each level of a login: connection, application, organization. */
export const settingsAt = (event: Event, key: string): Readonly<Record<Level, unknown>> => ({
  connection: metadataValue(event, 'connection', key),
  client: metadataValue(event, 'client', key),
  organization: metadataValue(event, 'organization', key),
});

const metadataValue = (event: Event, level: Level, key: string): unknown =>
  own(eventPart(event, level, 'metadata'), key);
