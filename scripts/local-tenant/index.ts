/**
 * The tenant, for whoever starts one, uses one that runs, or looks into one that does not. Nobody imports past this file and
 * `runtime.ts`. It brings the server and the store with it: a command that may not need them imports it when it does.
 */
export { DEFAULT_APPLICATION_NAME } from './bootstrap.ts';
export { CONSOLE_CALLBACK_PATH } from './context.ts';
export { EXPECTED_PERSONA_COOKIE, STAND_IN_PATH } from './didit-stand-in/hosts.ts';
export { LOGIN_ID_HEADER } from './login/login-id-header.ts';
export { LOGIN_OUTCOMES, MAX_TRACES, openTraces, TAG_HEADER } from './login/traces.ts';
export type { LoginSummary, LoginTrace, RunKind, Traces } from './login/traces.ts';
export type { TenantContext } from './context.ts';
export { issueManagementToken, verifyManagementToken } from './management-tokens.ts';
export { sameSecret, sha256 } from './secrets.ts';
export { randomIdentifier } from './identifiers.ts';
export { announceTenant, useLocalTenant, withLocalTenant } from './running.ts';
export { issueServerCertificate, trustAuthority } from './server/certificates.ts';
export type { ServerCertificate } from './server/certificates.ts';
export { onDemand } from './server/on-demand.ts';
export { openSigningKeys } from './signing-keys.ts';
export { collectionsOf } from './store/collections.ts';
export type { Collections } from './store/collections.ts';
export type { ActionVersionDocument, ClientDocument, UserDocument } from './store/resources.ts';
export { openStore } from './store/store.ts';
export { startLocalTenant } from './tenant.ts';
export type { ConsoleHost, ConsoleOf, LocalTenant, LocalTenantOptions, MountedConsole } from './tenant.ts';
