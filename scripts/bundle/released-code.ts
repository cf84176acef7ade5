import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJsonObject } from '../base/json-values.ts';
import type { JsonObject } from '../base/json-values.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import type { Bundle } from './bundle.ts';

/** Written by `npm run generate -- --release` alone: whoever changes an Action does not change what was released. */
const RELEASED_FILE = 'scripts/bundle/released-code.json';

/** The version of this project that released exactly this code; `undefined` of any other. @param sha256 In hexadecimal. */
export function releaseOf(sha256: string): string | undefined {
  const version = readReleased()[sha256];
  return typeof version === 'string' ? version : undefined;
}

/** The file that holds what was released so far, and these bundles. */
export const withReleased = (
  bundles: readonly Bundle[],
  version: string,
): { readonly file: string; readonly text: string } => {
  const released = { ...readReleased() };
  for (const { code } of bundles) released[createHash('sha256').update(code).digest('hex')] ??= version;
  return { file: RELEASED_FILE, text: `${JSON.stringify(released, null, 2)}\n` };
};

const readReleased = (): JsonObject =>
  parseJsonObject(readFileSync(join(PROJECT_ROOT, RELEASED_FILE), 'utf8')) ?? {};
