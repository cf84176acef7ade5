import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../../scripts/base/json-values.ts';
import { asText, parseJson } from '../management-api/json.ts';
import { asObject, isJsonObject } from '../../../scripts/base/json-values.ts';

/** One request that was sent to a real tenant, and what came back. */
export interface RecordedPair {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** An empty string when there was none. */
  readonly body: Json;
  readonly status: number;
  readonly response: Json;
}

export interface Recording {
  readonly name: string;
  readonly pairs: readonly RecordedPair[];
  /** Whether answers went through the types of an SDK before they were recorded. */
  readonly throughTypes?: boolean;
}

/** The sources of `recordings/README.md`. */
export type Source = 'auth0-deploy-cli' | 'go-auth0' | 'go-auth0-people' | 'go-auth0-authentication';

const asList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** A value as it was recorded: `{"$": 3}` is one of those that are kept once. */
function unfolded(value: Json, shared: readonly Json[]): Json {
  if (Array.isArray(value)) return value.map((item) => unfolded(item, shared));
  if (!isJsonObject(value)) return value;
  const reference = value['$'];
  if (typeof reference === 'number') return unfolded(shared[reference] ?? null, shared);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, unfolded(inner, shared)]));
}

/** The answer, with what it repeats from the body. */
function completed(response: Json, body: Json): Json {
  if (!isJsonObject(response) || response['='] === undefined) return response;
  const { '=': repeated, ...rest } = response;
  const names = asList(repeated).map(asText);
  return { ...Object.fromEntries(names.map((name) => [name, asObject(body)[name] ?? null])), ...rest };
}

/** The runs of a source, with everything that was left out of the files put back. */
export function readRecordings(source: Source): Recording[] {
  const file = asObject(
    parseJson(readFileSync(join(import.meta.dirname, `recordings/${source}.json`), 'utf8')),
  );
  const shared = asList(file['shared']);
  return Object.entries(asObject(file['runs'])).map(([name, pairs]) => ({
    name,
    throughTypes: source === 'go-auth0',
    pairs: asList(pairs).map((pair) => {
      const [method = '', path = '', body = '', status = 0, response = ''] = asList(pair);
      const sent = unfolded(body, shared);
      return {
        method: asText(method),
        path: asText(path),
        body: sent,
        status: Number(status),
        response: completed(unfolded(response, shared), sent),
      };
    }),
  }));
}

const PATH = '../../../scripts/auth0/management-api.json';

/** The reduced description of the Management API. */
export const readDescription = (): JsonObject =>
  asObject(parseJson(readFileSync(join(import.meta.dirname, PATH), 'utf8')));

/** The path without the query and without `/api/v2`, split at its slashes. */
export const stepsOf = (path: string): string[] =>
  (path.split('?')[0] ?? '').replace('/api/v2/', '').split('/').map(decodeURIComponent);
