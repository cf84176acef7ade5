import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openJournal } from '../../scripts/deploy/journal.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { Problem } from '../../scripts/base/problem.ts';
import type { DeployRecord } from '../../scripts/records/deploy-record.ts';
import { recordedMarkOf } from '../../scripts/secrets/secret-marks.ts';
import { withoutSecrets } from '../../scripts/records/snapshot.ts';
import type { ConnectionBefore, Snapshot } from '../../scripts/records/snapshot.ts';
import { stageCodeIn } from '../../scripts/records/staged-code.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import {
  interruptedDeploy,
  interruptedNotice,
  settleDoubts,
  settleInterrupted,
} from '../../scripts/undo/interrupted-deploy.ts';
import { standOf } from '../../scripts/undo/settle-deploy.ts';
import { benchForEachTest, failing } from '../deploy/tenant-bench.ts';
import type { Bench } from '../deploy/tenant-bench.ts';
import { problemsOfAsync } from '../problems-of.ts';

const NOTHING: Snapshot = {
  ...{ resourceServers: [], clients: [], clientGrants: [], actions: [], connections: [] },
  ownActions: [],
};

const record = (status: DeployRecord['status'], parts: Partial<DeployRecord> = {}): DeployRecord => ({
  version: 1,
  id: status,
  domain: 'tenant.example.com',
  startedAt: '2026-11-02T10:00:00.000Z',
  status,
  steps: [],
  optionsOf: [],
  snapshot: NOTHING,
  ...parts,
});

describe('a deploy that did not end', () => {
  test.each([
    ['applying', 'interrupted'],
    ['secret-in-doubt', 'secrets'],
  ] as const)('is found by whoever only looks at the records: %s', (status, word) => {
    const pending = record(status);
    expect(interruptedDeploy([record('done'), pending, record('rolled-back')])).toBe(pending);
    expect(interruptedNotice(pending)).toContain(word);
    expect(interruptedNotice(pending)).toContain(pending.startedAt);
  });

  test('is not mistaken for one that did', () => {
    expect(interruptedDeploy([record('done'), record('put-back'), record('rolled-back')])).toBeUndefined();
  });
});

describe('how a deploy stands that did not end', () => {
  const connection = (name: string, scope: string): ConnectionBefore => ({
    ...{ id: `con-${name}`, name, options: { scope }, metadata: {}, enabledClients: [] },
    settings: { display_name: 'Didit' },
  });
  const NAMES = ['didit', 'second'] as const;
  const [LAST, BEFORE] = ['connection options', 'Actions'];

  test.each<[string, string[], (boolean | undefined)[], string[], string]>([
    ['before the last step', [BEFORE], [true], ['openid email'], 'incomplete'],
    ['in the last step, which has not arrived', [BEFORE, LAST], [true], ['openid'], 'incomplete'],
    ['in the last step, which has arrived', [BEFORE, LAST], [true], ['openid email'], 'complete'],
    ['of which one of two calls has', [LAST], [true, true], ['openid email', 'openid'], 'incomplete'],
    ['of which both have', [LAST], [true, true], ['openid email', 'openid email'], 'complete'],
    ['of which one can be read', [LAST], [true, false], ['openid email', 'openid'], 'complete'],
    ['in a last step that only sets a secret', [LAST], [false], ['openid'], 'secret-in-doubt'],
    ['in a last step in which nothing is sent', [LAST], [], ['openid'], 'incomplete'],
    ['of a connection that is gone', [LAST], [true], [], 'incomplete'],
  ])('%s', (_case, steps, changes, scopes, expected) => {
    const optionsOf = changes.map((readable, index) => ({
      name: NAMES[index] ?? '',
      readableChange: readable === true,
    }));
    const snapshot = {
      ...NOTHING,
      connections: NAMES.map((name) => ({ name, before: connection(name, 'openid') })),
    };
    const now = { connections: scopes.map((scope, index) => connection(NAMES[index] ?? '', scope)) };
    expect(standOf({ steps, optionsOf, snapshot }, now)).toBe(expected);
  });

  // What was sent: a secret too, which a tenant may tell.
  const sentMark = recordedMarkOf('sent', 'con-didit');
  test.each<[string, object, object, string | undefined, string]>([
    [
      'only others have changed something',
      { scope: 'openid email' },
      { icon: 'theirs' },
      undefined,
      'incomplete',
    ],
    [
      'others have changed it otherwise',
      { scope: 'openid email' },
      { scope: 'email' },
      undefined,
      'incomplete',
    ],
    ['it is there', { scope: 'openid email' }, { scope: ['email', 'openid'] }, undefined, 'complete'],
    [
      'it is there, and something of others',
      { scope: 'openid email' },
      { scope: 'email openid', icon: 'theirs' },
      undefined,
      'complete',
    ],
    ['it takes something away that is there', { icon: undefined }, {}, undefined, 'incomplete'],
    ['it takes something away that is gone', { icon: undefined }, { icon: undefined }, undefined, 'complete'],
    ['a secret is there', {}, {}, 'sent', 'complete'],
    ['another secret is there', {}, { icon: 'theirs' }, 'other', 'incomplete'],
  ])('in the last step, by what was sent: %s', (_case, sent, is, secret, expected) => {
    const before = { ...connection('didit', 'openid'), options: { scope: 'openid', icon: 'ours' } };
    const of = (one: ConnectionBefore): Snapshot => ({
      ...NOTHING,
      connections: [{ name: 'didit', before: one }],
    });
    const mark = secret === undefined ? {} : { secretMark: sentMark };
    const stand = standOf(
      {
        steps: [LAST],
        optionsOf: [{ name: 'didit', readableChange: true }],
        snapshot: of({ ...before, ...(secret === undefined ? {} : { secretMark: 'marked' }) }),
        sent: of({ ...before, ...mark, options: { ...before.options, ...sent } }),
      },
      {
        connections: [
          {
            ...before,
            options: { ...before.options, ...is },
            ...(secret === undefined ? {} : { client_secret: secret }),
          },
        ],
      },
    );
    expect(stand).toBe(expected);
  });

  test('is incomplete, with a connection that was not there before', () => {
    const snapshot = { ...NOTHING, connections: [{ name: 'didit' }] };
    const optionsOf = [{ name: 'didit', readableChange: true }];
    const now = { connections: [connection('didit', 'openid')] };
    expect(standOf({ steps: [LAST], optionsOf, snapshot }, now)).toBe('incomplete');
  });
});

