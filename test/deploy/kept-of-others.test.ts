import { mkdirSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import { lockTenant } from '../../scripts/records/deploy-lock.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import { recordOf } from '../../scripts/base/json-values.ts';
import type { FoundDeploy } from '../../scripts/undo/interrupted-deploy.ts';
import { openJournal } from '../../scripts/deploy/journal.ts';
import { describeRollback } from '../../scripts/undo/rollback/plan-rollback.ts';
import { REQUIRED_SCOPES } from '../../scripts/tenant-access/required-scopes.ts';
import { rollbackTenant } from '../../scripts/undo/rollback/rollback-tenant.ts';
import { Problem } from '../../scripts/base/problem.ts';
import { inTests } from '../faults/warm-cli.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { apiWithScopes, benchForEachTest } from './tenant-bench.ts';
import type { Bench } from './tenant-bench.ts';

const SAMPLE = 'Didit Sample Application';
const CLAIMS = 'didit-claims';
const API = 'https://api.example.com/';
const LOOSER = [
  [['clients', 1, 'client_metadata', 'didit_policy'], 'mode=off'],
  [['resourceServers', 0, 'token_lifetime'], 3_600],
] as const;

let on: Bench;
benchForEachTest(async (bench) => {
  on = bench;
  await on.deploy(on.deployOf([]));
});

const lifetime = async (): Promise<unknown> =>
  (await on.state()).resourceServers.find(({ identifier }) => identifier === API)?.settings['token_lifetime'];
const setLifetime = async (seconds: number): Promise<void> => {
  const server = (await on.state()).resourceServers.find(({ identifier }) => identifier === API);
  await on.api.send('PATCH', `/resource-servers/${server?.id ?? ''}`, { token_lifetime: seconds });
};
const policy = async (): Promise<unknown> =>
  recordOf((await on.client(SAMPLE)).settings['client_metadata'])['didit_policy'];
const setPolicy = async (text: string): Promise<void> => {
  const { client_id: id } = await on.client(SAMPLE);
  await on.api.send('PATCH', `/clients/${id}`, { client_metadata: { didit_policy: text } });
};

/** A deploy that was killed when it had begun to send the applications. */
const killed = async (): Promise<void> => {
  const journal = openJournal(on.api.domain, await prepareDeploy(on.api, on.deployOf(LOOSER)), on.records);
  journal.begin({ name: 'applications', assets: {} });
  mkdirSync(join(on.records.folder, 'staged'));
  writeFileSync(join(on.records.folder, 'staged/action-0.js'), '// code of a deploy that was killed');
};

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

describe('what others do after a deploy was killed', () => {
  test('is not even looked at before somebody has agreed to settle it', LONG, async () => {
    await killed();
    const before = await on.state();
    const asked: string[] = [];
    const codes = await problemsOfAsync(() =>
      changeTenant(on.api, inTests(on.deployOf([]), on.folders.authorityFile), on.records, {
        onFound: ({ startedAt }) => {
          asked.push(startedAt);
          return Promise.reject(new Problem({ code: 'NOT_CONFIRMED', message: 'No.' }));
        },
        onInterrupted: () => asked.push('settled'),
      }),
    );
    expect(codes.map(({ code }) => code)).toEqual(['NOT_CONFIRMED']);
    expect(asked).toEqual([on.lastRecord().startedAt]);
    expect(on.lastRecord().status).toBe('applying');
    expect(await on.state()).toEqual(before);
  });

  const nextDeploy = async (): Promise<FoundDeploy | undefined> => {
    let found: FoundDeploy | undefined;
    await changeTenant(on.api, inTests(on.deployOf([]), on.folders.authorityFile), on.records, {
      onInterrupted: (deploy) => {
        found = deploy;
      },
      // Whoever is asked says no.
      onPrepared: () => Promise.reject(new Problem({ code: 'NOT_CONFIRMED', message: 'No.' })),
    }).catch(() => undefined);
    return found;
  };

  test(
    'stays when the next one undoes it, and is named; what had been sent is taken back',
    LONG,
    async () => {
      await killed();
      await setLifetime(3_600);
      await setPolicy('require=verified,age_over_21 max_age=1d');
      expect(await nextDeploy()).toMatchObject({
        outcome: 'put-back',
        done: [`API ${API}: token_lifetime as before`],
        left: [],
        kept: [`application ${SAMPLE}: client_metadata.didit_policy`],
      });
      expect(await policy()).toBe('require=verified,age_over_21 max_age=1d');
      expect(await lifetime()).toBe(86_400);
      expect(existsSync(join(on.records.folder, 'staged'))).toBe(false);
    },
  );

  test('stays when it is rolled back, and is listed before anybody agrees', LONG, async () => {
    await killed();
    await setPolicy('require=verified,age_over_21 max_age=1d');
    const plan = await on.plan();
    expect(plan.operations).toEqual([]);
    expect(describeRollback(plan)).toContain(
      `  keep      application ${SAMPLE}: client_metadata.didit_policy (changed since, not by the deploy)`,
    );
    await on.rollBack();
    expect(await policy()).toBe('require=verified,age_over_21 max_age=1d');
  });
});

describe('a rollback whose list somebody reads', () => {
  const rollbackWhile = async (others: () => Promise<void>, api = on.api): Promise<string> =>
    await rollbackTenant(api, on.records, on.secretAtHand, { onPlan: others, onDone: () => undefined }, 10);

  test('is not carried out when somebody changes what it is about meanwhile', async () => {
    await on.deploy(on.deployOf(LOOSER));
    const found = await problemsOfAsync(() => rollbackWhile(() => setLifetime(60)));
    expect(found.map(({ code }) => code)).toEqual(['TENANT_CHANGED']);
    expect(await lifetime()).toBe(60);
    expect(await policy()).toBe('mode=off');
  });

  test.each([
    [
      'an application',
      async () => `/clients/${(await on.client(SAMPLE)).client_id}`,
      { description: 'By another team' },
    ],
    [
      'an Action',
      async () =>
        `/actions/actions/${(await on.state()).actions.find(({ name }) => name === CLAIMS)?.id ?? ''}`,
      { code: '// By another team' },
    ],
  ])(
    'is not carried out either when that is %s which somebody has given another name before',
    LONG,
    async (_, pathOf, change) => {
      await on.deploy(on.deployOf(LOOSER, 'something else'));
      const path = await pathOf();
      await on.api.send('PATCH', path, { name: 'renamed-by-somebody' });
      const found = await problemsOfAsync(() => rollbackWhile(() => on.api.send('PATCH', path, change)));
      expect(found.map(({ code }) => code)).toEqual(['TENANT_CHANGED']);
    },
  );

  test(
    'is carried out on the application that it changed, and not on one that has got its name',
    LONG,
    async () => {
      await on.deploy(on.deployOf(LOOSER));
      const { client_id: id } = await on.client(SAMPLE);
      const theirs = { name: SAMPLE, app_type: 'spa', client_metadata: { didit_policy: 'mode=off' } };
      await on.api.send('POST', '/clients', theirs);
      await on.rollBack();
      const named = (await on.state()).clients.filter(({ name }) => name === SAMPLE);
      expect(
        named.map((client) => [
          client.client_id === id,
          recordOf(client.settings['client_metadata'])['didit_policy'],
        ]),
      ).toEqual([
        [true, 'require=verified'],
        [false, 'mode=off'],
      ]);
    },
  );

  test(
    'says that an application is gone which somebody has made anew, and leaves the new one alone',
    LONG,
    async () => {
      await on.deploy(on.deployOf(LOOSER));
      await on.api.send('DELETE', `/clients/${(await on.client(SAMPLE)).client_id}`);
      const theirs = { name: SAMPLE, app_type: 'spa', client_metadata: { didit_policy: 'mode=off' } };
      await on.api.send('POST', '/clients', theirs);
      const made = await on.client(SAMPLE);
      const found = await problemsOfAsync(() => rollbackWhile(() => Promise.resolve()));
      expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual([
        `ROLLBACK_INCOMPLETE Still different: application ${SAMPLE} was removed by somebody else.`,
      ]);
      expect(await on.client(SAMPLE)).toEqual(made);
      expect((await on.connection())?.enabledClients).not.toContain(made.client_id);
    },
  );

  test('is carried out when others change what it has nothing to do with', LONG, async () => {
    await on.deploy(on.deployOf(LOOSER));
    await rollbackWhile(async () => {
      await on.api.send('POST', '/clients', { name: 'Of another team', app_type: 'spa' });
    });
    expect([await lifetime(), await policy()]).toEqual([86_400, 'require=verified']);
  });

  test('is not begun by a client that may not remove what it would have to', LONG, async () => {
    const before = await on.state();
    const client = await apiWithScopes(
      on,
      REQUIRED_SCOPES.flatMap(({ scopes }) => scopes),
    );
    const found = await problemsOfAsync(() => rollbackWhile(() => Promise.resolve(), client));
    expect(found.map(({ code }) => code)).toEqual(['SCOPE_MISSING']);
    expect(found[0]?.message).toContain('delete:connections');
    expect((await on.state()).bindings).toEqual(before.bindings);
    expect(await on.connection()).toEqual(before.connections[0]);
  });

  test('is not begun while another command changes the tenant', LONG, async () => {
    const unlock = lockTenant(on.records.folder);
    const found = await problemsOfAsync(() => rollbackWhile(() => Promise.resolve()));
    unlock();
    expect(found.map(({ code }) => code)).toEqual(['DEPLOY_IN_PROGRESS']);
    expect(await on.connection()).toBeDefined();
  });
});
