export interface RateLimit {
  /** Requests that may come at once before the bucket is empty. */
  readonly burstRequests: number;
  /** How fast the bucket fills again. */
  readonly requestsPerSecond: number;
}

/**
 * The Management API bucket of a free tenant.
 * @see https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
 */
export const FREE_TENANT_RATE_LIMIT: RateLimit = { burstRequests: 10, requestsPerSecond: 2 };

export interface ManagementApiOptions {
  /** Milliseconds that an Action stays `pending` after a change, before it is `built`. Default 0: built at the next read. */
  readonly buildMilliseconds?: number;
  /**
   * Default: 100,000 requests at once and as many a second, so that the headers are there and nobody waits;
   * `FREE_TENANT_RATE_LIMIT` for what a free tenant does.
   */
  readonly rateLimit?: RateLimit;
  /** Whether reading a connection leaves out its client secret, as on tenants that hide it. Default false. */
  readonly hidesConnectionSecrets?: boolean;
  /**
   * Whether a connection is read without the applications that it is enabled for, and a PATCH that names them is refused, as on
   * tenants that have moved on since July 2026. `GET /connections/{id}/clients` has them on all tenants. Default false.
   */
  readonly hidesEnabledClients?: boolean;
}

export type ResolvedOptions = Required<ManagementApiOptions>;

export const resolveOptions = (options: ManagementApiOptions): ResolvedOptions => ({
  buildMilliseconds: options.buildMilliseconds ?? 0,
  hidesConnectionSecrets: options.hidesConnectionSecrets ?? false,
  hidesEnabledClients: options.hidesEnabledClients ?? false,
  rateLimit: options.rateLimit ?? { burstRequests: 100_000, requestsPerSecond: 100_000 },
});
