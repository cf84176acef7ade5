import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeQuietly, writeDurably } from '../base/durable-file.ts';
import { isRecord, textOf } from '../base/json-values.ts';
import { Problems, problemsIn } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import type { ClientCredentials } from './bootstrap.ts';
import { stateUnwritable } from './store/store.ts';
import { trustAuthority } from './server/certificates.ts';
import { startLocalTenant } from './tenant.ts';
import type { LocalTenant, LocalTenantOptions } from './tenant.ts';

/** Where the local tenant keeps its state between commands. Git-ignored; deleting it starts a new tenant. */
const LOCAL_TENANT_FOLDER = join(PROJECT_ROOT, '.local-tenant');

/** What a second command needs to use a tenant that another process runs. Readable by the owner only. */
interface RunningTenant {
  readonly url: string;
  readonly authority: string;
  readonly authorityFile: string;
  readonly management: ClientCredentials;
  readonly didit: ClientCredentials;
}

const ANNOUNCEMENT = join(LOCAL_TENANT_FOLDER, 'running.json');

/**
 * Lets other commands find this process's tenant.
 *
 * @returns How to take that back.
 * @throws {Problem} `TENANT_STATE_UNWRITABLE`.
 */
export function announceTenant(tenant: LocalTenant): () => void {
  const announcement: RunningTenant = {
    url: tenant.url,
    authority: tenant.authority,
    authorityFile: tenant.authorityFile ?? '',
    management: tenant.management,
    didit: tenant.didit,
  };
  writeDurably(ANNOUNCEMENT, JSON.stringify(announcement), stateUnwritable);
  return () => {
    removeQuietly(ANNOUNCEMENT);
  };
}

/**
 * The tenant of this project that already runs, or a new one in this process; either way this thread trusts its
 * authority afterwards. Closing a tenant of another process leaves it running.
 *
 * @throws {Problem} as `startLocalTenant` does.
 */
export async function useLocalTenant(
  options: Omit<LocalTenantOptions, 'folder'> = {},
): Promise<LocalTenant & { readonly alreadyRunning: boolean }> {
  const running = readAnnouncement();
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
    removeQuietly(ANNOUNCEMENT);
  }
  const tenant = await startLocalTenant({ ...options, folder: LOCAL_TENANT_FOLDER });
  trustAuthority(tenant.authority);
  return { ...tenant, alreadyRunning: false };
}

/**
 * `useLocalTenant` for as long as `work` takes. Where the tenant could not keep what it was sent, that comes before all that
 * followed from it.
 *
 * @throws {Problem} as `useLocalTenant` does; `TENANT_STATE_UNWRITABLE`.
 */
export async function withLocalTenant<Result>(
  options: Omit<LocalTenantOptions, 'folder'>,
  work: (tenant: LocalTenant & { readonly alreadyRunning: boolean }) => Promise<Result>,
): Promise<Result> {
  const tenant = await useLocalTenant(options);
  try {
    return await work(tenant);
  } catch (error) {
    const loss = tenant.loss?.();
    const told = problemsIn(error);
    if (loss === undefined || told.some(({ code }) => code === loss.code)) throw error;
    throw new Problems([loss, ...told]);
  } finally {
    await tenant.close();
  }
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

/** One that is no local tenant's counts for nothing: who follows it trusts its authority, and sends it secrets of Actions. */
export function readAnnouncement(file = ANNOUNCEMENT): RunningTenant | undefined {
  try {
    const announced: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isRunningTenant(announced) ? announced : undefined;
  } catch {
    return undefined;
  }
}

const isCredentials = (value: unknown): value is ClientCredentials =>
  isRecord(value) && typeof value['clientId'] === 'string' && typeof value['clientSecret'] === 'string';

const isRunningTenant = (value: unknown): value is RunningTenant =>
  isRecord(value) &&
  /^https:\/\/localhost:\d+$/.test(textOf(value['url'])) &&
  typeof value['authority'] === 'string' &&
  typeof value['authorityFile'] === 'string' &&
  isCredentials(value['management']) &&
  isCredentials(value['didit']);
