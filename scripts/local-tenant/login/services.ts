import type { ActionsRuntime } from '../../runner/contract.ts';
import type { Collections } from '../store/collections.ts';
import type { TenantContext } from '../context.ts';
import type { LoginRecords } from './records.ts';
import type { Traces } from './traces.ts';

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
}
