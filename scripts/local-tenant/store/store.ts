import { DatabaseSync } from 'node:sqlite';
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diskProblem, Problem } from '../../base/problem.ts';

/** @see https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

const STATE_FILE = 'tenant.sqlite';

/** A JSON document with an id of its own inside a named collection. */
export interface Collection<Document extends object> {
  get(id: string): Document | undefined;
  /** In order of first insertion. */
  all(): Document[];
  /** The same, each with its place in that order, which it keeps when others go. */
  ranked(): { readonly rank: number; readonly document: Document }[];
  /** Those that have a key, in order of first insertion: found without a look at the others. */
  withKey(key: string): Document[];
  /** Creates or replaces. */
  put(id: string, document: Document): void;
  /** Whether there was something to delete. */
  delete(id: string): boolean;
  /** Deletes all but as many of those that were inserted last. Not for a collection with keys. */
  keepNewest(count: number): void;
}

export interface Store {
  /**
   * Names are ours, never a user's.
   *
   * @param keysOf By what documents are found besides their ids. Default: by nothing.
   */
  collection<Document extends object>(
    name: string,
    keysOf?: (document: Document) => readonly string[],
  ): Collection<Document>;
  /** Runs `work` so that either all its writes are kept or none. Nested calls join the outer one. */
  transaction<Result>(work: () => Result): Result;
  /**
   * Why a write was lost the last time, one and the same object until there is another reason: whoever finds another loss after
   * its work than before cannot say that anything was written.
   */
  loss(): Problem | undefined;
  /** Tells, when the transaction that is open has ended, whether its writes are kept; at once where none is open. */
  settled(tell: (kept: boolean) => void): void;
  close(): void;
}

/**
 * Opens the store in `folder` (created with mode 0700, readable by its owner only), or one in memory.
 *
 * What a call has written is the operating system's when the call returns: a kill of the process at any moment loses nothing that
 * was answered. Nobody waits for the disk itself (`synchronous=NORMAL`): a machine that loses its power may lose the last
 * moments, and finds a whole state again. The database is locked for this process; a second one that opens the same folder is
 * told so.
 *
 * @param folder Absolute path, or `undefined` for a store that lives and dies with the process.
 * @throws {Problem} `TENANT_STATE_IN_USE` when another process has the folder open; `TENANT_STATE_UNREADABLE` when the
 *   folder cannot be used or holds something that is not a store.
 * @see https://www.sqlite.org/pragma.html#pragma_locking_mode
 * @see https://www.sqlite.org/wal.html#performance_considerations
 */
