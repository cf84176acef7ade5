import type { SigningKeys } from './signing-keys.ts';
import type { Store } from './store/store.ts';

/** What every part of the local tenant is given. Nothing in it is global, so that a process can hold several tenants. */
export interface TenantContext {
  readonly store: Store;
  readonly keys: SigningKeys;
  /** `https://localhost:PORT`, without a trailing slash; known once the server listens. */
  readonly url: () => string;
  /** `localhost:PORT`: what a real tenant calls its domain. */
  readonly domain: () => string;
  /** Milliseconds since the epoch. Frozen in tests. */
  readonly now: () => number;
}

/** The issuer of the tenant's tokens, with the trailing slash that Auth0 puts there. */
export const issuerOf = (context: TenantContext): string => `${context.url()}/`;

/** The audience of the Management API. */
export const managementAudienceOf = (context: TenantContext): string => `${context.url()}/api/v2/`;

/** Where the console takes the answer of a login that it has begun. */
export const CONSOLE_CALLBACK_PATH = '/console/callback';
