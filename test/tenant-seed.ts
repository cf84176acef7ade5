import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { issueServerCertificate, openSigningKeys, openStore } from '../scripts/local-tenant/index.ts';
import type { ServerCertificate } from '../scripts/local-tenant/index.ts';

/** What the tenants of all tests begin with. */
export interface TenantSeed {
  /** State of a tenant that has an authority and signing keys, and nothing else. */
  readonly folder: string;
  /** PEM of that authority. */
  readonly authorityFile: string;
  /** From that authority, for another server. */
  readonly certificate: ServerCertificate;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly tenantSeed: TenantSeed;
    /** Folder in which processes leave for each other what Node has made of code. */
    readonly codeCache: string;
  }
}

/** Keys take longer to make than most tests: these are made once, before all of them. */
export async function setup({ provide }: TestProject): Promise<() => void> {
  const root = mkdtempSync(join(tmpdir(), 'tests-'));
  const folder = join(root, 'state');
  const authorityFile = join(root, 'authority.pem');
  const store = openStore(folder);
  const certificate = await issueServerCertificate(store);
  await openSigningKeys(store);
  store.close();
  writeFileSync(authorityFile, certificate.authority);
  provide('codeCache', join(root, 'code'));
  provide('tenantSeed', { folder, authorityFile, certificate });
  return () => {
    rmSync(root, { recursive: true, force: true });
  };
}