describe('the next deploy', () => {
  let on: Bench;
  let didit: string;
  benchForEachTest(async (bench) => {
    on = bench;
    await on.api.send('POST', '/connections', {
      name: 'didit',
      display_name: 'Didit',
      strategy: 'oauth2',
      options: { client_id: 'one', client_secret: 'marked-secret', scope: 'openid' },
    });
    didit = `/connections/${(await on.connection())?.id}`;
  });

  const settle = (through: ManagementApi = on.api) =>
    settleInterrupted(through, on.records, () => undefined, 0);
  const connectionNow = async (): Promise<Snapshot> => ({
    ...NOTHING,
    connections: (await on.state()).connections.map((one) => ({
      name: one.name,
      before: withoutSecrets(one),
    })),
  });
  const startedAt = '2026-11-02T10:00:00.000Z';
  const NOTHING_DONE = { done: [], left: [], kept: [] };

  test('finds nothing where every deploy has ended', async () => {
    on.records.write(record('done'));
    expect(await settle()).toBeUndefined();
  });

  test('undoes one that was killed, takes its code away, and closes its record', async () => {
    on.records.write(record('applying', { snapshot: await connectionNow() }));
    const { folder } = stageCodeIn(on.records.folder, () => undefined);
    await on.api.send('PATCH', didit, { display_name: 'Of the deploy' });
    expect(await settle()).toEqual({
      ...{ startedAt, outcome: 'put-back', left: [], kept: [] },
      done: ['connection didit: display_name as before'],
    });
    expect((await on.connection())?.settings['display_name']).toBe('Didit');
    expect(on.lastRecord().status).toBe('put-back');
    expect(existsSync(folder)).toBe(false);
    expect(await settle()).toBeUndefined();
  });

  test('ends where the tenant does not answer, and the one after it goes on', async () => {
    on.records.write(record('applying', { snapshot: await connectionNow() }));
    await on.api.send('PATCH', didit, { display_name: 'Of the deploy' });
    const problem = new Problem({ code: 'RATE_LIMITED', message: 'too many', place: { tenant: 'tenant' } });
    const problems = await problemsOfAsync(() => settle(failing(on.api, () => problem)));
    expect(problems.map(({ code }) => code)).toEqual(['PUT_BACK_INCOMPLETE']);
    expect(on.lastRecord().status).toBe('applying');
    expect(await settle()).toMatchObject({ outcome: 'put-back', left: [] });
  });

  test('says what stays different whatever anybody does, and does not try that again', async () => {
    on.records.write(record('applying', { snapshot: await connectionNow() }));
    await on.api.send('DELETE', didit);
    const left = ['connection didit was removed by somebody else'];
    expect(await settle()).toEqual({ startedAt, outcome: 'put-back', ...NOTHING_DONE, left });
    expect(on.lastRecord().status).toBe('put-back');
  });

  test('takes one whose last call has arrived for done, and leaves the tenant as it is', async () => {
    const last = {
      steps: ['connection options'],
      optionsOf: [{ name: 'didit', readableChange: true }],
      snapshot: await connectionNow(),
    };
    on.records.write(record('applying', last));
    await on.api.send('PATCH', didit, { options: { client_id: 'one', client_secret: 'x', scope: 'email' } });
    const state = await on.state();
    expect(await settle()).toEqual({ startedAt, outcome: 'complete', ...NOTHING_DONE });
    expect(on.lastRecord().status).toBe('done');
    expect(await on.state()).toEqual(state);
  });

  test('is told of secrets that may not have arrived, until they are sent again', async () => {
    const last = {
      steps: ['connection options'],
      optionsOf: [{ name: 'didit', readableChange: false }],
      snapshot: await connectionNow(),
    };
    on.records.write(record('applying', { ...last, id: '2026' }));
    on.records.write(record('rolled-back', { id: '2025' }));
    const found = { startedAt, outcome: 'secret-in-doubt', ...NOTHING_DONE };
    expect([await settle(), on.lastRecord().status]).toEqual([found, 'secret-in-doubt']);
    expect([await settle(), on.lastRecord().status]).toEqual([found, 'secret-in-doubt']);
    settleDoubts(on.records);
    expect(on.records.all().map(({ status }) => status)).toEqual(['done', 'rolled-back']);
    expect(await settle()).toBeUndefined();
  });
});

