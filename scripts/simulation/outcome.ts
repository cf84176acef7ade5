import type { ActionTrace, PostLoginOutcome, UserDocument } from '../local-tenant/runtime.ts';
import { mergeMetadata } from '../local-tenant/runtime.ts';
import type { JsonObject } from '../base/json-values.ts';

/** What a simulated login came to. */
export interface SimulatedOutcome {
  /** `failed`: an Action threw, took too long, or was refused; at Auth0 the login ends with an error then. */
  readonly result: 'allowed' | 'denied' | 'failed' | 'redirected';
  /** Of a denied or failed login, as the application gets to know it. */
  readonly denial:
    | {
        /**
         * From `api.validation.error`, or from a reason of the form `code: sentence`, which this project's Actions
         * use.
         */
        readonly code: string | undefined;
        readonly reason: string;
      }
    | undefined;
  /** Custom claims of the tokens; none unless the login is allowed. */
  readonly idToken: JsonObject;
  readonly accessToken: JsonObject;
  readonly addedScopes: readonly string[];
  readonly removedScopes: readonly string[];
  /** What the Actions wrote: top-level keys, `null` for a removed one. */
  readonly written: { readonly app_metadata: JsonObject; readonly user_metadata: JsonObject };
  /** The user's metadata after the login. */
  readonly user: { readonly app_metadata: JsonObject; readonly user_metadata: JsonObject };
  readonly primaryUserId: string | undefined;
  /** Where the user was sent, each time. */
  readonly redirects: readonly string[];
  /** Lines that the Actions logged, as Auth0 keeps them. */
  readonly logs: readonly string[];
  /** How long each took is in `trace`. */
  readonly requests: ActionTrace['requests'];
  /** What was dropped silently, and what means nothing outside a real tenant. */
  readonly notes: readonly string[];
  /** All of it, Action by Action. */
  readonly trace: readonly ActionTrace[];
}

export function simulatedOutcome(
  outcome: PostLoginOutcome,
  user: UserDocument,
  redirects: readonly string[],
): SimulatedOutcome {
  const { decision, trace } = outcome;
  const allowed = decision.kind === 'allow';
  return {
    result: RESULTS[decision.kind],
    denial: denialOf(decision),
    idToken: allowed ? outcome.idTokenClaims : {},
    accessToken: allowed ? outcome.accessTokenClaims : {},
    addedScopes: outcome.addedScopes,
    removedScopes: outcome.removedScopes,
    written: { app_metadata: outcome.appMetadata, user_metadata: outcome.userMetadata },
    user: {
      app_metadata: mergeMetadata(user.app_metadata, outcome.appMetadata),
      user_metadata: mergeMetadata(user.user_metadata, outcome.userMetadata),
    },
    primaryUserId: outcome.primaryUserId,
    redirects,
    logs: trace.flatMap(({ logs }) => logs),
    requests: trace.flatMap(({ requests }) =>
      requests.map(({ method, url, status }) => ({ method, url, status })),
    ),
    notes: trace.flatMap(({ notes }) => notes),
    trace,
  };
}

const RESULTS = { allow: 'allowed', deny: 'denied', error: 'failed', redirect: 'redirected' } as const;

function denialOf(decision: PostLoginOutcome['decision']): SimulatedOutcome['denial'] {
  switch (decision.kind) {
    case 'deny':
      return {
        code: decision.code ?? /^([a-z][a-z0-9_]*): /.exec(decision.reason)?.[1],
        reason: decision.reason,
      };
    case 'error':
      return { code: decision.oauthError ?? 'access_denied', reason: decision.message };
    case 'allow':
    case 'redirect':
      return undefined;
  }
}