export function openStore(folder: string | undefined): Store {
  const database = folder === undefined ? openMemory() : openFile(folder);
  const select = database.prepare('SELECT json FROM document WHERE collection = ? AND id = ?');
  const selectAll = database.prepare(
    'SELECT id, json, position FROM document WHERE collection = ? ORDER BY position',
  );
  const upsert = database.prepare(
    'INSERT INTO document (collection, id, json) VALUES (?, ?, ?) ON CONFLICT (collection, id) DO UPDATE SET json = excluded.json',
  );
  const remove = database.prepare('DELETE FROM document WHERE collection = ? AND id = ?');
  const removeOld = database.prepare(
    'DELETE FROM document WHERE collection = ?1 AND position <= (SELECT position FROM document WHERE collection = ?1 ORDER BY position DESC LIMIT 1 OFFSET ?2)',
  );
  const selectWithKey = database.prepare(
    'SELECT json FROM lookup JOIN document USING (collection, id) WHERE collection = ? AND key = ? ORDER BY position',
  );
  const addKey = database.prepare('INSERT OR IGNORE INTO lookup (collection, key, id) VALUES (?, ?, ?)');
  const removeKeys = database.prepare('DELETE FROM lookup WHERE collection = ? AND id = ?');
  const countWithoutKey = database.prepare(
    'SELECT COUNT(*) AS count FROM document AS d WHERE collection = ? AND NOT EXISTS (SELECT 1 FROM lookup AS l WHERE l.collection = d.collection AND l.id = d.id)',
  );
  /** Short lists as they are now, by collection: a login reads all connections several times. Every write to one goes through this object. */
  const lists = new Map<string, readonly object[]>();
  const rollBack = (): void => {
    lists.clear();
    if (database.isTransaction) database.exec('ROLLBACK');
  };
  let depth = 0;
  let loss: Problem | undefined;
  const writing = <Result>(work: () => Result): Result => {
    try {
      return work();
    } catch (cause) {
      // SQLite has taken some of it back by itself, or all.
      rollBack();
      loss = stateUnwritable(join(folder ?? '', STATE_FILE), cause);
      throw loss;
    }
  };
  let waiting: ((kept: boolean) => void)[] = [];
  const settle = (kept: boolean): void => {
    const told = waiting;
    waiting = [];
    for (const tell of told) tell(kept);
  };

  const transaction = <Result>(work: () => Result): Result => {
    if (depth > 0) return work();
    database.exec('BEGIN');
    depth += 1;
    let kept = false;
    try {
      const result = work();
      writing(() => {
        database.exec('COMMIT');
      });
      kept = true;
      return result;
    } catch (error) {
      // Where the write itself failed, nothing is left to take back.
      rollBack();
      throw error;
    } finally {
      depth -= 1;
      settle(kept);
    }
  };

  const read = reader();
  /** Collections whose documents have all of their keys. */
  const keyed = new Set<string>();

  return {
    // The one place where stored text becomes a typed value: each collection's documents are written by its own module
    // only, so the type that went in is the type that comes out.
    collection<Document extends object>(
      name: string,
      keysOf?: (document: Document) => readonly string[],
    ): Collection<Document> {
      const parse = (row: Record<string, unknown>): Document => read(String(row['json'])) as Document;
      const setKeys = (id: string, document: Document): void => {
        writing(() => {
          removeKeys.run(name, id);
          for (const key of keysOf?.(document) ?? []) addKey.run(name, key, id);
        });
      };
      if (keysOf !== undefined && !keyed.has(name)) {
        // A state that an earlier version has left has no keys.
        if (Number(countWithoutKey.get(name)?.['count']) > 0)
          transaction(() => {
            for (const row of selectAll.all(name)) setKeys(String(row['id']), parse(row));
          });
        keyed.add(name);
      }
      return {
        get: (id) => {
          const row = select.get(name, id);
          return row === undefined ? undefined : parse(row);
        },
        all: () => {
          const known = lists.get(name);
          if (known !== undefined) return [...known] as Document[];
          const list = selectAll.all(name).map(parse);
          if (list.length <= SHORT_LIST) lists.set(name, list.map(frozen));
          return list;
        },
        ranked: () =>
          selectAll.all(name).map((row) => ({ rank: Number(row['position']), document: parse(row) })),
        withKey: (key) => selectWithKey.all(name, key).map(parse),
        put: (id, document) => {
          lists.delete(name);
          if (keysOf === undefined) writing(() => upsert.run(name, id, JSON.stringify(document)));
          else
            transaction(() => {
              writing(() => upsert.run(name, id, JSON.stringify(document)));
              setKeys(id, document);
            });
        },
        delete: (id) =>
          writing(() => {
            lists.delete(name);
            if (keysOf !== undefined) removeKeys.run(name, id);
            return Number(remove.run(name, id).changes) > 0;
          }),
        keepNewest: (count) => {
          lists.delete(name);
          writing(() => removeOld.run(name, count));
        },
      };
    },
    transaction,
    loss: () => loss,
    settled: (tell) => {
      if (depth === 0) tell(true);
      else waiting.push(tell);
    },
    close: () => {
      database.close();
    },
  };
}

/** Characters from which on a text is worth keeping, and how many such texts are kept. */
const LONG_TEXT = 2_000;
const LONG_TEXTS = 100;

/** Documents of a list that is kept whole. */
const SHORT_LIST = 50;

/**
 * Parses, and remembers what is long: a login reads the code of each Action several times, which is the same text until there is
 * another deploy. What is remembered is shared, so it is frozen.
 */
function reader(): (text: string) => unknown {
  const known = new Map<string, unknown>();
  return (text) => {
    if (text.length < LONG_TEXT) return JSON.parse(text) as unknown;
    const value = known.get(text) ?? frozen(JSON.parse(text) as unknown);
    // The one that was used last comes last.
    known.delete(text);
    known.set(text, value);
    const [oldest] = known.keys();
    if (known.size > LONG_TEXTS && oldest !== undefined) known.delete(oldest);
    return value;
  };
}

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null)
    for (const part of Object.values(Object.freeze(value)) as readonly unknown[]) frozen(part);
  return value;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS document (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    json TEXT NOT NULL,
    UNIQUE (collection, id)
  );
  CREATE TABLE IF NOT EXISTS lookup (
    collection TEXT NOT NULL,
    key TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (collection, key, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS lookup_id ON lookup (collection, id);`;

function openMemory(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec(TABLE);
  return database;
}

function openFile(folder: string): DatabaseSync {
  const file = join(folder, STATE_FILE);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(file, { timeout: 0 });
    chmodSync(file, 0o600);
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      BEGIN EXCLUSIVE;
      ${TABLE}
      COMMIT;
    `);
    return database;
  } catch (cause) {
    const locked = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY;
    if (!locked) throw stateUnreadable(file, cause);
    throw new Problem({
      code: 'TENANT_STATE_IN_USE',
      message: 'Another process has this local tenant open.',
      place: { file },
      cause,
    });
  }
}

/** For whatever keeps the state from being opened. */
const stateUnreadable = (file: string, cause: unknown): Problem =>
  diskProblem({
    code: 'TENANT_STATE_UNREADABLE',
    file,
    what: 'The local tenant cannot open its state',
    cause,
    more: `To start again from nothing, delete ${dirname(file)}.`,
  });

/** For whatever keeps the state from being written. */
export const stateUnwritable = (file: string, cause: unknown): Problem =>
  diskProblem({
    code: 'TENANT_STATE_UNWRITABLE',
    file,
    what: 'The local tenant cannot write its state',
    cause,
  });
