import { Problem } from '../problem.ts';

export type Credentials =
  | { readonly kind: 'client'; readonly clientId: string; readonly clientSecret: string }
  | { readonly kind: 'token'; readonly accessToken: string };

/** A tenant to deploy to. */
export interface DeployTarget {
  /** `my-tenant.eu.auth0.com` or `localhost:PORT`, without a scheme. */
  readonly domain: string;
  readonly credentials: Credentials;
  /** PEM file of an extra authority; only the local tenant has one. */
  readonly authorityFile?: string | undefined;
}

/**
 * The tenant that AUTH0_DOMAIN names, with the credentials beside it; `undefined` where AUTH0_DOMAIN is not set, which
 * means the local tenant.
 *
 * @throws {Problem} `DOMAIN_INVALID`, `CREDENTIALS_MISSING`.
 */
export function targetFromEnvironment(variables: ReadonlyMap<string, string>): DeployTarget | undefined {
  const written = variables.get('AUTH0_DOMAIN');
  if (written === undefined) return undefined;
  const domain = written.trim();
  if (!/^[a-z0-9.-]+(:\d+)?$/i.test(domain)) {
    throw new Problem({
      code: 'DOMAIN_INVALID',
      message: 'AUTH0_DOMAIN is not the name of a host.',
      place: { file: 'environment or .env', key: 'AUTH0_DOMAIN' },
      remedy: 'Write the domain alone, without https:// and without a path: my-tenant.eu.auth0.com',
    });
  }
  const accessToken = variables.get('AUTH0_ACCESS_TOKEN');
  if (accessToken !== undefined) return { domain, credentials: { kind: 'token', accessToken } };
  const clientId = variables.get('AUTH0_CLIENT_ID');
  const clientSecret = variables.get('AUTH0_CLIENT_SECRET');
  if (clientId !== undefined && clientSecret !== undefined) {
    return { domain, credentials: { kind: 'client', clientId, clientSecret } };
  }
  throw new Problem({
    code: 'CREDENTIALS_MISSING',
    message: `AUTH0_DOMAIN names a tenant, but ${clientId === undefined ? 'AUTH0_CLIENT_ID' : 'AUTH0_CLIENT_SECRET'} is not set.`,
    place: {
      file: 'environment or .env',
      key: clientId === undefined ? 'AUTH0_CLIENT_ID' : 'AUTH0_CLIENT_SECRET',
    },
    remedy:
      'Set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET of a machine-to-machine application that may use the Management API, or AUTH0_ACCESS_TOKEN. Unset AUTH0_DOMAIN to use the local tenant.',
  });
}
