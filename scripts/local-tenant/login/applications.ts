import { isAllowedUrl } from '../../auth0/application-urls.ts';
import { stringIn, stringsIn } from '../../base/json-values.ts';
import type { ClientDocument } from '../store/resources.ts';

/** What Auth0 gives an application that was created without `grant_types`. */
const DEFAULT_GRANT_TYPES = ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'];

export const allowsGrant = (client: ClientDocument, grantType: string): boolean =>
  (Array.isArray(client.settings['grant_types'])
    ? stringsIn(client.settings, 'grant_types')
    : DEFAULT_GRANT_TYPES
  ).includes(grantType);

/** Whether the application has no secret to keep: by its own setting, or by its type. */
export function isPublicClient({ settings }: ClientDocument): boolean {
  const method = stringIn(settings, 'token_endpoint_auth_method');
  if (method !== undefined) return method === 'none';
  return ['spa', 'native'].includes(stringIn(settings, 'app_type') ?? '');
}

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Whether anybody on the person's machine could be behind a callback, so that the person is asked. An application can do without.
 *
 * @see https://auth0.com/docs/secure/security-guidance/measures-against-app-impersonation
 */
export const isUnverifiable = ({ settings }: ClientDocument, callback: string): boolean =>
  settings['skip_non_verifiable_callback_uri_confirmation_prompt'] !== true &&
  LOOPBACK_HOSTS.includes(new URL(callback).hostname);

/** Whether pages of an origin may talk to the tenant for an application: only those that it lists for that. */
export const isAllowedOrigin = ({ settings }: ClientDocument, origin: string): boolean =>
  ['web_origins', 'allowed_origins'].some((setting) =>
    isAllowedUrl(
      stringsIn(settings, setting).map((allowed) => allowed.replace(/\/$/, '')),
      origin,
    ),
  );
