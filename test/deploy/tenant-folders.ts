import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { trustAuthority } from '../../scripts/local-tenant/index.ts';
import type { ServerCertificate } from '../../scripts/local-tenant/index.ts';

export interface TenantFolders {
  /** Folder that all others are in. */
  readonly root: string;
  /** PEM of the common authority. */
  readonly authorityFile: string;
  /** A state folder for a new tenant with the common authority and signing keys. */
  newTenant(name: string): string;
  /** For another server beside the tenants, from their authority. */
  readonly certificate: ServerCertificate;
  remove(): void;
}

let isTrusted = false;

/** Folders for several tenants that share one certificate authority, which this process trusts. */
export function tenantFolders(): TenantFolders {
  const { folder: seed, authorityFile, certificate } = inject('tenantSeed');
  if (!isTrusted) trustAuthority(certificate.authority);
  isTrusted = true;
  const root = mkdtempSync(join(tmpdir(), 'tenants-'));
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
