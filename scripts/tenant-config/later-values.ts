import type { ErrorObject } from 'ajv';
import { isRecord } from '../base/json-values.ts';
import { holdsMarker, wholeMarker } from './markers.ts';
import { pathOf } from './schema-messages.ts';

/** What stands at a path of plain data. */
const valueIn = (data: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)] as unknown;
    return isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, data);

/** The same data with another value at a path; what YAML's aliases share stays as it is elsewhere. */
function withValue(data: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(data))
    return data.map((item: unknown, index) => (String(index) === step ? withValue(item, rest, value) : item));
  return isRecord(data) ? { ...data, [step]: withValue(data[step], rest, value) } : data;
}

const expectedTypes = ({ keyword, params }: ErrorObject): readonly string[] => {
  const { type, allowedValue }: Readonly<Record<string, unknown>> = params;
  if (keyword === 'const') return [typeof allowedValue];
  return keyword === 'type' ? [type].flat().map(String) : [];
};

const TYPE_OF: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ['boolean', (value) => typeof value === 'boolean'],
  ['integer', (value) => Number.isSafeInteger(value)],
  ['number', (value) => typeof value === 'number'],
  ['null', (value) => value === null],
  ['array', Array.isArray],
  ['object', isRecord],
];

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * The data with values that came from placeholders as what their places take: `true`, a number, a list. A variable is a text,
 * whatever it stands for. Where a placeholder still stands, a list or an object with it in that place.
 *
 * @param written The same as it is written.
 * @param errors What the schema says of `data`.
 * @returns The same object where nothing is to be done.
 */
export function withExpectedTypes(data: unknown, written: unknown, errors: readonly ErrorObject[]): unknown {
  return errors.reduce((result: unknown, error) => {
    const path = pathOf(error.instancePath);
    const types = expectedTypes(error);
    const [value, text] = [valueIn(result, path), valueIn(written, path)];
    const marker = typeof text === 'string' ? wholeMarker(text) : undefined;
    if (types.length === 0 || marker === undefined) return result;
    if (value === text) {
      const stillOpen = types.includes('array')
        ? listOf(text, error)
        : types.includes('object') && !standsInTheFile(result, path)
          ? { [String(text)]: text }
          : undefined;
      return stillOpen === undefined ? result : withValue(result, path, stillOpen);
    }
    if (typeof value !== 'string')
      return types.includes('string') ? withValue(result, path, JSON.stringify(value)) : result;
    const parsed = json(value);
    return TYPE_OF.some(([type, isOne]) => types.includes(type) && isOne(parsed)) &&
      (marker.form === '@@' || !(Array.isArray(parsed) || isRecord(parsed)))
      ? withValue(result, path, parsed)
      : result;
  }, data);
}

/** Only texts: what a list of things holds has names that the rest of the file refers to, and stands in the file. */
const listOf = (text: unknown, { parentSchema }: ErrorObject): readonly unknown[] | undefined => {
  const items: unknown = parentSchema?.['items'];
  return isRecord(items) && items['type'] === 'string' ? [text] : undefined;
};

/** So does each such thing by itself, and a whole section. */
const standsInTheFile = (data: unknown, path: readonly string[]): boolean =>
  path.length === 1 || Array.isArray(valueIn(data, path.slice(0, -1)));

/** Each of a thousand wrong keys of one object asks. */
const laterKeys = new WeakMap<object, { readonly key: string | undefined }>();

function laterKeyIn(value: object): string | undefined {
  const known = laterKeys.get(value) ?? {
    key: Object.keys(value).find((key) => wholeMarker(key) !== undefined),
  };
  laterKeys.set(value, known);
  return known.key;
}

/** Whether an error is about something that a placeholder still stands for: it is judged when the value is there. */
export function isAboutLater(error: ErrorObject, data: unknown): boolean {
  const { instancePath, keyword, params, propertyName } = error;
  const value = valueIn(data, pathOf(instancePath));
  const { additionalProperty }: Readonly<Record<string, unknown>> = params;
  if (typeof value === 'string')
    return holdsMarker(value) && !expectedTypes(error).some((type) => ['array', 'object'].includes(type));
  if (!isRecord(value)) return false;
  const later = laterKeyIn(value);
  if (later === undefined) return false;
  return keyword === 'required' || additionalProperty === later || propertyName === later;
}
