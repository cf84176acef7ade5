import type { ActionsRuntime } from '../../runner/contract.ts';
import type { Collections } from '../store/collections.ts';
import type { TenantContext } from '../context.ts';
import type { LoginRecords } from './records.ts';
import type { Traces } from './traces.ts';

/**
 * What Auth0 does not document, and so may be either way: tests run both.
 *
 * `session`: which session there is after another login has taken place between an Action's redirect and its return, in the
 * browser and in the event: the one that the login began with (`own`), or the other login's (`newest`). `confirmsLoopback`:
 * whether callbacks on this machine get a page that asks first, and no silent authentication, as at Auth0 since April 2026. Off,
 * since every callback is on this machine here. `rootAttributes`: whether `event.user` shows what a provider sent beside the
 * documented attributes.
 */
export interface LeftOpen {
  readonly session?: 'own' | 'newest';
  readonly rootAttributes?: boolean;
  readonly confirmsLoopback?: boolean;
}

/** What the steps of a login work with. */
export interface LoginServices {
  readonly context: TenantContext;
  readonly collections: Collections;
  readonly records: LoginRecords;
  readonly traces: Traces;
  readonly runtime: ActionsRuntime;
  /** For calls to the upstream provider. */
  readonly fetch: typeof fetch;
  /** Milliseconds that the upstream's token endpoint gets. */
  readonly upstreamTimeoutMilliseconds: number;
  /** Default: `own` session, no root attributes. */
  readonly leftOpen: () => LeftOpen;
}
