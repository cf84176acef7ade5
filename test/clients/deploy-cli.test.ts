// @module-tag long
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { isRecord } from '../../scripts/base/json-values.ts';
import { startClientTenant } from './client-tenant.ts';
import type { ClientTenant } from './client-tenant.ts';

const A0DEPLOY = createRequire(import.meta.url).resolve('auth0-deploy-cli');
const folder = mkdtempSync(join(tmpdir(), 'a0deploy-'));
let tenant: ClientTenant;

beforeAll(async () => {
  tenant = await startClientTenant();
  writeFileSync(join(folder, 'ca.pem'), tenant.authority);
  // The configuration of the README: a domain, credentials, and nothing that leaves a kind out.
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      AUTH0_DOMAIN: tenant.domain,
      AUTH0_CLIENT_ID: tenant.management.clientId,
      AUTH0_CLIENT_SECRET: tenant.management.clientSecret,
    }),
  );
});
afterAll(async () => {
  await tenant.close();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/**
 * Runs `a0deploy`: its exit code and what it said. It gives a connection ten seconds to come about, and does not try again: where the
 * machine takes longer, somebody else's work is in its way.
 */
async function a0deploy(...words: readonly string[]): Promise<Ended> {
  for (let attempt = 1; ; attempt += 1) {
    const ended = await run(words);
    if (attempt === 3 || !ended.said.includes('fetch failed')) return ended;
  }
}

const run = (words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [A0DEPLOY, ...words, '--config_file', 'config.json'], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') },
    });
    const parts: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => {
        parts.push(part.toString());
      });
    child.on('close', (code) => {
      resolve({ code, said: parts.join('') });
    });
  });

test(
  'a0deploy exports a whole tenant, and imports it again with a change',
  { timeout: 300_000 },
  async () => {
    const exported = await a0deploy('export', '--format', 'yaml', '--output_folder', 'out');
    expect(exported.said).toContain('Export Successful');
    expect(exported.code).toBe(0);
    const file = join(folder, 'out', 'tenant.yaml');
    const parsed: unknown = parse(readFileSync(file, 'utf8'));
    const document = isRecord(parsed) ? parsed : {};
    expect(document).toMatchObject({ rules: [], hooks: [], forms: [], organizations: [] });
    writeFileSync(file, stringify({ ...document, roles: [{ name: 'Reader', description: 'reads' }] }));
    const imported = await a0deploy('import', '--input_file', file);
    expect(imported.said).toContain('Import Successful');
    expect(imported.code).toBe(0);
    expect(imported.said).toMatch(/Created \[roles\].*Reader/);
  },
);
