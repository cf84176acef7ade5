import { SETTINGS_PREFIX } from '../settings/table.ts';
import { isRecord } from '../base/json-values.ts';
import { firstCounts, orderCounts, sameMeaning } from './same-meaning.ts';
import { markOf } from '../secrets/secret-marks.ts';
import type { Field, Scalar } from './tenant-model.ts';

export interface FlattenOptions {
  /** Whether the value at a path must not be kept. Asked for every path on the way, so that it can hide whole objects. */
  readonly isSecret: (path: string, value: unknown) => boolean;
  /** Where a secret at a path comes from, as written. */
  readonly secretFrom?: ((path: string) => string | undefined) | undefined;
  /** Whether the object at a path says something by being there, also with nothing in it. Default: none does. */
  readonly isPart?: (path: string) => boolean;
}

/** What an object is that says nothing but that it is there. */
const THERE: Field = { kind: 'value', value: '{}' };

export const isOnlyThere = (field: Field | undefined): boolean =>
  field?.kind === 'value' && field.value === '{}';

/**
 * One piece of a path. A name with a dot in it is quoted, and one that looks like the place in a list: a path means one thing.
 */
export const segment = (name: string): string =>
  /^(?!\d+$)[\w-]+$/.test(name) ? name : JSON.stringify(name);

const join = (path: string, name: string): string =>
  path === '' ? segment(name) : `${path}.${segment(name)}`;

/**
 * The settings in plain data, one for each leaf. A list of texts is a set, of which the first may count. Lists of other things
 * are taken by position.
 */
export function flatten(value: unknown, path: string, options: FlattenOptions): readonly [string, Field][] {
  // That there is nothing is not a secret, and not a value either.
  if (path !== '' && !sameMeaning(null, value) && options.isSecret(path, value)) {
    const from = options.secretFrom?.(path);
    const mark = markOf(JSON.stringify(value, sorted));
    return [[path, from === undefined ? { kind: 'secret', mark } : { kind: 'secret', mark, from }]];
  }
  if (isScalar(value)) return [[path, leaf(path, value)]];
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const texts = items.filter((item) => typeof item === 'string');
    if (texts.length === items.length) {
      const [first] = firstCounts(path) ? texts : [];
      const order = orderCounts(path) ? { ordered: true as const } : {};
      return [[path, { kind: 'set', items: texts, ...order, ...(first === undefined ? {} : { first }) }]];
    }
    return items.flatMap((item, index) => flatten(item, `${path}.${index}`, options));
  }
  if (!isRecord(value)) return [];
  if (options.isPart?.(path) === true && sameMeaning(null, value)) return [[path, THERE]];
  const entries = Object.entries(value);
  // An empty object says something too: that everything below is to go.
  if (entries.length === 0 && path !== '') return [[path, { kind: 'value', value: null }]];
  return entries.flatMap(([name, child]) => flatten(child, join(path, name), options));
}

/** For `JSON.stringify`: neither the order of texts in a list nor that of properties says anything. */
function sorted(_name: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return items.every((item) => typeof item === 'string') ? [...new Set(items)].sort() : items;
  }
  if (!isRecord(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, value[name]]));
}

const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

function leaf(path: string, value: Scalar): Field {
  const [, key] = /^(?:client_)?metadata\.(\w+)$/.exec(path) ?? [];
  return key?.startsWith(SETTINGS_PREFIX) === true && typeof value === 'string'
    ? { kind: 'settings', key, text: value }
    : { kind: 'value', value };
}
