import type { ErrorObject } from 'ajv';
import { isRecord } from '../base/json-values.ts';

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
 * What an error of the schema says, in words. No value stands in them: it may be a secret.
 *
 * @param error Of an Ajv with `verbose`.
 * @param data All of the file.
 * @param file As messages name it.
 */
export function schemaMessage(
  { keyword, params, message, instancePath }: ErrorObject,
  data: unknown,
  file: string,
): string {
  const about = nameOf(pathOf(instancePath), data, file);
  const limits: Readonly<Record<string, unknown>> = params;
  const limit = String(limits['limit']);
  switch (keyword) {
    case 'additionalProperties':
      return `Unknown key "${String(limits['additionalProperty'])}" in ${about}.`;
    case 'required':
      return sentence(`${about} has no "${String(limits['missingProperty'])}"`);
    case 'type':
      return instancePath === '' && data == null
        ? `${file} is empty.`
        : sentence(
            `${about} must be ${[limits['type']]
              .flat()
              .map((type) => TYPES[String(type)] ?? String(type))
              .join(' or ')}`,
          );
    case 'const':
      return sentence(`${about} must be ${JSON.stringify(limits['allowedValue'])}`);
    case 'enum': {
      const allowed = [limits['allowedValues']].flat().map(String);
      return sentence(`${about} must be ${allowed.length === 1 ? '' : 'one of '}${allowed.join(', ')}`);
    }
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
      return sentence(`${about} must be at least ${limit}`);
    case 'maximum':
      return sentence(`${about} must be at most ${limit}`);
    case 'uniqueItems':
      return sentence(`${about} names the same thing twice`);
    default:
      return sentence(`${about} ${message ?? 'is wrong'}`);
  }
}

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
