import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueServerCertificate, trustAuthority, openStore } from '../../scripts/local-tenant/index.ts';
import type { ServerCertificate } from '../../scripts/local-tenant/index.ts';

export interface TenantFolders {
  /** Folder that all others are in. */
  readonly root: string;
  /** PEM of the common authority. */
  readonly authorityFile: string;
  /** A state folder for a new tenant with the common authority. */
  newTenant(name: string): string;
  /** For another server beside the tenants, from their authority. */
  readonly certificate: ServerCertificate;
  remove(): void;
}

/**
 * Folders for several tenants that share one certificate authority, which this process trusts: authorities of the same name are
 * taken for one another.
 */
export async function tenantFolders(): Promise<TenantFolders> {
  const root = mkdtempSync(join(tmpdir(), 'tenants-'));
  const seed = join(root, 'seed');
  const store = openStore(seed);
  const certificate = await issueServerCertificate(store);
  store.close();
  trustAuthority(certificate.authority);
  const authorityFile = join(root, 'authority.pem');
  writeFileSync(authorityFile, certificate.authority);
  return {
    root,
    authorityFile,
    certificate,
    newTenant: (name) => {
      const folder = join(root, name);
      cpSync(seed, folder, { recursive: true });
      return folder;
    },
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