describe('a first deploy that was killed', () => {
  let on: Bench;
  benchForEachTest((bench) => {
    on = bench;
  });

  const settle = () => settleInterrupted(on.api, on.records, () => undefined, 0);
  const STEPS = ['applications', 'Actions', 'connection'] as const;
  const AUDIENCE = 'https://api.example.com/';
  const killed = ({ after: _, ...done }: DeployRecord): DeployRecord => ({ ...done, status: 'applying' });

  test('takes away what it has made, which nobody knows the ids of', { tags: ['long'] }, async () => {
    const empty = await on.state();
    await on.deploy(on.deployOf([]));
    on.records.write(killed(on.lastRecord()));
    expect(await settle()).toMatchObject({ outcome: 'put-back', left: [], kept: [] });
    expect(await on.state()).toEqual(empty);
  });

  test('leaves what somebody else has made under the same names, and never takes it for its own', async () => {
    const journal = openJournal(on.api.domain, await prepareDeploy(on.api, on.deployOf([])), on.records);
    for (const name of STEPS) journal.begin({ name, assets: {} });
    await on.api.send('POST', '/clients', { name: 'Didit Actions', app_type: 'spa' });
    const { client_id } = await on.client('Didit Actions');
    await on.api.send('POST', '/client-grants', {
      client_id,
      audience: `https://${on.tenant.domain}/api/v2/`,
      scope: ['read:users'],
    });
    await on.api.send('POST', '/resource-servers', { identifier: AUDIENCE, name: 'Theirs' });
    await on.api.send('POST', '/connections', {
      name: 'didit',
      strategy: 'oauth2',
      options: { client_id: 'theirs', client_secret: 'theirs', scope: 'openid' },
    });
    await on.api.send('POST', '/actions/actions', {
      name: 'didit-claims',
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
      code: 'exports.onExecutePostLogin = async () => {};',
    });
    const theirs = await on.state();
    const kept = [
      ...['connection didit', 'Action didit-claims'],
      `grant Didit Actions → https://${on.tenant.domain}/api/v2/`,
      ...['application Didit Actions', `API ${AUDIENCE}`],
    ];
    expect(await settle()).toMatchObject({
      ...{ outcome: 'put-back', done: [], left: [] },
      kept: kept.map((what) => `${what}, which is not what the deploy made`),
    });
    expect(await on.state()).toEqual(theirs);
    expect(on.records.origins()).toEqual([]);
  });
});
