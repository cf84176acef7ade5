import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { recordsUnwritable, writeDurably } from '../base/durable-file.ts';
import { recordsOf, textOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';

const FOLDER = 'staged';

/** Code of Actions where auth0-deploy-cli reads it: what is sent is what was compared, whatever happens to `dist/` meanwhile. */
export interface StagedCode {
  readonly folder: string;
  /** The same assets, their Actions with code from the folder. */
  stage(assets: JsonRecord): JsonRecord;
  remove(): void;
}

/** What a killed deploy left there. Needs the lock. */
export const removeStagedCode = (records: string): void => {
  rmSync(join(records, FOLDER), { recursive: true, force: true });
};

/**
 * @param records The folder of the tenant's records: who has its lock is alone here, and what a killed deploy left is replaced.
 */
export function stageCodeIn(records: string, codeOf: (actionName: string) => string | undefined): StagedCode {
  const folder = join(records, FOLDER);
  const remove = (): void => {
    removeStagedCode(records);
  };
  try {
    remove();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw recordsUnwritable(folder, cause);
  }
  return { folder, remove, stage: (assets) => withStagedCode(assets, codeOf, folder) };
}

function withStagedCode(
  assets: JsonRecord,
  codeOf: (actionName: string) => string | undefined,
  folder: string,
): JsonRecord {
  if (assets['actions'] === undefined) return assets;
  const actions = recordsOf(assets['actions']).map((action, index) => {
    const file = `action-${index}.js`;
    writeDurably(join(folder, file), codeOf(textOf(action['name'])) ?? '');
    return { ...action, code: file };
  });
  return { ...assets, actions };
}
