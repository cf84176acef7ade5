import type { Event } from '@auth0/actions/post-login/v3';
import { readTimestamp } from '../didit/calendar.ts';
import { own, ownList } from '../didit/json.ts';
import { eventPart, eventText } from './event.ts';

/** How long after the federated step a login may still be on its way through the Actions, milliseconds. */
const LOGIN_MILLISECONDS = 60_000;

/** Where a run comes from. Only an interactive one can have brought something new from Didit. */
export type RunKind = 'interactive' | 'refresh' | 'silent' | 'sso';

/**
 * When the person last came back from a social or enterprise provider in this session, milliseconds since the epoch.
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-event-object
 */
export function federatedAt(event: Event): number | undefined {
  const times = ownList(eventPart(event, 'authentication'), 'methods')
    .filter((method) => own(method, 'name') === 'federated')
    .map((method) => readTimestamp(own(method, 'timestamp')))
    .filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * @param record Whether there is a stored record, and which authentication it was written for. Without a record every run with
 * a person in it counts as interactive: no session can have been enriched before.
 * @param now Milliseconds since the epoch.
 */
export function runKind(
  event: Event,
  record: { readonly authenticatedAt: number | undefined } | undefined,
  now: number,
): RunKind {
  if (eventText(event, 'transaction', 'protocol') === 'oauth2-refresh-token') return 'refresh';
  if (ownList(eventPart(event, 'transaction'), 'prompt').includes('none')) return 'silent';
  const federated = federatedAt(event);
  if (record === undefined || federated === undefined) return 'interactive';
  return federated === record.authenticatedAt || now - federated > LOGIN_MILLISECONDS ? 'sso' : 'interactive';
}
