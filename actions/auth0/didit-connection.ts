import type { Event } from '@auth0/actions/post-login/v3';
import { eventText } from './event.ts';

/** The connection's name where the Action has no secret that names it. */
const DEFAULT_CONNECTION = 'didit';

/** The name of the Didit connection: the Action's secret `DIDIT_CONNECTION`, else `didit`. */
export const diditConnection = (event: Event): string =>
  eventText(event, 'secrets', 'DIDIT_CONNECTION') ?? DEFAULT_CONNECTION;

/** By name, never by strategy: Auth0 gives a custom social connection the strategy `oauth2`, or its name. */
export const isThroughDidit = (event: Event): boolean =>
  eventText(event, 'connection', 'name') === diditConnection(event);
