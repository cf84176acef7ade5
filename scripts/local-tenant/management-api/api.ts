import type { Collections } from '../store/collections.ts';
import type { TenantContext } from '../context.ts';
import type { ResolvedOptions } from './options.ts';

/** What each resource's routes are made from. */
export interface Api {
  readonly tenant: TenantContext;
  readonly collections: Collections;
  readonly options: ResolvedOptions;
}

/** What the request's token gave it; set before any route runs. */
export interface ApiEnv {
  Variables: { scopes: readonly string[]; clientId: string; ids: Readonly<Record<string, string>> };
}

/** Auth0's form of a point in time. */
export const timestamp = (api: Api): string => new Date(api.tenant.now()).toISOString();

/** What the service calls the tenant: the first label of its domain. */
export const tenantName = (api: Api): string => api.tenant.domain().split(/[.:]/)[0] ?? '';
