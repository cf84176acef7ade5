import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bundle } from '../../scripts/bundle/bundle.ts';
import { gatedBundles } from '../../scripts/bundle/build-bundles.ts';
import { gateBundle } from '../../scripts/bundle/gates.ts';
import type { BundleTarget } from '../../scripts/bundle/targets.ts';
import { bundleTargets } from '../../scripts/bundle/targets.ts';
import { readTenantConfig } from '../../scripts/tenant-config/read-tenant-config.ts';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { problemsOfAsync } from '../problems-of.ts';

const TARGETS = bundleTargets(readTenantConfig().config);

describe.each(TARGETS.map((target) => [target.name, target] as const))('%s', (_name, target) => {
  test('passes every gate', async () => {
    expect(gateBundle(await bundle(target))).toEqual([]);
  });

  test('says which source it was built from, and nothing of this machine', async () => {
    const { code } = await bundle(target);
    expect(code).toContain(`Built from ${target.entry}`);
    expect(code).not.toContain(PROJECT_ROOT);
  });
});

test('the profile script carries the sync settings of the connection, which Auth0 gives it no other way to read', async () => {
  const { config } = readTenantConfig();
  const [connection, ...others] = config.connections;
  if (connection === undefined) throw new Error('tenant.yaml has no connection');
  const changed = { ...connection, metadata: { didit_sync: 'mode=on profile_timeout=7s' } };
  const [script] = bundleTargets({ ...config, connections: [changed, ...others] });
  if (script === undefined) throw new Error('no profile script is built');
  expect((await bundle(script)).code).toContain('profile_timeout=7s');
});

describe('the same sources', () => {
  let elsewhere: string;
  beforeEach(() => {
    elsewhere = mkdtempSync(join(tmpdir(), 'bundle-'));
  });
  afterEach(() => {
    rmSync(elsewhere, { recursive: true, force: true });
  });

  test('give the same bytes, in another folder too', async () => {
    cpSync(join(PROJECT_ROOT, 'actions'), join(elsewhere, 'actions'), { recursive: true });
    cpSync(join(PROJECT_ROOT, 'tsconfig.json'), join(elsewhere, 'tsconfig.json'));
    for (const target of TARGETS) {
      const here = await bundle(target);
      expect((await bundle(target, elsewhere)).code).toBe(here.code);
      expect((await bundle(target)).code).toBe(here.code);
    }
  });

  test('that cannot be built are named with file and line', async () => {
    mkdirSync(join(elsewhere, 'actions'));
    writeFileSync(
      join(elsewhere, 'actions/broken.ts'),
      'export const fine = 1;\nimport { gone } from "./gone.ts";\nexport { gone };\n',
    );
    const target: BundleTarget = {
      name: 'broken',
      kind: 'action',
      entry: 'actions/broken.ts',
      output: 'dist/broken.js',
      dependencies: [],
    };
    expect(await problemsOfAsync(() => bundle(target, elsewhere))).toMatchObject([
      { code: 'BUNDLE_FAILED', place: { file: 'actions/broken.ts', line: 2 } },
    ]);
  });

  test('that are not there are all named in one go', async () => {
    const read = readTenantConfig();
    const told = (await problemsOfAsync(() => gatedBundles(read, elsewhere))).map(({ message }) => message);
    const names = bundleTargets(read.config).map(({ name }) => name);
    expect(names.map((name) => told.filter((message) => message.includes(name)).length)).toEqual(
      names.map(() => 1),
    );
  });

  test('that are not there are named, with the Action that needs them', async () => {
    const { tenantFile, config } = readTenantConfig();
    const [target] = bundleTargets(config, tenantFile).filter(({ name }) => name === 'didit-claims');
    if (target === undefined) throw new Error('tenant.yaml has no such Action');
    const line = tenantFile.text
      .split('\n')
      .findIndex((text) => text.includes('code: dist/actions/didit-claims.js'));
    expect(await problemsOfAsync(() => bundle(target, elsewhere))).toMatchObject([
      { code: 'ACTION_FILE_MISSING', place: { file: 'tenant.yaml', line: line + 1, key: 'actions.2.code' } },
    ]);
  });
});
