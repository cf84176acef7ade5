import type { Event } from '@auth0/actions/post-login/v3';
import { isObject } from '../didit/json.ts';
import { eventPart } from './event.ts';

/** Without the prefix that they share. */
const KNOWN = ['policy', 'claims', 'sync'];

/**
 * Whether metadata of the login holds a key that begins like ours and is none of them: most likely a setting that somebody
 * misspelt in the dashboard, and that has no effect. Worth a word in the log; `npm run check` refuses it in tenant.yaml.
 */
export const hasUnknownSettingsKey = (event: Event): boolean =>
  [
    eventPart(event, 'connection', 'metadata'),
    eventPart(event, 'client', 'metadata'),
    eventPart(event, 'organization', 'metadata'),
  ].some(
    (metadata) =>
      isObject(metadata) &&
      Object.keys(metadata).some((key) => key.startsWith('didit_') && !KNOWN.includes(key.slice(6))),
  );
