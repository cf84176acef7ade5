import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isTooDeep, recordOf } from '../base/json-values.ts';
import { diskErrorOf } from '../base/disk-error.ts';
import { Problem } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import { removeQuietly, writeDurably } from '../base/durable-file.ts';
import { isDeployRecord, isOriginList } from './deploy-record.ts';
import type { DeployRecord } from './deploy-record.ts';
import { isKnownFlow } from './known-flow.ts';
import type { KnownAction } from './known-flow.ts';
import { isSentSecretList } from './sent-secrets.ts';
import type { SentSecret } from './sent-secrets.ts';
import type { Origin } from './origins.ts';

/** Git-ignored: what was deployed from this machine, and how to go back. */
const RECORDS_FOLDER = join(PROJECT_ROOT, '.deploys');

/** Older records of a tenant are removed. */
export const MAX_RECORDS = 30;

/** A list that is kept beside the records, in a file of its own. */
interface KeptList<Item> {
  readonly name: string;
  readonly isList: (value: unknown) => value is readonly Item[];
  /** For one that cannot be read. */
  readonly remedy: string;
}

/** Never removed: who made what is to be known for as long as it is there. */
const ORIGINS: KeptList<Origin> = {
  name: 'origins.json',
  isList: isOriginList,
  remedy:
    'Remove the file. It is then not known who made what, and `npm run destroy` removes nothing unless you tell it to.',
};

/** What ran at logins when the last deploy from here had ended. */
const FLOW: KeptList<KnownAction> = {
  name: 'flow.json',
  isList: isKnownFlow,
  remedy:
    'Remove the file. What others change in the login flow is then not found before the next deploy from here.',
};

/** What tells whether the values of secrets are those that were sent. */
const SECRETS: KeptList<SentSecret> = {
  name: 'secrets.json',
  isList: isSentSecretList,
  remedy:
    'Remove the file. Secrets that have another value are then not noticed before they are sent again: `npm run deploy -- --update-secrets`.',
};

/** Files beside the records. */
const OTHER_FILES: readonly string[] = [ORIGINS, FLOW, SECRETS].map(({ name }) => name);

/** The records of one tenant. */
export interface DeployRecords {
  readonly folder: string;
  /** Newest first. Throws `DEPLOY_RECORD_UNREADABLE`, also for one that belongs elsewhere: a copy, or one of another tenant. */
  all(): readonly DeployRecord[];
  /** Writes it whole, onto the disk, before it returns; readable by its owner only. Throws `RECORDS_UNWRITABLE`. */
  write(record: DeployRecord): void;
  /** Who made what deploys from here have touched. Throws `DEPLOY_RECORD_UNREADABLE`. */
  origins(): readonly Origin[];
  /** As `write`. */
  writeOrigins(origins: readonly Origin[]): void;
  /** The login flow as the last deploy left it; `undefined` where none has. Throws `DEPLOY_RECORD_UNREADABLE`. */
  flow(): readonly KnownAction[] | undefined;
  /** As `write`. */
  writeFlow(flow: readonly KnownAction[]): void;
  /** Secrets as deploys from here have set them, without their values. Throws `DEPLOY_RECORD_UNREADABLE`. */
  sentSecrets(): readonly SentSecret[];
  /** As `write`. */
  writeSentSecrets(secrets: readonly SentSecret[]): void;
}

/**
 * @param tenant Names the tenant: its domain, or for a local one what it keeps across a change of its port.
 * @param root Absolute path. Default: `.deploys` in the project.
 * @param domain That each record has to name. Default: any, for a local tenant, which may move.
 */
