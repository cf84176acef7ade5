import type { Event } from '@auth0/actions/post-login/v3';
import { misspeltKey } from '../didit/settings/misspelt-key.ts';
import { LEVELS } from '../didit/settings/resolve.ts';
import { isObject } from '../didit/json.ts';
import { eventPart } from './event.ts';

/**
 * Keys in the metadata of a login that look like ours and are none of them: most likely a setting that somebody misspelt in the
 * dashboard, and that has no effect. Worth a word in the log, with our name for what was meant: never with the key itself, which
 * may be anything. `npm run check` refuses it in tenant.yaml.
 */
export const misspeltSettings = (event: Event): readonly string[] =>
  LEVELS.flatMap((level) => {
    const metadata = eventPart(event, level, 'metadata');
    const keys = isObject(metadata) ? Object.keys(metadata) : [];
    const meant = keys.map(misspeltKey).filter((key) => key !== undefined);
    return [...new Set(meant)].map((key) => `settings_unknown_key:${key}@${level}`);
  });
