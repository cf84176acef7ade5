import type { Json } from '../../base/json-values.ts';
import { isJsonObject } from '../../base/json-values.ts';

/** @throws {TypeError} that quotes the argument's name. */
export function stringArgument(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new TypeError(`"${name}" has to be a string.`);
  return value;
}

/** @throws {TypeError | RangeError} that quotes the argument's name. */
export function shortArgument(value: unknown, name: string, maxCharacters: number): string {
  const text = stringArgument(value, name);
  // Characters as JSON Schema counts them.
  const characters = Array.from(text).length;
  if (characters > maxCharacters) {
    throw new RangeError(`"${name}" has ${characters} characters; at most ${maxCharacters} are allowed.`);
  }
  return text;
}

/** @throws {TypeError} for a key that is none of these. */
export function onlyKeys(
  value: Readonly<Record<string, unknown>>,
  name: string,
  allowed: readonly string[],
): void {
  const other = Object.keys(value).find((key) => !allowed.includes(key));
  if (other !== undefined) throw new TypeError(`"${name}" has an unknown property "${other}".`);
}

/** @throws {TypeError} that names what is allowed. */
export function choiceArgument<const Choice extends string>(
  value: unknown,
  name: string,
  choices: readonly Choice[],
): Choice {
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined) {
    throw new TypeError(`"${name}" has to be ${choices.map((choice) => `"${choice}"`).join(' or ')}.`);
  }
  return chosen;
}

/** An optional object of options. @throws {TypeError} that quotes the argument's name. */
export function optionsArgument(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (!isJsonObject(value)) throw new TypeError(`"${name}" has to be an object.`);
  return value;
}

/** Milliseconds since the epoch; 0 is none. @throws {TypeError} that quotes the argument's name. */
export function timeArgument(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value === 0) {
    throw new TypeError(`"${name}" has to be a number of milliseconds since the epoch.`);
  }
  return value;
}

/**
 * A copy as JSON keeps it: what an Action changes in its object later does not count.
 * @throws {TypeError} when JSON cannot hold the value (a BigInt, a circle); `undefined` when JSON leaves it out.
 */
export function jsonCopy(value: unknown): Json | undefined {
  const text: unknown = JSON.stringify(value);
  if (typeof text !== 'string') return undefined;
  const copy: unknown = JSON.parse(text);
  return isJson(copy) ? copy : undefined;
}

/** For values that came out of `JSON.parse`. */
const isJson = (value: unknown): value is Json =>
  value === null || ['string', 'number', 'boolean', 'object'].includes(typeof value);

export const jsonBytes = (value: Json): number => Buffer.byteLength(JSON.stringify(value));
