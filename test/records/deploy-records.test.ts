import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_RECORDS, newRecordId, openRecords } from '../../scripts/records/deploy-records.ts';
import type { DeployRecords } from '../../scripts/records/deploy-records.ts';
import type { DeployRecord } from '../../scripts/records/deploy-record.ts';
import type { Origin } from '../../scripts/records/origins.ts';
import type { Snapshot } from '../../scripts/records/snapshot.ts';
import { containing } from '../matchers.ts';
import { problemsOf } from '../problems-of.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'records-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const record = (id: string, snapshot: Partial<Snapshot> = {}): DeployRecord => ({
  version: 1,
  id,
  domain: 'tenant.example.com',
  startedAt: '2026-11-02T10:00:00.000Z',
  status: 'done',
  steps: [],
  optionsOf: [],
  snapshot: {
    resourceServers: [],
    clients: [],
    clientGrants: [],
    actions: [],
    connections: [],
    ownActions: [],
    ...snapshot,
  },
});

const broken = (snapshot: object): string =>
  JSON.stringify({ ...record('r1'), snapshot: { ...record('r1').snapshot, ...snapshot } });

const RENAMED = { id: 'id', from: 'a', to: 'b' };
const CLIENTS = [{ name: 'One' }, { name: 'Two' }];

/** A record whose second snapshot is not one of the same things. */
const unlike = (after: Partial<Snapshot>): string => {
  const whole = record('r1', { clients: CLIENTS });
  return JSON.stringify({ ...whole, after: { ...whole.snapshot, ...after } });
};

