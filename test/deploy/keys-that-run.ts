import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectionsOf, openStore } from '../../scripts/local-tenant/index.ts';

/** Secrets that logins run with, by Action. */
export type RunningSecrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * What a tenant holds, whatever it tells.
 *
 * @param folder State of a tenant, which may be running: between two answers, its file is whole.
 */
export function heldBy<Found>(
  folder: string,
  read: (collections: ReturnType<typeof collectionsOf>) => Found,
): Found {
  const copy = mkdtempSync(join(tmpdir(), 'tenant-copy-'));
  // With what is on the disk and not yet in the file itself.
  for (const file of readdirSync(folder).filter((name) => name.startsWith('tenant.sqlite')))
    copyFileSync(join(folder, file), join(copy, file));
  const store = openStore(copy);
  try {
    return read(collectionsOf(store));
  } finally {
    store.close();
    rmSync(copy, { recursive: true, force: true });
  }
}

export const secretsThatRun = (folder: string): RunningSecrets =>
  heldBy(folder, ({ actions, actionVersions }) =>
    Object.fromEntries(
      actions.all().map(({ name, deployed_version_id: id }) => {
        const secrets = (id === null ? undefined : actionVersions.get(id))?.secrets ?? [];
        return [name, Object.fromEntries(secrets.map((secret) => [secret.name, secret.value]))];
      }),
    ),
  );

export const OURS = ['didit-profile-sync', 'didit-step-up', 'didit-access-policy', 'didit-claims'] as const;

/** The keys that our Actions run with, in the order of the flow. */
export const keysThatRun = (folder: string): readonly (string | undefined)[] => {
  const secrets = secretsThatRun(folder);
  return OURS.map((name) => secrets[name]?.['DIDIT_HANDOVER_KEY']);
};

/** The one key that all of them have. */
export function commonKey(folder: string): string {
  const [key, ...others] = new Set(keysThatRun(folder));
  if (key === undefined || others.length > 0) throw new Error('our Actions do not have one key');
  return key;
}
