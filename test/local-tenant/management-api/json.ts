import { isJsonObject } from '../../../scripts/base/json-values.ts';
import type { Json, JsonObject } from '../../../scripts/base/json-values.ts';

export const asObjects = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter(isJsonObject) : [];

export const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

export const asTexts = (value: Json | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

function isJson(value: unknown): value is Json {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  return typeof value === 'object' && Object.values(value).every(isJson);
}

/** @throws {TypeError} for text that holds no JSON value. */
export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text);
  if (!isJson(value)) throw new TypeError('not a JSON value');
  return value;
}
