import { Problem } from '../base/problem.ts';
import { grantedScopes } from './granted-scopes.ts';
import { hasOwnClients, READ_KEYS } from './complete-config.ts';
import type { ConfigSource } from './complete-config.ts';

/** Scopes of the Management API, and what a deploy does with them. */
export interface RequiredScopes {
  readonly scopes: readonly string[];
  /** After "for". */
  readonly why: string;
}

const readAndWrite = (kind: string): readonly string[] => [
  `read:${kind}`,
  `create:${kind}`,
  `update:${kind}`,
];

/**
 * All that a deploy of `tenant.yaml` needs, and nothing to delete anything with.
 * @see https://auth0.com/docs/api/management/v2
 */
export const REQUIRED_SCOPES: readonly RequiredScopes[] = [
  { scopes: readAndWrite('clients'), why: 'the applications' },
  { scopes: [READ_KEYS], why: 'handing the secret of the client "Didit Actions" to didit-profile-sync' },
  { scopes: readAndWrite('client_grants'), why: 'the grant of the client "Didit Actions"' },
  { scopes: readAndWrite('connections'), why: 'the Didit connection and its applications' },
  {
    scopes: ['read:connections_options', 'update:connections_options'],
    why: "the connection's endpoints, scopes and script",
  },
  { scopes: readAndWrite('actions'), why: 'the Actions and their bindings' },
  { scopes: readAndWrite('resource_servers'), why: 'the sample API' },
];

/**
 * What it needs besides, where `tenant.yaml` lists organizations. Grants that they have are read, since auth0-deploy-cli takes
 * away what it is not told of.
 */
export const ORGANIZATION_SCOPES: readonly RequiredScopes[] = [
  { scopes: readAndWrite('organizations'), why: 'the organizations' },
  { scopes: readAndWrite('organization_connections'), why: 'what their members sign in through' },
  { scopes: ['read:organization_client_grants'], why: 'leaving the grants of organizations as they are' },
];

/** What putting back a first deploy needs beside them: what it made has to be removed again. `npm run destroy` needs them too. */
export const PUT_BACK_SCOPES: readonly string[] = [
  'delete:clients',
  'delete:client_grants',
  'delete:connections',
  'delete:actions',
  'delete:resource_servers',
];

/** The same for organizations, and for a deploy that takes a connection from one. */
export const ORGANIZATION_PUT_BACK_SCOPES: readonly string[] = [
  'delete:organizations',
  'delete:organization_connections',
];

/** With these, removing also says who loses what: users their sign-in, members their organization. */
export const COUNTING_SCOPES = ['read:users', 'read:organizations', 'read:organization_members'] as const;

/**
 * Finds out before anything is sent what the tenant would refuse in the middle.
 *
 * @param accessToken A Management API token. One that is not a JWT cannot be looked into, and is let through.
 * @param source With all values of the Actions' own clients, nobody has to read a secret from the tenant.
 * @throws {Problem} `SCOPE_MISSING`, with all that are missing and what they are needed for.
 */
export function checkScopes(accessToken: string, domain: string, source: ConfigSource): void {
  const granted = grantedScopes(accessToken);
  if (granted === undefined) return;
  const isNeeded = (scope: string): boolean => scope !== READ_KEYS || !hasOwnClients(source);
  const needed = source.tenantFile.document.has('organizations')
    ? [...REQUIRED_SCOPES, ...ORGANIZATION_SCOPES]
    : REQUIRED_SCOPES;
  const missing = needed
    .map(({ scopes, why }) => ({
      scopes: scopes.filter((scope) => !granted.has(scope) && isNeeded(scope)),
      why,
    }))
    .filter(({ scopes }) => scopes.length > 0);
  if (missing.length === 0) return;
  throw new Problem({
    code: 'SCOPE_MISSING',
    message: [
      'The deploy client does not have all scopes that a deploy needs. Nothing was changed. Missing:',
      ...missing.map(({ scopes, why }) => `    ${scopes.join(' ')}  for ${why}`),
    ].join('\n'),
    place: { tenant: domain },
  });
}
