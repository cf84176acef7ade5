import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

/**
 * All that is loaded before a file runs: what it imports, and what those import; files from the root of the project, packages by
 * name.
 */
function loadedWith(file: string, loaded = new Set<string>()): ReadonlySet<string> {
  const path = relative(PROJECT_ROOT, file);
  if (loaded.has(path)) return loaded;
  loaded.add(path);
  const code = stripTypeScriptTypes(readFileSync(file, 'utf8'));
  for (const [, from = ''] of code.matchAll(/^(?:import|export)\b(?:[^;]*?\bfrom)? *'([^']+)'/gm)) {
    if (from.startsWith('.')) loadedWith(resolve(dirname(file), from), loaded);
    else loaded.add(from);
  }
  return loaded;
}

describe.each(['console', 'tenant'])('npm run %s', (verb) => {
  test('has nothing to load, until it is ready, that builds, plans, simulates or deploys, or reads tenant.yaml', () => {
    const loaded = [...loadedWith(join(PROJECT_ROOT, 'scripts', `${verb}.ts`))];
    expect(loaded).toEqual(expect.arrayContaining(['hono', 'scripts/local-tenant/server/server.ts']));
    expect(
      loaded.filter((name) =>
        /^(?:esbuild|typescript|auth0-deploy-cli|ajv|yaml)$|^scripts\/(?:bundle|deploy|plan|simulation|tenant-config)\//.test(
          name,
        ),
      ),
    ).toEqual([]);
  });
});
