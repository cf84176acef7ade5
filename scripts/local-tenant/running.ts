import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../base/json-values.ts';
import type { ClientCredentials } from './bootstrap.ts';
import { trustAuthority } from './server/certificates.ts';
import { startLocalTenant } from './tenant.ts';
import type { LocalTenant, LocalTenantOptions } from './tenant.ts';

/** What a second command needs to use a tenant that another process runs. Readable by the owner only. */
interface RunningTenant {
  readonly url: string;
  readonly authority: string;
  readonly authorityFile: string;
  readonly management: ClientCredentials;
  readonly didit: ClientCredentials;
}

const announcementIn = (folder: string): string => join(folder, 'running.json');

/** Lets other commands find this process's tenant. Returns how to take that back. */
export function announceTenant(folder: string, tenant: LocalTenant): () => void {
  const file = announcementIn(folder);
  const temporary = `${file}.${process.pid}.tmp`;
  const announcement: RunningTenant = {
    url: tenant.url,
    authority: tenant.authority,
    authorityFile: tenant.authorityFile ?? '',
    management: tenant.management,
    didit: tenant.didit,
  };
  writeFileSync(temporary, JSON.stringify(announcement), { mode: 0o600 });
  renameSync(temporary, file);
  return () => {
    rmSync(file, { force: true });
  };
}

/**
 * The tenant that already runs on this folder, or a new one in this process; either way this thread trusts its
 * authority afterwards. Closing a tenant of another process leaves it running.
 *
 * @throws {Problem} as `startLocalTenant` does.
 */
export async function useLocalTenant(
  options: LocalTenantOptions & { readonly folder: string },
): Promise<LocalTenant & { readonly alreadyRunning: boolean }> {
  const running = readAnnouncement(options.folder);
  if (running !== undefined) {
    trustAuthority(running.authority);
    if (await answers(running.url)) {
      return {
        ...running,
        domain: running.url.replace('https://', ''),
        close: async () => {
          // It is not ours to stop.
        },
        alreadyRunning: true,
      };
    }
    // Left behind by a tenant that was killed: nobody answers there any more.
    rmSync(announcementIn(options.folder), { force: true });
  }
  const tenant = await startLocalTenant(options);
  trustAuthority(tenant.authority);
  return { ...tenant, alreadyRunning: false };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(3000),
    });
    return response.ok;
  } catch {
    return false;
  }
}

function readAnnouncement(folder: string): RunningTenant | undefined {
  try {
    const announced: unknown = JSON.parse(readFileSync(announcementIn(folder), 'utf8'));
    return isRunningTenant(announced) ? announced : undefined;
  } catch {
    return undefined;
  }
}

const isCredentials = (value: unknown): value is ClientCredentials =>
  isRecord(value) && typeof value['clientId'] === 'string' && typeof value['clientSecret'] === 'string';

const isRunningTenant = (value: unknown): value is RunningTenant =>
  isRecord(value) &&
  typeof value['url'] === 'string' &&
  typeof value['authority'] === 'string' &&
  typeof value['authorityFile'] === 'string' &&
  isCredentials(value['management']) &&
  isCredentials(value['didit']);