describe('records of deploys', () => {
  test('come newest first, are for their owner only, and the oldest go', () => {
    const records = openRecords('localhost:8443', root);
    for (let number = 10; number < 10 + MAX_RECORDS + 5; number += 1) records.write(record(`r${number}`));
    expect(records.all()).toHaveLength(MAX_RECORDS);
    expect(records.all()[0]?.id).toBe(`r${10 + MAX_RECORDS + 4}`);
    const [file = ''] = readdirSync(records.folder);
    if (process.platform !== 'win32') expect(statSync(join(records.folder, file)).mode & 0o077).toBe(0);
  });

  test('of one tenant are not those of another', () => {
    openRecords('one.example.com', root).write(record('r1'));
    expect(openRecords('two.example.com', root).all()).toEqual([]);
  });

  test('are in the order in which they were written, and none is lost, whatever the clock does', () => {
    let run = 0;
    fc.assert(
      fc.property(
        fc.array(fc.date({ min: new Date('2026-01-01'), max: new Date('2030-12-31'), noInvalidDate: true }), {
          minLength: 1,
          maxLength: 15,
        }),
        (times) => {
          run += 1;
          const records = openRecords(`tenant-${run}`, root);
          const written = times.map((now) => {
            const id = newRecordId(now, records);
            records.write(record(id));
            return id;
          });
          expect(records.all().map(({ id }) => id)).toEqual(written.toReversed());
        },
      ),
      { numRuns: 30 },
    );
  });

  test('count up while the clock stands in the past of the newest one', () => {
    const records = openRecords('tenant', root);
    for (const now of ['2030-01-01', '2026-11-02', '2026-11-03', '2026-11-04'])
      records.write(record(newRecordId(new Date(now), records)));
    const newest = '2030-01-01T00-00-00-000Z';
    expect(records.all().map(({ id }) => id)).toEqual([
      `${newest}-000003`,
      `${newest}-000002`,
      `${newest}-000001`,
      newest,
    ]);
  });

  test.each([
    ['text that is not JSON', '{'],
    ['an empty snapshot', JSON.stringify({ ...record('r1'), snapshot: {} })],
    ['an unknown status', JSON.stringify({ ...record('r1'), status: 'almost' })],
    ['former names that are no list', broken({ renamed: {} })],
    ['a former name without its id', broken({ renamed: [{ kind: 'Action', from: 'a', to: 'b' }] })],
    ['a former name of a kind that has none', broken({ renamed: [{ kind: 'API', ...RENAMED }] })],
    ['less than was touched in what the deploy left', unlike({ clients: [{ name: 'One' }] })],
    ['another order in what the deploy left', unlike({ clients: [{ name: 'Two' }, { name: 'One' }] })],
    ['other things in what the deploy left', unlike({ clients: [{ name: 'One' }, { name: 'Three' }] })],
    [
      'an organization in what the deploy left that it has not touched',
      unlike({ clients: CLIENTS, organizations: [{ name: 'acme' }] }),
    ],
    [
      'something that a put-back needs missing',
      JSON.stringify({
        ...record('r1'),
        snapshot: { ...record('r1').snapshot, clients: [{ name: 'App', before: { client_id: 'id' } }] },
      }),
    ],
    [
      'more levels than anybody could walk through',
      JSON.stringify({
        ...record('r1'),
        snapshot: {
          ...record('r1').snapshot,
          clients: [{ name: 'App', before: { client_id: 'id', settings: { addons: 'DEEP' } } }],
        },
      }).replace('"DEEP"', `${'['.repeat(5_000)}${']'.repeat(5_000)}`),
    ],
  ])('that somebody broke are named, not skipped: %s', (_case, text) => {
    const records = openRecords('tenant', root);
    records.write(record('r1'));
    writeFileSync(join(records.folder, 'r1.json'), text);
    expect(problemsOf(() => records.all())).toMatchObject([
      { code: 'DEPLOY_RECORD_UNREADABLE', place: { file: join(records.folder, 'r1.json') } },
    ]);
  });

  test.each([
    ['a copy beside it', 'r1 (copy)', record('r1')],
    ['a name that leads out of the folder', 'r1', record('../../r1')],
    ['one of another tenant', 'r1', { ...record('r1'), domain: 'staging.example.com' }],
  ])(
    'that do not belong where they are are named, and nothing is written elsewhere: %s',
    (_, name, content) => {
      const records = openRecords('tenant.example.com', root, 'tenant.example.com');
      records.write(record('r0'));
      writeFileSync(join(records.folder, `${name}.json`), JSON.stringify(content));
      expect(problemsOf(() => records.all())).toMatchObject([
        { code: 'DEPLOY_RECORD_UNREADABLE', place: { file: join(records.folder, `${name}.json`) } },
      ]);
    },
  );

  test('of a local tenant stay its own wherever it moves', () => {
    const records = openRecords('local-1', root);
    records.write({ ...record('r1'), domain: 'localhost:1' });
    records.write({ ...record('r2'), domain: 'localhost:2' });
    expect(records.all().map(({ domain }) => domain)).toEqual(['localhost:2', 'localhost:1']);
  });

  test('come back as they were written', () => {
    const records = openRecords('tenant', root);
    const whole = record('r1', { clients: [{ name: 'App', before: { client_id: 'id', settings: {} } }] });
    records.write({ ...whole, after: whole.snapshot });
    expect(records.all()).toEqual([{ ...whole, after: whole.snapshot }]);
  });
});

describe('records that cannot be written', () => {
  test('are a problem with a place where their folder is a file', () => {
    const file = join(root, '.deploys');
    writeFileSync(file, '');
    const records = openRecords('tenant', file);
    expect(records.all()).toEqual([]);
    expect(
      problemsOf(() => {
        records.write(record('r1'));
      }),
    ).toMatchObject([{ code: 'RECORDS_UNWRITABLE', place: { file: join(records.folder, 'r1.json') } }]);
  });

  test('leave nothing half-written beside those that are there', () => {
    const records = openRecords('tenant', root);
    mkdirSync(join(records.folder, 'r1.json'), { recursive: true });
    expect(
      problemsOf(() => {
        records.write(record('r1'));
      }).map(({ code }) => code),
    ).toEqual(['RECORDS_UNWRITABLE']);
    expect(readdirSync(records.folder)).toEqual(['r1.json']);
  });
});

