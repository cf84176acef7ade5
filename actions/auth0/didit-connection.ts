import type { Event } from '@auth0/actions/post-login/v3';
import { eventText, metadataAt, secretOf } from './event.ts';

/** The connection's name where the Action has no secret that names it. */
const DEFAULT_CONNECTION = 'didit';

/** `unknown`: the platform does not say which connection the login came through. */
export type Through = 'didit' | 'other' | 'unknown';

/**
 * The names of the Didit connection: the Action's secret `DIDIT_CONNECTION`, else `didit`; and the connection of this login,
 * where its metadata says that it is one.
 */
export function diditConnections(event: Event): readonly string[] {
  const configured = secretOf(event, 'DIDIT_CONNECTION').trim() || DEFAULT_CONNECTION;
  const current = eventText(event, 'connection', 'name');
  return current !== undefined && hasPolicy(event) ? [configured, current] : [configured];
}

/** A connection that carries our policy is meant to be held to it, whatever the secret says. */
const hasPolicy = (event: Event): boolean => metadataAt(event, 'connection', 'didit_policy') != null;

/** By name and metadata, never by strategy: Auth0 gives a custom social connection the strategy `oauth2`, or its name. */
export function loginThrough(event: Event): Through {
  const name = eventText(event, 'connection', 'name')?.trim() ?? '';
  if (diditConnections(event).includes(name) || hasPolicy(event)) return 'didit';
  return name === '' ? 'unknown' : 'other';
}
