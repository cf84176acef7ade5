import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordsOf, textOf } from './json-values.ts';
import type { JsonRecord } from './json-values.ts';

/**
 * Puts the code of the Actions that are about to be sent into a folder of its own, where auth0-deploy-cli reads it: what is
 * sent is what was compared, whatever happens to `dist/` meanwhile.
 *
 * @param folder One that was made before; default: a new one. The caller removes it.
 */
export function stageCode(
  assets: JsonRecord,
  codeOf: (actionName: string) => string | undefined,
  folder: string = mkdtempSync(join(tmpdir(), 'deploy-')),
): { readonly assets: JsonRecord; readonly folder: string } {
  if (assets['actions'] === undefined) return { assets, folder };
  const actions = recordsOf(assets['actions']).map((action, index) => {
    const file = `action-${index}.js`;
    writeFileSync(join(folder, file), codeOf(textOf(action['name'])) ?? '', { mode: 0o600 });
    return { ...action, code: file };
  });
  return { assets: { ...assets, actions }, folder };
}
