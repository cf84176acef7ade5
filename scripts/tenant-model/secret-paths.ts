import { SETTINGS_PREFIX } from '../settings/table.ts';
import { isRecord } from '../base/json-values.ts';
import { isSecretHolder, isSecretName, looksLikeCredential } from '../secrets/secret-options.ts';
import { isUnknownOption } from '../secrets/secret-option-values.ts';
import type { ResourceKind } from './tenant-model.ts';

/** Settings whose names look secret and are not: they say how, not what. */
const PUBLIC_SETTINGS = /^(?:refresh_token|jwt_configuration)(?:\.|$)|^session_transfer\./;

/** What a reviewer must see as it is: scopes, code, and the settings of the Actions. */
const ALWAYS_SHOWN = new RegExp(
  `^options\\.(?:scope$|scripts(?:\\.|$))|^(?:client_)?metadata\\.${SETTINGS_PREFIX}`,
);

/**
 * Whether the value at a path is never to be held, whoever wrote it: for its name, for what it is part of, or since it looks like
 * a credential. Asked for every path on the way, so an object can be secret as a whole.
 */
export function isSecretPath(kind: ResourceKind, path: string, value: unknown): boolean {
  if (kind === 'Action') return path.startsWith('secrets.');
  if (ALWAYS_SHOWN.test(path)) return false;
  if (typeof value === 'string' && looksLikeCredential(value)) return true;
  if (kind !== 'connection') return !PUBLIC_SETTINGS.test(path) && hasSecretName(path);
  if (!path.startsWith('options.')) return hasSecretName(path);
  return (
    hasSecretName(path) ||
    // The names of headers may be seen, so an object of them is not hidden as a whole.
    (!isRecord(value) && path.split('.').some((piece) => isSecretHolder(piece.replaceAll('"', '')))) ||
    (Array.isArray(value) && value.some((item) => typeof item === 'string' && looksLikeCredential(item))) ||
    (isLeaf(value) && isUnknownOption(path.replace('options.', ''), value))
  );
}

/** A name with dots in it is quoted in a path; each of its words may say that it is a secret. */
const hasSecretName = (path: string): boolean => {
  const [name] = /"(?:[^"\\]|\\.)*"$|[^.]*$/.exec(path) ?? [''];
  return name.replaceAll('"', '').split('.').some(isSecretName);
};

/** What becomes one setting: all but objects, and lists with other things in them than texts. */
const isLeaf = (value: unknown): boolean =>
  Array.isArray(value) ? value.every((item) => typeof item === 'string') : !isRecord(value);
