import { DatabaseSync } from 'node:sqlite';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../base/problem.ts';

/** @see https://www.sqlite.org/rescode.html#busy */
const SQLITE_BUSY = 5;

/** A JSON document with an id of its own inside a named collection. */
export interface Collection<Document extends object> {
  get(id: string): Document | undefined;
  /** In order of first insertion. */
  all(): Document[];
  /** The same, each with its place in that order, which it keeps when others go. */
  ranked(): { readonly rank: number; readonly document: Document }[];
  /** Creates or replaces. */
  put(id: string, document: Document): void;
  /** Whether there was something to delete. */
  delete(id: string): boolean;
}

export interface Store {
  /** Names are ours, never a user's. */
  collection<Document extends object>(name: string): Collection<Document>;
  /** Runs `work` so that either all its writes are kept or none. Nested calls join the outer one. */
  transaction<Result>(work: () => Result): Result;
  /** Tells, when the transaction that is open has ended, whether its writes are kept; at once where none is open. */
  settled(tell: (kept: boolean) => void): void;
  close(): void;
}

/**
 * Opens the store in `folder` (created with mode 0700, readable by its owner only), or one in memory.
 *
 * What a call has written is the operating system's when the call returns: a kill of the process at any moment loses nothing that was
 * answered. Nobody waits for the disk itself (`synchronous=NORMAL`): a machine that loses its power may lose the last moments, and finds
 * a whole state again. The database is locked for this process; a second one that opens the same folder is told so.
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
    'SELECT json, position FROM document WHERE collection = ? ORDER BY position',
  );
  const upsert = database.prepare(
    'INSERT INTO document (collection, id, json) VALUES (?, ?, ?) ON CONFLICT (collection, id) DO UPDATE SET json = excluded.json',
  );
  const remove = database.prepare('DELETE FROM document WHERE collection = ? AND id = ?');
  let depth = 0;
  let waiting: ((kept: boolean) => void)[] = [];
  const settle = (kept: boolean): void => {
    const told = waiting;
    waiting = [];
    for (const tell of told) tell(kept);
  };

  return {
    // The one place where stored text becomes a typed value: each collection's documents are written by its own module
    // only, so the type that went in is the type that comes out.
    collection<Document extends object>(name: string): Collection<Document> {
      const parse = (row: Record<string, unknown>): Document => JSON.parse(String(row['json'])) as Document;
      return {
        get: (id) => {
          const row = select.get(name, id);
          return row === undefined ? undefined : parse(row);
        },
        all: () => selectAll.all(name).map(parse),
        ranked: () =>
          selectAll.all(name).map((row) => ({ rank: Number(row['position']), document: parse(row) })),
        put: (id, document) => {
          upsert.run(name, id, JSON.stringify(document));
        },
        delete: (id) => Number(remove.run(name, id).changes) > 0,
      };
    },
    transaction(work) {
      if (depth > 0) return work();
      database.exec('BEGIN');
      depth += 1;
      let kept = false;
      try {
        const result = work();
        database.exec('COMMIT');
        kept = true;
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      } finally {
        depth -= 1;
        settle(kept);
      }
    },
    settled: (tell) => {
      if (depth === 0) tell(true);
      else waiting.push(tell);
    },
    close: () => {
      database.close();
    },
  };
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS document (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    id TEXT NOT NULL,
    json TEXT NOT NULL,
    UNIQUE (collection, id)
  );`;

function openMemory(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  database.exec(TABLE);
  return database;
}

function openFile(folder: string): DatabaseSync {
  const file = join(folder, 'tenant.sqlite');
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
    throw new Problem(
      locked
        ? {
            code: 'TENANT_STATE_IN_USE',
            message: 'Another process has this local tenant open.',
            place: { file },
            cause,
          }
        : {
            code: 'TENANT_STATE_UNREADABLE',
            message: 'The local tenant cannot open its state.',
            place: { file },
            remedy: `Check that you may write to the folder. To start again from nothing, delete ${folder}.`,
            cause,
          },
    );
  }
}