describe('who made what', () => {
  const made: readonly Origin[] = [{ kind: 'application', name: 'App', origin: 'made', ids: ['id'] }];

  test('is known for longer than the records are kept, and is no record itself', () => {
    const records = openRecords('tenant', root);
    records.writeOrigins(made);
    for (let number = 10; number < 10 + MAX_RECORDS + 5; number += 1) records.write(record(`r${number}`));
    expect(records.all()).toHaveLength(MAX_RECORDS);
    expect(records.origins()).toEqual(made);
  });

  test.each(['{', '{}', '[{"kind":"application","name":"App"}]'])('is not guessed from %s', (text) => {
    const records = openRecords('tenant', root);
    records.writeOrigins(made);
    writeFileSync(join(records.folder, 'origins.json'), text);
    expect(problemsOf(() => records.origins()).map(({ code }) => code)).toEqual(['DEPLOY_RECORD_UNREADABLE']);
  });
});

describe('what is kept beside the records counts for its own tenant', () => {
  const ORIGINS: readonly Origin[] = [{ kind: 'application', name: 'App', origin: 'made' }];
  const FLOW = [{ action: 'fraud', sha256: null }];
  const SECRETS = [{ action: 'sync', secret: 'KEY', setAt: '2026-01-01', mark: 'abc' }];
  const FILES = ['origins.json', 'flow.json', 'secrets.json'] as const;
  const staging = (): DeployRecords => {
    const records = openRecords('staging.example.com', root);
    records.writeOrigins(ORIGINS);
    records.writeFlow(FLOW);
    records.writeSentSecrets(SECRETS);
    return records;
  };
  const readers = (records: DeployRecords) => ({
    'origins.json': () => records.origins(),
    'flow.json': () => records.flow(),
    'secrets.json': () => records.sentSecrets(),
  });

  test.each(FILES)('%s, and not for one whose folder it was copied to', (file) => {
    const from = staging();
    const to = openRecords('tenant.example.com', root);
    mkdirSync(to.folder, { recursive: true });
    cpSync(join(from.folder, file), join(to.folder, file));
    expect(readers(from)[file]()).toEqual(
      { 'origins.json': ORIGINS, 'flow.json': FLOW, 'secrets.json': SECRETS }[file],
    );
    expect(problemsOf(() => readers(to)[file]())).toMatchObject([
      {
        code: 'DEPLOY_RECORD_UNREADABLE',
        place: { file: join(to.folder, file) },
        remedy: containing('another tenant'),
      },
    ]);
  });

  test.each(FILES)('%s, also where an earlier version wrote it, which named none', (file) => {
    const records = staging();
    const list = readers(records)[file]();
    writeFileSync(join(records.folder, file), JSON.stringify(list));
    expect(readers(records)[file]()).toEqual(list);
  });

  test.each(FILES)('%s, and not where it is cut off, of a later version or something else', (file) => {
    const records = staging();
    const whole = readFileSync(join(records.folder, file), 'utf8');
    const list: unknown = readers(records)[file]();
    for (const text of [
      whole.slice(0, -10),
      '',
      '{}',
      JSON.stringify({ list }),
      JSON.stringify({ tenant: ['staging.example.com'], list }),
      JSON.stringify({ tenant: 'staging.example.com', list: { list } }),
      JSON.stringify({ tenant: 'staging.example.com', list: [{}] }),
    ]) {
      writeFileSync(join(records.folder, file), text);
      expect(problemsOf(() => readers(records)[file]())).toMatchObject([
        { code: 'DEPLOY_RECORD_UNREADABLE' },
      ]);
    }
  });

  test('and nothing is known where there are none', () => {
    const records = openRecords('tenant.example.com', root);
    expect([records.origins(), records.flow(), records.sentSecrets()]).toEqual([[], undefined, []]);
  });
});
