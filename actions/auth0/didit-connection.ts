import type { Event } from '@auth0/actions/post-login/v3';
import { own, ownText } from '../didit/json.ts';
import { eventText, metadataAt, secretOf } from './event.ts';

/** The connection's name where the Action has no secret that names it. */
const DEFAULT_CONNECTION = 'didit';

/** `unknown`: the platform does not say which connection the login came through. */
export type Through = 'didit' | 'other' | 'unknown';

/** The name of the Didit connection: the Action's secret `DIDIT_CONNECTION`, else `didit`. */
export const diditConnection = (event: Event): string =>
  secretOf(event, 'DIDIT_CONNECTION').trim() || DEFAULT_CONNECTION;

/**
 * Whether an identity is of the Didit connection: the one of that name, or the one of this login, where its metadata carries our
 * policy and Auth0 calls it a social one. What an enterprise connection shows of a person is its owner's word, whatever rules it
 * is held to.
 */
export function isDiditIdentity(event: Event, identity: unknown): boolean {
  const connection = ownText(identity, 'connection');
  const isCurrent = connection && connection === eventText(event, 'connection', 'name');
  return (
    connection === diditConnection(event) ||
    Boolean(isCurrent && hasPolicy(event) && own(identity, 'isSocial') === true)
  );
}

/** A connection that carries our policy is meant to be held to it, whatever the secret says. */
const hasPolicy = (event: Event): boolean => metadataAt(event, 'connection', 'didit_policy') != null;

/** By name and metadata, never by strategy: Auth0 gives a custom social connection the strategy `oauth2`, or its name. */
export function loginThrough(event: Event): Through {
  const name = eventText(event, 'connection', 'name')?.trim() ?? '';
  if (name === diditConnection(event) || hasPolicy(event)) return 'didit';
  return name === '' ? 'unknown' : 'other';
}
