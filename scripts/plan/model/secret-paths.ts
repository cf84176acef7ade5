import type { ResourceKind } from './tenant-model.ts';

/** Names of settings whose values are nobody's business. Matched against the last piece of a path. */
const SECRET_NAME =
  /secret|passw|passphrase|private_?key|credential|^authorization$|cookie|api_?key|(?:^|_|-)tokens?$/i;

/** Everything below these is sent along with requests to the provider, and may authenticate them. */
const SECRET_BELOW = /^options\.(?:customHeaders|authParams)\./;

/** Settings whose names look secret and are not: they say how, not what. */
const PUBLIC_SETTINGS = /^(?:refresh_token|jwt_configuration)(?:\.|$)|^session_transfer\./;

/** Whether the value at a path is never to be held, whoever wrote it. */
export function isSecretPath(kind: ResourceKind, path: string): boolean {
  if (kind === 'Action') return path.startsWith('secrets.');
  if (kind === 'connection') return SECRET_BELOW.test(path) || SECRET_NAME.test(lastPiece(path));
  return !PUBLIC_SETTINGS.test(path) && SECRET_NAME.test(lastPiece(path));
}

const lastPiece = (path: string): string => path.slice(path.lastIndexOf('.') + 1).replaceAll('"', '');

/**
 * Placeholders whose values may be shown: the tenant's name, the public half of credentials, and what the build fills in. All
 * others are taken for secrets.
 */
const PUBLIC_PLACEHOLDER = /^(?:AUTH0_DOMAIN|DIDIT_FETCH_USER_PROFILE|\w+_CLIENT_ID)$/;

export const isSecretPlaceholder = (name: string): boolean => !PUBLIC_PLACEHOLDER.test(name);
