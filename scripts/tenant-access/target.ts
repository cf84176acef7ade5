import { isUrl } from '../base/is-url.ts';
import { Problem } from '../base/problem.ts';
import type { Places } from '../base/problem-places.ts';

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
  /** Of variables, as errors name it. Default `.env`. */
  readonly variablesFile?: string | undefined;
}

/** Where a variable that a command reads can be corrected. */
export const variablePlace = (variable: string, variablesFile = '.env'): Places['variable'] => ({
  variable,
  from: `environment or ${variablesFile}`,
});

/**
 * An option that means nothing at a tenant of somebody's own: who gives it expects something else.
 *
 * @param because What is so there, as the end of a sentence.
 * @returns {Problem} `OPTION_LOCAL_ONLY`.
 */
export const localOnly = ({ domain }: DeployTarget, option: string, because: string): Problem =>
  new Problem({
    code: 'OPTION_LOCAL_ONLY',
    message: `${option} is for the local tenant; ${because}.`,
    place: { of: domain, option },
    remedy: `Leave ${option} out. For the local tenant, leave AUTH0_DOMAIN and --env out.`,
  });

/**
 * A host, with its port if it is not the usual one, however somebody writes it: in capitals, as an address, with a dot at the
 * end. `undefined` for anything else.
 */
export function hostOf(written: string): string | undefined {
  const [, name] = /^(?:https:\/\/)?([a-z0-9.-]+?\.?(?::\d+)?)\/?$/i.exec(written.trim()) ?? [];
  if (name === undefined || !isUrl(`https://${name}`)) return undefined;
  // The URL standard's own form: small letters, no default port.
  const { host } = new URL(`https://${name}`);
  const domain = host.replace(/\.(?=:|$)/, '');
  // Without a name before a dot it is none: of ".", nothing would be left, and the next part of an address would be the host.
  return /^(?:[^.:]+\.)*[^.:]+(?::\d+)?$/.test(domain) ? domain : undefined;
}

/**
 * The tenant that AUTH0_DOMAIN names, with the credentials beside it; `undefined` where AUTH0_DOMAIN is not set, which
 * means the local tenant.
 *
 * @param variablesFile That some of them come from, as errors name it. Default `.env`.
 * @throws {Problem} `DOMAIN_INVALID`, `CREDENTIALS_MISSING`.
 */
export function targetFromEnvironment(
  variables: ReadonlyMap<string, string>,
  variablesFile = '.env',
): DeployTarget | undefined {
  const written = variables.get('AUTH0_DOMAIN');
  if (written === undefined) return undefined;
  const domain = hostOf(written);
  if (domain === undefined) {
    throw new Problem({
      code: 'DOMAIN_INVALID',
      message: 'AUTH0_DOMAIN is not a host name.',
      place: variablePlace('AUTH0_DOMAIN', variablesFile),
    });
  }
  const accessToken = variables.get('AUTH0_ACCESS_TOKEN');
  if (accessToken !== undefined)
    return { domain, credentials: { kind: 'token', accessToken }, variablesFile };
  const clientId = variables.get('AUTH0_CLIENT_ID');
  const clientSecret = variables.get('AUTH0_CLIENT_SECRET');
  if (clientId !== undefined && clientSecret !== undefined) {
    return { domain, credentials: { kind: 'client', clientId, clientSecret }, variablesFile };
  }
  const missing = clientId === undefined ? 'AUTH0_CLIENT_ID' : 'AUTH0_CLIENT_SECRET';
  throw new Problem({
    code: 'CREDENTIALS_MISSING',
    message: `AUTH0_DOMAIN names a tenant, but ${missing} is not set.`,
    place: variablePlace(missing, variablesFile),
  });
}
