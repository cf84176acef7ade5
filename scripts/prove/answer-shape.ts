import { isRecord } from '../base/json-values.ts';

/**
 * What of an answer can be compared between two tenants, and told to others: fields, the values that we sent ourselves, and the
 * words of errors. Of anything else, only of which type it is: no id, no name, no secret and no time of a tenant is in it.
 */
export type Shape = string | readonly Shape[] | { readonly [field: string]: Shape };

/** Fields whose values are the service's words, and the same for everybody. */
const WORDS: readonly string[] = ['error', 'errorCode', 'status', 'statusCode', 'strategy'];

/** Sentences of the service. What of them is not the same for everybody stands in quotes, or is an id. */
const SENTENCES: readonly string[] = ['message', 'error_description'];

/**
 * @param body Of an answer.
 * @param sent Every text and number of the requests, by what stands for it: for a name of this run, the same name without its
 *   mark.
 */
export function shapeOf(body: unknown, sent: ReadonlyMap<string, string>, field = ''): Shape {
  if (Array.isArray(body)) {
    const items: readonly unknown[] = body;
    return items.map((item) => shapeOf(item, sent, field));
  }
  if (isRecord(body)) {
    return Object.fromEntries(
      Object.entries(body)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        // The name of a field may be ours too.
        .map(([name, value]) => [nameOf(name, sent), shapeOf(value, sent, name)]),
    );
  }
  if (body === undefined) return '(nothing)';
  if (body === null || typeof body === 'boolean') return String(body);
  if (typeof body !== 'string' && typeof body !== 'number') return '(something else)';
  const text = String(body);
  const ours = sent.get(text);
  if (ours !== undefined) return `"${ours}"`;
  if (WORDS.includes(field)) return `"${text}"`;
  if (SENTENCES.includes(field)) return `"${withoutIds(text, sent)}"`;
  return `(${typeof body === 'number' ? 'number' : 'text'})`;
}

/** A field whose name nobody sent is the service's own, unless it looks like an id. */
const nameOf = (name: string, sent: ReadonlyMap<string, string>): string =>
  sent.get(name) ?? (/^[a-zA-Z][\w-]{0,60}$/.test(name) ? name : '(name)');

/** A sentence of the service, with what we sent as what stands for it, and what looks like an id or an address left out. */
function withoutIds(text: string, sent: ReadonlyMap<string, string>): string {
  const longestFirst = [...sent]
    .filter(([value]) => value.length > 3)
    .sort(([a], [b]) => b.length - a.length);
  return longestFirst
    .reduce((said, [value, instead]) => said.replaceAll(value, instead), text)
    .replaceAll(/https?:\/\/[^\s'"]+/g, '(address)')
    .replaceAll(/\b(?=[\w-]*\d)[\w-]{12,}\b/g, '(id)');
}

/** A difference between two shapes, at a path. */
export interface ShapeDifference {
  /** Such as `options.client_secret`; empty for the whole. */
  readonly path: string;
  readonly here: Shape | undefined;
  readonly there: Shape | undefined;
}

/** Where two shapes differ, the innermost places. */
export function differencesOf(
  here: Shape | undefined,
  there: Shape | undefined,
  path = '',
): readonly ShapeDifference[] {
  if (JSON.stringify(here) === JSON.stringify(there)) return [];
  if (isFields(here) && isFields(there)) {
    return [...new Set([...Object.keys(here), ...Object.keys(there)])].flatMap((name) =>
      differencesOf(here[name], there[name], path === '' ? name : `${path}.${name}`),
    );
  }
  if (isList(here) && isList(there) && here.length === there.length) {
    return here.flatMap((item, index) => differencesOf(item, there[index], `${path}[${index}]`));
  }
  return [{ path, here, there }];
}

const isList = (shape: Shape | undefined): shape is readonly Shape[] => Array.isArray(shape);
const isFields = (shape: Shape | undefined): shape is Readonly<Record<string, Shape>> =>
  typeof shape === 'object' && !Array.isArray(shape);
