import type { Event } from '@auth0/actions/post-login/v3';
import { readTimestamp } from '../didit/calendar.ts';
import { own, ownList } from '../didit/json.ts';
import type { RunKind } from '../didit/knowledge.ts';
import { eventPart, eventText } from './event.ts';

/** Protocols in which a person has come by a browser, and so may have come from Didit. Any other brings nothing. */
const BROWSER_PROTOCOL = /^(oidc-(basic|implicit|hybrid)-profile|oauth2-device-code|samlp|wsfed)$/;

/** When the person authenticated, by one method or any, milliseconds since the epoch. */
function lastAuthentication(event: Event, isMethod: (name: unknown) => boolean): number | undefined {
  const times = ownList(eventPart(event, 'authentication'), 'methods').flatMap((method) =>
    isMethod(own(method, 'name')) ? (readTimestamp(own(method, 'timestamp')) ?? []) : [],
  );
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * When the person last came back from a social or enterprise provider in this session, milliseconds since the epoch.
 * @see https://auth0.com/docs/customize/actions/explore-triggers/signup-and-login-triggers/login-trigger/post-login-event-object
 */
export const federatedAt = (event: Event): number | undefined =>
  lastAuthentication(event, (name) => name === 'federated');

/** When the person last authenticated in this session, in whatever way, milliseconds since the epoch. */
export const authenticatedAt = (event: Event): number | undefined => lastAuthentication(event, () => true);

/**
 * Where a login through the Didit connection comes from. Time that has passed says nothing: other Actions may hold a login for
 * minutes. A session goes on (`sso`) only where the stored answer belongs to its very federated step.
 *
 * @param answered The federated step that the stored answer belongs to, milliseconds since the epoch.
 */
export function runKind(event: Event, answered: number | undefined): RunKind {
  const protocol = eventText(event, 'transaction', 'protocol');
  if (protocol === 'oauth2-refresh-token') return 'refresh';
  if (isSilent(event)) return 'silent';
  const step = federatedAt(event);
  const brings = protocol === undefined ? step !== undefined : comesByBrowser(protocol, event);
  if (!brings) return 'no_login';
  return step !== undefined && step === answered ? 'sso' : 'interactive';
}

const isSilent = (event: Event): boolean =>
  ownList(eventPart(event, 'transaction'), 'prompt').includes('none');

const comesByBrowser = (protocol: string, event: Event): boolean =>
  BROWSER_PROTOCOL.test(protocol) && !isHandedOver(event);

/** Whether the person is there, in a browser of their own that can be sent elsewhere: what is not known of counts as no. */
export const canBeAsked = (event: Event): boolean =>
  comesByBrowser(eventText(event, 'transaction', 'protocol') ?? '', event) && !isSilent(event);

/** A session that another application, or somebody on the person's behalf, has brought along. */
const isHandedOver = (event: Event): boolean =>
  [['session_transfer_token'], ['transaction', 'actor'], ['session', 'actor']].some(
    (path) => eventPart(event, ...path) != null,
  );
