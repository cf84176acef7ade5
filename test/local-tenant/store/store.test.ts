import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../../scripts/local-tenant/store/store.ts';
import { problemsOf } from '../../problems-of.ts';

interface Counter {
  readonly count: number;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the store', () => {
  test('keeps documents across restarts, in order of first insertion', () => {
    const first = openStore(folder);
    const counters = first.collection<Counter>('counters');
    counters.put('b', { count: 1 });
    counters.put('a', { count: 2 });
    counters.put('b', { count: 3 });
    first.close();

    const again = openStore(folder);
    expect(again.collection<Counter>('counters').all()).toEqual([{ count: 3 }, { count: 2 }]);
    expect(again.collection<Counter>('others').all()).toEqual([]);
    again.close();
  });

  test('gives what was put last, also where a long document comes again and again', () => {
    const store = openStore(undefined);
    const texts = store.collection<{ readonly text: string; readonly more: readonly string[] }>('texts');
    const long = (letter: string) => ({ text: letter.repeat(5_000), more: [letter] });
    texts.put('a', long('a'));
    expect([texts.get('a'), texts.get('a'), ...texts.all()]).toEqual([long('a'), long('a'), long('a')]);
    texts.put('a', long('b'));
    expect(texts.get('a')).toEqual(long('b'));
    for (let other = 0; other < 300; other += 1) texts.put(String(other), long(`${other} `));
    expect([texts.get('a'), texts.get('7'), texts.get('299')]).toEqual([long('b'), long('7 '), long('299 ')]);
    store.close();
  });

  test('shares long documents among their readers, none of whom can change what the others read', () => {
    const store = openStore(undefined);
    const texts = store.collection<{ text: string; more: string[] }>('texts');
    texts.put('a', { text: 'a'.repeat(5_000), more: ['kept'] });
    const read = texts.get('a');
    expect(() => read?.more.push('added')).toThrow(TypeError);
    expect(() => Object.assign(read ?? {}, { text: '' })).toThrow(TypeError);
    expect(texts.get('a')?.more).toEqual(['kept']);
    store.close();
  });

  test('says whether there was something to delete', () => {
    const store = openStore(undefined);
    const counters = store.collection<Counter>('counters');
    counters.put('a', { count: 1 });
    expect(counters.delete('a')).toBe(true);
    expect(counters.delete('a')).toBe(false);
    expect(counters.get('a')).toBeUndefined();
  });

  test('keeps as many of the newest documents as it is told, and leaves other collections alone', () => {
    const store = openStore(undefined);
    const [counters, others] = ['counters', 'others'].map((name) => store.collection<Counter>(name));
    for (const count of [1, 2, 3, 4]) {
      counters?.put(`counter ${count}`, { count });
      others?.put(`other ${count}`, { count });
    }
    counters?.put('counter 1', { count: 5 });
    counters?.keepNewest(2);
    expect(counters?.all()).toEqual([{ count: 3 }, { count: 4 }]);
    counters?.keepNewest(2);
    expect(counters?.all()).toHaveLength(2);
    expect(others?.all()).toHaveLength(4);
    store.close();
  });

  test('keeps all writes of a transaction or none', () => {
    const store = openStore(undefined);
    const counters = store.collection<Counter>('counters');
    expect(() =>
      store.transaction(() => {
        counters.put('a', { count: 1 });
        store.transaction(() => {
          counters.put('b', { count: 2 });
        });
        throw new Error('half-way');
      }),
    ).toThrow('half-way');
    expect(counters.all()).toEqual([]);
  });

