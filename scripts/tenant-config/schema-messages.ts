import type { ErrorObject } from 'ajv';
import { isRecord } from '../base/json-values.ts';
import { nearest } from '../base/nearest.ts';
import { isSecretHolder, isSecretName } from '../secrets/secret-options.ts';

/** What one thing in a list of `tenant.yaml` is called, and the key that names it. */
const THINGS: Readonly<Record<string, readonly [thing: string, nameKey: string]>> = {
  connections: ['connection', 'name'],
  actions: ['Action', 'name'],
  clients: ['application', 'name'],
  clientGrants: ['grant of', 'client_id'],
  resourceServers: ['API', 'name'],
  organizations: ['organization', 'name'],
};

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  array: 'a list',
  object: 'a mapping of keys to values',
  null: 'null',
};

/**
 * What an error of the schema says, in words. Of values, only those stand in them that can be no secret.
 *
 * @param error Of an Ajv with `verbose`.
 * @param data All of the file.
 * @param file As messages name it.
 */
export function schemaMessage(
  { keyword, params, message, instancePath, data: written }: ErrorObject,
  data: unknown,
  file: string,
): string {
  const path = pathOf(instancePath);
  const about = nameOf(path, data, file);
  const limits: Readonly<Record<string, unknown>> = params;
  const limit = String(limits['limit']);
  const allowed = [limits['allowedValues'] ?? limits['allowedValue'] ?? []].flat().map(String);
  const found = shownValue(written, path, allowed);
  const is = found === undefined ? 'must be' : `is ${found}; it must be`;
  switch (keyword) {
    case 'additionalProperties':
      return `Unknown key "${String(limits['additionalProperty'])}" in ${about}.`;
    case 'required':
      return sentence(`${about} has no "${String(limits['missingProperty'])}"`);
    case 'type':
      return instancePath === '' && data == null
        ? `${file} is empty.`
        : sentence(
            `${about} ${is} ${[limits['type']]
              .flat()
              .map((type) => TYPES[String(type)] ?? String(type))
              .join(' or ')}`,
          );
    case 'const':
      return sentence(`${about} ${is} ${JSON.stringify(limits['allowedValue'])}`);
    case 'enum':
      return sentence(`${about} ${is} ${allowed.length === 1 ? '' : 'one of '}${allowed.join(', ')}`);
    case 'pattern': {
      const pattern = String(limits['pattern']);
      return sentence(
        `${about} must ${pattern.startsWith('^https://') ? 'start with https://' : `match ${pattern}`}`,
      );
    }
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return sentence(
        `${about} must ${limit === '1' ? 'not be empty' : `have at least ${limit} characters or entries`}`,
      );
    case 'maxLength':
      return sentence(`${about} must have at most ${limit} characters`);
    case 'maxItems':
    case 'maxProperties':
      return sentence(`${about} must have at most ${limit} entries`);
    case 'minimum':
      return sentence(`${about} ${is} at least ${limit}`);
    case 'maximum':
      return sentence(`${about} ${is} at most ${limit}`);
    case 'uniqueItems':
      return sentence(`${about} names the same thing twice`);
    default:
      return sentence(`${about} ${message ?? 'is wrong'}`);
  }
}

/** As long as a word of Auth0's may be; what is longer may be anything. */
const MAX_SHOWN_CHARACTERS = 32;

/**
 * What stands in the file, where it can be shown: no text that could be a secret, which is one at a place with such a name, or
 * one that is no plain word.
 */
function shownValue(value: unknown, path: readonly string[], allowed: readonly string[]): string | undefined {
  if (isSecretName(path.at(-1) ?? '') || path.some(isSecretHolder)) return undefined;
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'a mapping';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  const isWord =
    nearest(value, allowed) !== undefined ||
    /^[A-Za-z][a-z]*(?:[ _-][a-z]+|[ _-]?[A-Z][a-z]+)*\d{0,4}$/.test(value);
  return value.length <= MAX_SHOWN_CHARACTERS && isWord ? `the text "${value}"` : 'a text';
}

/** A line that could stand there, for a value that is wrong. */
export function lineInstead({ keyword, params, data, instancePath }: ErrorObject): string | undefined {
  const key = pathOf(instancePath).at(-1);
  if (key === undefined || /^\d+$/.test(key)) return undefined;
  const { allowedValues, allowedValue, type, limit }: Readonly<Record<string, unknown>> = params;
  const allowed = [allowedValues ?? allowedValue ?? []].flat().map(String);
  const value =
    keyword === 'enum' || keyword === 'const'
      ? ((typeof data === 'string' ? nearest(data, allowed) : undefined) ?? allowed[0])
      : keyword === 'minimum' || keyword === 'maximum'
        ? limit
        : keyword === 'type'
          ? EXAMPLES[String([type].flat()[0])]
          : undefined;
  return typeof value === 'string' || typeof value === 'number' ? `${key}: ${value}` : undefined;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  string: "'text'",
  boolean: 'true',
  integer: '3600',
  number: '1',
  array: '[first, second]',
  object: '{ key: value }',
};

/** The line to add for a key that is missing, where only one value is allowed. */
export function lineToAdd({ keyword, params, parentSchema }: ErrorObject): string | undefined {
  const { missingProperty }: Readonly<Record<string, unknown>> = params;
  const properties: unknown = parentSchema?.['properties'];
  if (keyword !== 'required' || typeof missingProperty !== 'string' || !isRecord(properties))
    return undefined;
  const property = properties[missingProperty];
  if (!isRecord(property)) return undefined;
  const values = 'const' in property ? [property['const']] : property['enum'];
  return Array.isArray(values) && values.length === 1
    ? `${missingProperty}: ${String(values[0])}`
    : undefined;
}

/** The steps of a JSON pointer. */
export const pathOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));

/** `options.pkce_enabled of connection "didit"`. */
function nameOf(path: readonly string[], data: unknown, file: string): string {
  const [list = '', position = '', ...rest] = path;
  const [thing, nameKey] = THINGS[list] ?? [];
  if (thing === undefined || nameKey === undefined || position === '') return path.join('.') || file;
  const items = isRecord(data) ? data[list] : undefined;
  const item: unknown = Array.isArray(items) ? items[Number(position)] : undefined;
  const name = isRecord(item) ? item[nameKey] : undefined;
  const whole = typeof name === 'string' && name !== '' ? `${thing} "${name}"` : `${list}.${position}`;
  return rest.length === 0 ? whole : `${rest.join('.')} of ${whole}`;
}

/** A key stays as it is written, also at the beginning. */
const sentence = (text: string): string =>
  `${/^(connection|application|organization|grant of) "/.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text}.`;
