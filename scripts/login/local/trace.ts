import * as openid from 'openid-client';
import { Problem } from '../../base/problem.ts';
import { isJsonObject } from '../../base/json-values.ts';
import { joined, safe } from '../../base/safe-text.ts';
import type { SafeText } from '../../base/safe-text.ts';
import type { LoginTrace } from '../../local-tenant/index.ts';
import type { SignInOptions } from './sign-in.ts';
import { discoverTenant } from './sign-in.ts';

/**
 * What the Actions did in a login of the local tenant, by the `loginId` that `signIn` gave back. The newest 2,000 are kept.
 *
 * @param options.management A client with the scope `read:users` for the Management API.
 * @throws {Problem} `TRACE_NOT_FOUND`.
 */
export async function fetchLoginTrace(
  options: Pick<SignInOptions, 'tenantUrl' | 'fetch'> & {
    readonly management: { readonly clientId: string; readonly clientSecret: string };
    readonly loginId: string;
  },
): Promise<LoginTrace> {
  const config = await discoverTenant({ ...options, application: options.management });
  const { access_token: accessToken } = await openid.clientCredentialsGrant(config, {
    audience: `${options.tenantUrl}/api/v2/`,
  });
  const response = await openid.fetchProtectedResource(
    config,
    accessToken,
    new URL(`/local-tenant/logins/${encodeURIComponent(options.loginId)}`, options.tenantUrl),
    'GET',
  );
  const trace: unknown = response.ok ? await response.json() : undefined;
  if (isLoginTrace(trace)) return trace;
  throw new Problem({
    code: 'TRACE_NOT_FOUND',
    message: `The local tenant does not have a trace of this login (HTTP status ${response.status}).`,
    place: { tenant: options.tenantUrl },
  });
}

/** Looks at the fields that tell a trace from anything else; the tenant wrote the rest beside them. */
const isLoginTrace = (value: unknown): value is LoginTrace =>
  isJsonObject(value) &&
  typeof value['id'] === 'string' &&
  isJsonObject(value['decision']) &&
  Array.isArray(value['actions']) &&
  isJsonObject(value['metadata_before']) &&
  isJsonObject(value['metadata_after']);

/**
 * A trace as people read it: each Action with its time, calls, HTTP requests, logs and notes, then the decision, the metadata
 * that changed, and the claims that were given.
 */
export function describeLoginTrace(trace: LoginTrace): SafeText {
  return joined([
    safe`login ${trace.id} (${trace.protocol}) of ${trace.user_id}`,
    ...trace.actions.flatMap((action) => [
      safe`  ${action.action} ${action.handler} ${action.milliseconds.toFixed(1)} ms`,
      ...action.calls.map(
        (call) =>
          safe`    ${call.method}(${call.arguments.map((argument) => JSON.stringify(argument)).join(', ')})`,
      ),
      ...action.requests.map(({ method, url, status }) => safe`    ${method} ${url} -> ${status}`),
      ...action.logs.map((line) => safe`    log: ${line}`),
      ...action.notes.map((note) => safe`    note: ${note}`),
      ...(action.error === undefined ? [] : [safe`    error: ${action.error}`]),
    ]),
    safe`  decision: ${describeDecision(trace.decision)}`,
    ...describeChanges('app_metadata', trace),
    ...describeChanges('user_metadata', trace),
    ...Object.entries(trace.id_token_claims).map(
      ([name, value]) => safe`  ID token ${name}: ${JSON.stringify(value)}`,
    ),
    ...Object.entries(trace.access_token_claims).map(
      ([name, value]) => safe`  access token ${name}: ${JSON.stringify(value)}`,
    ),
  ]);
}

function describeDecision(decision: LoginTrace['decision']): string {
  switch (decision.kind) {
    case 'deny':
      return `deny, "${decision.reason}"`;
    case 'error':
      return `error, "${decision.message}"`;
    case 'refused':
      return `ended before the Actions, ${decision.code}, "${decision.message}"`;
    case 'redirect':
      return `redirect to ${decision.url}`;
    case 'allow':
      return 'allow';
  }
}

function describeChanges(part: 'app_metadata' | 'user_metadata', trace: LoginTrace): readonly SafeText[] {
  const before = trace.metadata_before[part];
  const after = trace.metadata_after[part];
  const shown = (metadata: typeof before, key: string): string =>
    Object.hasOwn(metadata, key) ? JSON.stringify(metadata[key]) : 'nothing';
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => shown(before, key) !== shown(after, key))
    .map((key) => safe`  ${part}.${key}: ${shown(before, key)} -> ${shown(after, key)}`);
}
