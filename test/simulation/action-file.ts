import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'simulate-login-'));
// Not after a test file: those that share a process share this module too.
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
let files = 0;

/** A file with an Action whose handler has this body. */
export function actionFile(body: string, rest = ''): string {
  files += 1;
  const file = join(folder, `action-${files}.js`);
  writeFileSync(file, `exports.onExecutePostLogin = async (event, api) => {\n${body}\n};\n${rest}`);
  return file;
}

/** What the Action logs as JSON. */
export const logged = (logs: readonly string[]): unknown => JSON.parse(logs.join(''));
