// @module-tag long
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { startDeployCli } from '../../scripts/deploy/deploy-cli.ts';
import type { DeployCliOrder } from '../../scripts/deploy/deploy-cli.ts';
import { lockTenant } from '../../scripts/records/deploy-lock.ts';
import { currentSecretOf } from '../../scripts/deploy/prepare-deploy.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { destroyTenant } from '../../scripts/undo/destroy/destroy-tenant.ts';
import { textOf } from '../../scripts/base/json-values.ts';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import { PUT_BACK_SCOPES, REQUIRED_SCOPES } from '../../scripts/tenant-access/required-scopes.ts';
import { rollbackTenant } from '../../scripts/undo/rollback/rollback-tenant.ts';
import type { JsonObject } from '../../scripts/base/json-values.ts';
import { startFaultProxy } from '../faults/fault-proxy.ts';
import { inTests } from '../faults/warm-cli.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { deployOf, tenantFileWith } from './deploy-inputs.ts';
import { apiWithScopes, CLIENT_SECRET, benchForEachTest } from './tenant-bench.ts';
import type { Bench } from './tenant-bench.ts';
import { tenantContents } from './tenant-contents.ts';

let on: Bench;
benchForEachTest((bench) => {
  on = bench;
});

/** Everything, secret values included. The tenant is closed for it. */
async function contentsAtTheEnd(): Promise<JsonObject> {
  await on.close();
  return tenantContents(on.folder);
}

/** Secret values that logins run with, by Action. */
async function secretsThatRun(): Promise<unknown> {
  const { actions } = await contentsAtTheEnd();
  return Array.isArray(actions)
    ? Object.fromEntries(
        actions.flatMap((action) =>
          typeof action === 'object' && action !== null && 'name' in action && 'runs' in action
            ? [[textOf(action['name']), action['runs']]]
            : [],
        ),
      )
    : undefined;
}

/** The same deploy, which shows what the CLI is told to import, before it is. */
const watched = (deploy: Deploy, see: (order: DeployCliOrder) => void): Deploy => {
  const { startCli = startDeployCli } = inTests(deploy, on.folders.authorityFile);
  return {
    ...deploy,
    startCli: (options) => {
      const cli = startCli(options);
      return {
        ...cli,
        import: async (order, signal) => {
          see(order);
          return await cli.import(order, signal);
        },
      };
    },
  };
};

const withSecrets = (values: Readonly<Record<string, string>>): Deploy =>
  deployOf(tenantFileWith([]), () => 'one', { AUTH0_DOMAIN: on.tenant.domain, ...values });

/** Codes for which a rollback stopped before anybody was asked. */
async function refusedRollback(api = on.api): Promise<readonly string[]> {
  let asked = false;
  const problems = await problemsOfAsync(() =>
    rollbackTenant(api, on.records, on.secretAtHand, {
      onPlan: async () => {
        asked = true;
        await Promise.resolve();
      },
      onDone: () => undefined,
    }),
  );
  expect(asked).toBe(false);
  return problems.map(({ code }) => code);
}

describe('while another command changes the tenant', () => {
  test('a deploy changes nothing', async () => {
    const before = await on.state();
    const unlock = lockTenant(on.records.folder);
    const problems = await problemsOfAsync(() => on.deploy(on.deployOf([])));
    expect(problems.map(({ code }) => code)).toEqual(['DEPLOY_IN_PROGRESS']);
    expect(await on.state()).toEqual(before);
    unlock();
    expect(await on.deploy(on.deployOf([]))).toMatchObject({ changed: true });
  });

  test('destroy changes nothing, and asks nobody', async () => {
    await on.deploy(on.deployOf([]));
    const before = await on.state();
    const unlock = lockTenant(on.records.folder);
    let asked = false;
    const destroy = () =>
      destroyTenant(on.api, prepareConfig(on.deployOf([])), on.records, false, {
        onPlan: async () => {
          asked = true;
          await Promise.resolve();
        },
      });
    const problems = await problemsOfAsync(destroy);
    expect(problems.map(({ code }) => code)).toEqual(['DEPLOY_IN_PROGRESS']);
    expect(asked).toBe(false);
    expect(await on.state()).toEqual(before);
    unlock();
  });

  test('rollback changes nothing, and asks nobody', async () => {
    await on.deploy(on.deployOf([]));
    const before = await on.state();
    const unlock = lockTenant(on.records.folder);
    expect(await refusedRollback()).toEqual(['DEPLOY_IN_PROGRESS']);
    expect(await on.state()).toEqual(before);
    unlock();
  });
});

test('a rollback by a client that may not delete is refused before anybody is asked', async () => {
  await on.deploy(on.deployOf([]));
  // There is one more application now, with its grant.
  const client = await apiWithScopes(
    on,
    REQUIRED_SCOPES.flatMap(({ scopes }) => scopes),
  );
  const before = await on.state();
  expect(await refusedRollback(client)).toEqual(['SCOPE_MISSING']);
  expect(await on.state()).toEqual(before);
});

