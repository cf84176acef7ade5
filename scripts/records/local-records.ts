import type { DeployRecords } from './deploy-records.ts';
import type { LocalTenant } from '../local-tenant/index.ts';

/** Names a local tenant: a new one has new credentials, and one that moves to another port stays the same. */
export const localTenantName = ({ management }: Pick<LocalTenant, 'management'>): string =>
  `local-${management.clientId.slice(0, 8)}`;

/** The domain that the tenant had at the last deploy that reached it. */
export const lastDomain = (records: DeployRecords): string | undefined =>
  records.all().find(({ status }) => status === 'done')?.domain;