export function openRecords(tenant: string, root: string = RECORDS_FOLDER, domain?: string): DeployRecords {
  const folder = join(root, tenant.replaceAll(/[^a-z0-9.-]/gi, '_'));
  const fileOf = <Item>(kept: KeptList<Item>): TenantList<Item> =>
    tenantList(join(folder, kept.name), kept, tenant);
  const origins = fileOf(ORIGINS);
  const flow = fileOf(FLOW);
  const secrets = fileOf(SECRETS);
  // By the id, not by the file's name: `2026.json` comes after `2026-1.json`, although the other one is the later.
  const ids = (): readonly string[] =>
    namesIn(folder)
      .filter((name) => name.endsWith('.json') && !OTHER_FILES.includes(name))
      .map((name) => name.slice(0, -'.json'.length))
      .toSorted()
      .reverse();
  return {
    folder,
    all: () =>
      ids().map((id) =>
        readRecord(join(folder, `${id}.json`), { id, ...(domain === undefined ? {} : { domain }) }),
      ),
    write: (record) => {
      writeDurably(join(folder, `${record.id}.json`), JSON.stringify(record, null, 1));
      for (const old of ids().slice(MAX_RECORDS)) removeQuietly(join(folder, `${old}.json`));
    },
    origins: () => origins.read() ?? [],
    writeOrigins: origins.write,
    flow: flow.read,
    writeFlow: flow.write,
    sentSecrets: () => secrets.read() ?? [],
    writeSentSecrets: secrets.write,
  };
}

/** At the end of an id: which one it is of those that the clock does not tell apart. */
const COUNTER = /^(.*)-(\d{6})$/;

/** A name for a new record, later in the alphabet than those before it, whatever the clock says. */
export function newRecordId(now: Date, records: Pick<DeployRecords, 'all'>): string {
  const stamp = now.toISOString().replaceAll(/[:.]/g, '-');
  const last = records.all()[0]?.id ?? '';
  if (stamp > last) return stamp;
  const [, base = last, count = '0'] = COUNTER.exec(last) ?? [];
  return `${base}-${String(Number(count) + 1).padStart(6, '0')}`;
}

/** None where nothing was deployed yet; what is not a folder is found when it is written to. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const disk = diskErrorOf(error);
    if (disk?.name === 'ENOENT' || disk?.name === 'ENOTDIR') return [];
    throw unreadable(folder, disk?.remedy ?? 'Check that it is a folder and that you may read it.', error);
  }
}

/** @param place What the record has to say of where it belongs. */
function readRecord(file: string, place: Pick<DeployRecord, 'id'> & Partial<DeployRecord>): DeployRecord {
  const remedy = 'Check that the deploy left the tenant as you want it, then remove the file.';
  const content = readJson(file, remedy);
  if (!isDeployRecord(content)) throw unreadable(file, remedy);
  // It is written again under its id, and what it names is removed from the tenant whose folder it is in.
  if (content.id !== place.id || content.domain !== (place.domain ?? content.domain)) {
    throw unreadable(file, MISPLACED);
  }
  return content;
}

/** A file beside the records: of which tenant it is, and a list. */
interface TenantList<Item> {
  /** `undefined` where there is none. */
  readonly read: () => readonly Item[] | undefined;
  readonly write: (list: readonly Item[]) => void;
}

/** @param tenant That it has to be of: what another one has made, or was sent, says nothing of this one. */
const tenantList = <Item>(
  file: string,
  { isList, remedy }: KeptList<Item>,
  tenant: string,
): TenantList<Item> => ({
  read: () => {
    if (!namesIn(dirname(file)).includes(basename(file))) return undefined;
    const content = readJson(file, remedy);
    // In files of earlier versions, the list stands alone.
    const { tenant: of, list } = Array.isArray(content) ? { tenant, list: content } : recordOf(content);
    if (!isList(list)) throw unreadable(file, remedy);
    if (of !== tenant) throw unreadable(file, MISPLACED);
    return list;
  },
  write: (list) => {
    writeDurably(file, JSON.stringify({ tenant, list }, null, 1));
  },
});

const MISPLACED = 'Move it back to where it was: it belongs to another tenant, or has another name.';

function readJson(file: string, remedy: string): unknown {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw unreadable(file, remedy, cause);
  }
  if (isTooDeep(content)) throw unreadable(file, remedy);
  return content;
}

const unreadable = (file: string, remedy: string, cause?: unknown): Problem =>
  new Problem({
    code: 'DEPLOY_RECORD_UNREADABLE',
    message: 'The record of an earlier deploy cannot be read.',
    place: { file },
    remedy,
    cause,
  });