describe('a deploy', () => {
  test('writes each step into its record before the step is begun', async () => {
    const steps: (readonly string[])[] = [];
    await on.deploy(watched(on.deployOf([]), () => steps.push(on.lastRecord().steps)));
    expect(steps).toEqual([
      ['applications'],
      ['applications', 'Actions'],
      ['applications', 'Actions', 'connection'],
    ]);
  });

  test('leaves no code behind on the disk that it had put there for the CLI', async () => {
    const staged = join(on.records.folder, 'staged');
    const wasThere: boolean[] = [];
    await on.deploy(watched(on.deployOf([]), () => wasThere.push(existsSync(staged))));
    expect(wasThere).toContain(true);
    expect(existsSync(staged)).toBe(false);
  });

  test('by a client that may not read the secret of the Actions’ own client sends no stand-in for it', async () => {
    const scopes = [...REQUIRED_SCOPES.flatMap((required) => required.scopes), ...PUT_BACK_SCOPES];
    const client = await apiWithScopes(
      on,
      scopes.filter((scope) => scope !== 'read:client_keys'),
    );
    const before = await on.state();
    const problems = await problemsOfAsync(() => on.deploy(on.deployOf([]), client));
    expect(problems.map(({ code }) => code)).toEqual(['MANAGEMENT_CLIENT_SECRET', 'DEPLOY_PUT_BACK']);
    expect(await on.state()).toEqual(before);
    expect(JSON.stringify(await contentsAtTheEnd())).not.toContain('known-later');
  });

  test('publishes no secret that somebody left in the draft of an Action', async () => {
    await on.deploy(on.deployOf([]));
    const action = (await on.state()).actions.find(({ name }) => name === 'didit-claims');
    await on.api.send('PATCH', `/actions/actions/${action?.id ?? ''}`, {
      secrets: [{ name: 'DIDIT_CONNECTION', value: 'another-connection' }],
    });
    await on.deploy(on.deployOf([], 'two'));
    expect(await secretsThatRun()).toMatchObject({
      'didit-claims': { secrets: { DIDIT_CONNECTION: 'didit' } },
    });
  });
});

describe('after a deploy of which nobody knows whether its secrets arrived', () => {
  const NEW = 'secret-of-didit-that-may-not-have-arrived';

  test('the next one sends them again, and then it is known', async () => {
    await on.deploy(on.deployOf([]));
    on.records.write({ ...on.lastRecord(), status: 'secret-in-doubt' });
    await on.deploy(withSecrets({ DIDIT_CLIENT_ID: 'didit-client-id', DIDIT_CLIENT_SECRET: NEW }));
    expect(on.records.all().map(({ status }) => status)).toEqual(['done', 'done']);
    expect(await contentsAtTheEnd()).toMatchObject({
      connections: [{ name: 'didit', options: { client_secret: NEW } }],
    });
  });
});

describe('a change to another application at Didit, whose secret is another one,', () => {
  const OTHER = {
    DIDIT_CLIENT_ID: 'another-didit-client-id',
    DIDIT_CLIENT_SECRET: 'secret-of-another-didit-client',
  };
  const withOther = (): Deploy =>
    deployOf(
      tenantFileWith([
        [
          ['connections', 0, 'enabled_clients'],
          ['Didit Sample Application', 'Didit Actions'],
        ],
      ]),
      () => 'one',
      { AUTH0_DOMAIN: on.tenant.domain, ...OTHER },
    );

  test('is put back where an application cannot be enabled: until everything else is right, there is a way back', async () => {
    await on.deploy(on.deployOf([]));
    const before = await on.state();
    const proxy = await startFaultProxy(on.folders.certificate, () => on.tenant);
    const through = await connectToTenant({
      domain: proxy.domain,
      credentials: { kind: 'token', accessToken: on.api.accessToken },
    });
    proxy.arm({ kind: '400', at: 1, matching: /^PATCH .*\/connections\/\w+\/clients$/ });
    const problems = await problemsOfAsync(() => on.deploy(withOther(), through));
    expect(proxy.disturbed()).toBeDefined();
    await proxy.close();
    expect(problems.map(({ code }) => code)).toEqual(['READ_BACK_DIFFERS', 'DEPLOY_PUT_BACK']);
    expect(await on.state()).toEqual(before);
    expect(await contentsAtTheEnd()).toMatchObject({
      connections: [{ options: { client_id: 'didit-client-id', client_secret: CLIENT_SECRET } }],
    });
  });

  test('is not rolled back to the id of before with the secret of now: nobody could sign in', async () => {
    await on.deploy(on.deployOf([]));
    await on.deploy(withOther());
    const secretOfNow = currentSecretOf({ config: prepareConfig(withOther()) });
    const problems = await problemsOfAsync(() => on.rollBack(on.api, secretOfNow));
    expect(problems.map(({ code }) => code)).toEqual(['ROLLBACK_INCOMPLETE']);
    expect(await contentsAtTheEnd()).toMatchObject({
      connections: [
        { options: { client_id: OTHER.DIDIT_CLIENT_ID, client_secret: OTHER.DIDIT_CLIENT_SECRET } },
      ],
    });
  });
});