  test('lists what is there, and finds by a key what a look at all of it would find, whatever was put, deleted or taken back', () => {
    interface Tagged {
      readonly tags: readonly string[];
    }
    const tag = fc.constantFrom('red', 'green', 'Red', 'r', '%', '');
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      tags: fc.option(fc.array(tag, { maxLength: 3 }), { nil: undefined }),
      isTakenBack: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), tag, (steps, wanted) => {
        const store = openStore(undefined);
        const tagged = store.collection<Tagged>('tagged', ({ tags }) => tags);
        store.collection<Tagged>('others', ({ tags }) => tags).put('a', { tags: [wanted] });
        const expected = new Map<string, Tagged>();
        for (const { id, tags, isTakenBack } of steps) {
          const work = (): void => {
            if (tags === undefined) tagged.delete(id);
            else tagged.put(id, { tags });
            // What is read here must not be remembered where it is taken back.
            tagged.all();
            if (isTakenBack) throw new Error('taken back');
          };
          if (isTakenBack)
            expect(() => {
              store.transaction(work);
            }).toThrow('taken back');
          else {
            work();
            if (tags === undefined) expected.delete(id);
            else expected.set(id, { tags });
          }
          expect(tagged.all()).toEqual([...expected.values()]);
        }
        expect(tagged.withKey(wanted)).toEqual(tagged.all().filter(({ tags }) => tags.includes(wanted)));
        store.close();
      }),
      { numRuns: 200 },
    );
  });

  test('finds by a key what was put before there were keys', () => {
    const before = openStore(folder);
    before.collection<Counter>('counters').put('a', { count: 1 });
    before.collection<Counter>('counters').put('b', { count: 2 });
    before.close();
    const after = openStore(folder);
    const counters = after.collection<Counter>('counters', ({ count }) => [`count ${count}`]);
    expect(counters.withKey('count 2')).toEqual([{ count: 2 }]);
    after.close();
  });

  test('gives back any JSON document as it was put', () => {
    const store = openStore(undefined);
    const documents = store.collection<Record<string, unknown>>('documents');
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), (id, document) => {
        documents.put(id, document);
        expect(documents.get(id)).toEqual(JSON.parse(JSON.stringify(document)));
      }),
    );
  });

  test('is readable by its owner only', () => {
    const inner = join(folder, 'state');
    openStore(inner).close();
    expect(statSync(inner).mode & 0o077).toBe(0);
    expect(statSync(join(inner, 'tenant.sqlite')).mode & 0o077).toBe(0);
  });

  test('tells a second opener of the same folder', () => {
    const store = openStore(folder);
    expect(problemsOf(() => openStore(folder))).toMatchObject([{ code: 'TENANT_STATE_IN_USE' }]);
    store.close();
    openStore(folder).close();
  });

  test('says so when its file is no store', () => {
    writeFileSync(
      join(folder, 'tenant.sqlite'),
      'this is no database, and long enough to be looked at as one'.repeat(20),
    );
    expect(problemsOf(() => openStore(folder))).toMatchObject([{ code: 'TENANT_STATE_UNREADABLE' }]);
  });

  test(
    'loses nothing that was answered when its process is killed at any moment',
    { tags: ['long'] },
    async () => {
      for (let round = 0; round < 4; round += 1) {
        const answered = await writeUntilKilled(folder, `round-${round}`, 3 + round * 13);
        const store = openStore(folder);
        const kept = new Set(
          store
            .collection<Counter>(`round-${round}`)
            .all()
            .map(({ count }) => count),
        );
        store.close();
        expect(answered.filter((count) => !kept.has(count))).toEqual([]);
        // Nothing half-written: at most what was under way is there without having been answered.
        expect(kept.size - answered.length).toBeLessThanOrEqual(1);
        expect(answered.length).toBeGreaterThan(0);
      }
    },
  );
});

/** Lets another process write and answer, kills it without warning after `answers` answers, and gives what it answered. */
async function writeUntilKilled(
  folder: string,
  collection: string,
  answers: number,
): Promise<readonly number[]> {
  const writer = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      fileURLToPath(new URL('store-writer.ts', import.meta.url)),
      folder,
      collection,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let printed = '';
  writer.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
    if (printed.split('\n').length > answers) writer.kill('SIGKILL');
  });
  await new Promise((resolve) => writer.once('close', resolve));
  // Everything after the last line break may be half an answer.
  return printed.split('\n').slice(0, -1).map(Number);
}

test.skipIf(process.platform === 'win32')(
  'a store whose disk is full keeps what was committed and nothing else, and tells each loss with place and remedy',
  () => {
    const writer = fileURLToPath(new URL('writer-on-full-disk.ts', import.meta.url));
    // A process of its own, none of whose files may grow beyond some kilobytes.
    const said = execFileSync('/bin/sh', [
      '-c',
      'ulimit -f 256 && exec "$0" "$@"',
      process.execPath,
      '--no-warnings',
      writer,
      folder,
    ]);
    const told: unknown = JSON.parse(said.toString());
    const again = openStore(folder);
    const kept = again.collection('texts').all().length / 2;
    again.close();
    expect(kept).toBeGreaterThan(0);
    expect(told).toMatchObject({
      kept,
      told: [{ code: 'TENANT_STATE_UNWRITABLE', place: { file: join(folder, 'tenant.sqlite') } }],
      isLoss: true,
      isAnotherLoss: true,
    });
  },
);
