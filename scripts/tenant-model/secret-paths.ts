import { SETTINGS_PREFIX } from '../settings/table.ts';
import { isRecord } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { hideUrlSecrets, hideUrlValues } from '../secrets/secret-in-url.ts';
import { segment } from './flatten.ts';
import { METADATA_FIELDS } from './metadata.ts';
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
  const isSecret = hasSecretName(path, value);
  // Of what Auth0 has names for, a number says how long or how often, and a switch whether.
  if (kind !== 'connection')
    return isSecret && !PUBLIC_SETTINGS.test(path) && !['number', 'boolean'].includes(typeof value);
  if (!path.startsWith('options.')) return isSecret;
  return (
    isSecret ||
    // The names of headers may be seen, so an object of them is not hidden as a whole.
    (!isRecord(value) && path.split('.').some((piece) => isSecretHolder(piece.replaceAll('"', '')))) ||
    (Array.isArray(value) && value.some((item) => typeof item === 'string' && looksLikeCredential(item))) ||
    (isLeaf(value) && isUnknownOption(path.replace('options.', ''), value))
  );
}

/**
 * Whether something in a value is hidden wherever the plan shows it: what a file must not hold. An address is shown without what
 * may authenticate in it, so one with that is held by no file either.
 */
export function holdsSecretAt(kind: ResourceKind, path: string, value: unknown): boolean {
  if (value === null || value === undefined || ALWAYS_SHOWN.test(path)) return false;
  if (isSecretPath(kind, path, value)) return true;
  if (typeof value === 'string')
    return (kind === 'connection' ? hideUrlValues(value) : hideUrlSecrets(value)) !== value;
  if (Array.isArray(value)) return value.some((item: unknown) => holdsSecretAt(kind, path, item));
  return (
    isRecord(value) &&
    Object.entries(value).some(([name, child]) => holdsSecretAt(kind, `${path}.${segment(name)}`, child))
  );
}

/** Settings that a file may hold: a secret among metadata, or a field with one anywhere in it, is left out. */
export const withoutSecretParts = (kind: ResourceKind, settings: JsonRecord): JsonRecord =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]): [string, unknown][] => {
      if (METADATA_FIELDS.includes(name) && isRecord(value))
        return [[name, publicMetadata(kind, name, value)]];
      return holdsSecretAt(kind, segment(name), value) ? [] : [[name, value]];
    }),
  );

/** @param name `metadata` or `client_metadata`. */
export const publicMetadata = <Text>(
  kind: ResourceKind,
  name: string,
  metadata: Readonly<Record<string, Text>>,
): Readonly<Record<string, Text>> =>
  Object.fromEntries(
    Object.entries(metadata).filter(([key, text]) => !holdsSecretAt(kind, `${name}.${segment(key)}`, text)),
  );

/** A name with dots in it is quoted in a path; each of its words may say that it is a secret. */
const hasSecretName = (path: string, value: unknown): boolean => {
  const [name] = /"(?:[^"\\]|\\.)*"$|(?<![^.])[^.]*$/.exec(path) ?? [''];
  return name
    .replaceAll('"', '')
    .split('.')
    .some((word) => isSecretName(word, value));
};

/** What becomes one setting: all but objects, and lists with other things in them than texts. */
const isLeaf = (value: unknown): boolean =>
  Array.isArray(value) ? value.every((item) => typeof item === 'string') : !isRecord(value);
