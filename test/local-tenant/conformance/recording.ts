import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../../scripts/base/json-values.ts';
import { asObjects, asText, parseJson } from '../management-api/json.ts';
import { asObject } from '../../../scripts/base/json-values.ts';

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
}

const SHARED_FOLDER = join(import.meta.dirname, '../../../../shared');

const readJson = (file: string): Json => parseJson(readFileSync(file, 'utf8'));

/** The recordings that lie beside the project; none where that folder is absent. */
export function readRecordings(): Recording[] {
  const folder = join(SHARED_FOLDER, 'recordings');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({
      name,
      pairs: asObjects(readJson(join(folder, name))).map((pair) => ({
        method: asText(pair['method']),
        path: asText(pair['path']),
        body: pair['body'] ?? '',
        status: Number(pair['status']),
        response: pair['response'] ?? '',
      })),
    }));
}

/** The Management API schema that lies beside the project. */
export function readOpenApi(): JsonObject | undefined {
  const file = join(SHARED_FOLDER, 'openapi/auth0-management-api.openapi.json');
  return existsSync(file) ? asObject(readJson(file)) : undefined;
}

/** The path without the query and without `/api/v2`, split at its slashes. */
export const stepsOf = (path: string): string[] =>
  (path.split('?')[0] ?? '').replace('/api/v2/', '').split('/').map(decodeURIComponent);
