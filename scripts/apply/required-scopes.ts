import { decodeJwt } from 'jose';
import { Problem, Problems } from '../problem.ts';

/** A scope of the Management API, and what a deploy does with it. */
export interface RequiredScope {
  readonly scope: string;
  readonly why: string;
}

/**
 * All that a deploy of `tenant.yaml` needs, and nothing to delete anything with.
 * @see https://auth0.com/docs/api/management/v2
 */
export const REQUIRED_SCOPES: readonly RequiredScope[] = [
  ...(['read', 'create', 'update'] as const).map((verb) => ({
    scope: `${verb}:clients`,
    why: `${verb} the applications`,
  })),
  { scope: 'read:client_keys', why: 'hand the secret of the client "Didit Actions" to didit-profile-sync' },
  ...(['read', 'create', 'update'] as const).map((verb) => ({
    scope: `${verb}:client_grants`,
    why: `${verb} the grant of the client "Didit Actions"`,
  })),
  ...(['read', 'create', 'update'] as const).map((verb) => ({
    scope: `${verb}:connections`,
    why: `${verb} the Didit connection and its applications`,
  })),
  { scope: 'read:connections_options', why: "compare the connection's endpoints, scopes and script" },
  { scope: 'update:connections_options', why: "write the connection's endpoints, scopes and script" },
  ...(['read', 'create', 'update'] as const).map((verb) => ({
    scope: `${verb}:actions`,
    why: `${verb}${verb === 'create' ? ' and deploy' : ''} the Actions${verb === 'update' ? ' and the bindings' : ''}`,
  })),
  ...(['read', 'create', 'update'] as const).map((verb) => ({
    scope: `${verb}:resource_servers`,
    why: `${verb} the sample API`,
  })),
];

/** What putting back a first deploy needs beside them: what it made has to be removed again. `npm run destroy` needs them too. */
export const PUT_BACK_SCOPES: readonly string[] = [
  'delete:clients',
  'delete:client_grants',
  'delete:connections',
  'delete:actions',
  'delete:resource_servers',
];

/** Those of them that a token does not have; none for a token that cannot be looked into. */
export function missingPutBackScopes(accessToken: string): readonly string[] {
  const granted = grantedScopes(accessToken);
  return granted === undefined ? [] : PUT_BACK_SCOPES.filter((scope) => !granted.has(scope));
}

/**
 * Finds out before anything is sent what the tenant would refuse in the middle.
 *
 * @param accessToken A Management API token. One that is not a JWT cannot be looked into, and is let through.
 * @throws {Problems} `SCOPE_MISSING`, one for each scope, with what it is needed for.
 */
export function checkScopes(accessToken: string, domain: string): void {
  const granted = grantedScopes(accessToken);
  if (granted === undefined) return;
  const missing = REQUIRED_SCOPES.filter(({ scope }) => !granted.has(scope));
  if (missing.length === 0) return;
  throw new Problems(
    missing.map(
      ({ scope, why }) =>
        new Problem({
          code: 'SCOPE_MISSING',
          message: `The deploy client has no scope ${scope}, which is needed to ${why}. Nothing was changed.`,
          place: { file: domain, key: scope },
          remedy:
            'Auth0 dashboard: Applications > APIs > Auth0 Management API > Machine to Machine Applications > your deploy client > Permissions.',
        }),
    ),
  );
}

function grantedScopes(accessToken: string): ReadonlySet<string> | undefined {
  try {
    const { scope } = decodeJwt(accessToken);
    return typeof scope === 'string' ? new Set(scope.split(' ')) : undefined;
  } catch {
    return undefined;
  }
}
