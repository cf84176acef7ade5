/**
 * The tenant, for whoever starts one, uses one that runs, or looks into one that does not. Nobody imports past this file and
 * `runtime.ts`. It brings the server and the store with it: a command that may not need them imports it when it does.
 */
export { DEFAULT_APPLICATION_NAME } from './bootstrap.ts';
export { LOGIN_ID_HEADER } from './login/login-id-header.ts';
export type { LoginTrace } from './login/traces.ts';
export { announceTenant, useLocalTenant } from './running.ts';
export { issueServerCertificate, trustAuthority } from './server/certificates.ts';
export type { ServerCertificate } from './server/certificates.ts';
export { openSigningKeys } from './signing-keys.ts';
export { collectionsOf } from './store/collections.ts';
export type { ActionVersionDocument } from './store/resources.ts';
export { openStore } from './store/store.ts';
export { startLocalTenant } from './tenant.ts';
export type { LocalTenant, LocalTenantOptions } from './tenant.ts';
