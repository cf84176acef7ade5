import type { Event } from '@auth0/actions/post-login/v3';
import { own, ownText } from '../didit/json.ts';
import { eventText, metadataAt, secretOf } from './event.ts';

/** The connection's name where the Action has no secret that names it. */
const DEFAULT_CONNECTION = 'didit';

/** The name of the Didit connection: the Action's secret `DIDIT_CONNECTION`, else `didit`. */
export const diditConnection = (event: Event): string =>
  secretOf(event, 'DIDIT_CONNECTION').trim() || DEFAULT_CONNECTION;

/**
 * Whether an identity is of this login's connection, that one carries our policy, and Auth0 calls it a social one: then it counts
 * as the Didit connection, whatever its name. What an enterprise connection shows of a person is its owner's word, whatever rules
 * it is held to.
 */
export function isOfSocialWithPolicy(event: Event, identity: unknown): boolean {
  const connection = ownText(identity, 'connection');
  const isCurrent = connection !== undefined && connection === eventText(event, 'connection', 'name');
  // A custom social connection has this provider; an event need not say more.
  const isSocial = own(identity, 'isSocial') ?? ownText(identity, 'provider') === 'oauth2';
  return isCurrent && hasPolicy(event) && isSocial === true;
}

/** A connection that carries our policy is meant to be held to it, whatever the secret says. */
export const hasPolicy = (event: Event): boolean => metadataAt(event, 'connection', 'didit_policy') != null;
