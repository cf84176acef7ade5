import { describe, expect, test } from 'vitest';
import { Problem } from '../../scripts/base/problem.ts';
import type { DeployCli } from '../../scripts/deploy/deploy-cli.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { exportTenantFile } from '../../scripts/export/export-tenant-file.ts';
import { currentSecretOf } from '../../scripts/deploy/prepare-deploy.ts';
import { planDeploy } from '../../scripts/plan/plan-deploy.ts';
import type { Plan } from '../../scripts/plan/plan.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { describeRollback } from '../../scripts/undo/rollback/plan-rollback.ts';
import { inTests, warmCli } from '../faults/warm-cli.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { secretsIn, secretsInFolder } from '../secrets/secret-search.ts';
import { heldBy } from './keys-that-run.ts';
import { benchForEachTest, CLIENT_SECRET } from './tenant-bench.ts';
import type { Bench } from './tenant-bench.ts';

const OTHER_SECRET = 'rotated-and-marked-too';
const OTHER_SCOPE = [
  ['connections', 0, 'options', 'scope'],
  'openid user_id is_verified is_over_18',
] as const;

let on: Bench;

const planOf = async (deploy: Deploy): Promise<Plan> =>
  await planDeploy(on.api, await prepareDeploy(on.api, inTests(deploy, on.folders.authorityFile)));

const ratedIn = ({ changes }: Plan): unknown =>
  changes.map(({ resource, field, security }) => [resource.name, field, security.map(({ code }) => code)]);

const secretOnTenant = (): unknown =>
  heldBy(on.folder, ({ connections }) => connections.all().map(({ options }) => options['client_secret']));

const secretOf = async (): Promise<string | undefined> => (await on.connection())?.client_secret;

const atHand = (secret: string) => currentSecretOf({ config: prepareConfig(on.deployOf([], 'one', secret)) });

/** Nowhere outside of the tenant itself. */
function expectNoTrace(...texts: readonly string[]): void {
  const secrets = new Map([
    ['the one', CLIENT_SECRET],
    ['the other', OTHER_SECRET],
  ]);
  expect(secretsInFolder(on.records.folder, secrets)).toEqual([]);
  expect(texts.flatMap((text) => secretsIn(text, secrets))).toEqual([]);
}

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

describe('on a tenant that tells the client secret of a connection', () => {
  benchForEachTest(async (bench) => {
    on = bench;
    await on.deploy(on.deployOf([]));
  });

  test('another one is a change that the plan shows without its value, and that a reviewer must see', async () => {
    const plan = await planOf(on.deployOf([], 'one', OTHER_SECRET));
    expect(ratedIn(plan)).toEqual([['didit', 'options.client_secret', ['didit_client']]]);
    expectNoTrace(JSON.stringify(plan), renderPlan(plan, 'terminal').text);
  });

  test('the same one is no change, whatever else a plan holds', LONG, async () => {
    expect((await planOf(on.deployOf([]))).changes).toEqual([]);
    const other = await planOf(on.deployOf([OTHER_SCOPE]));
    expect(other.changes.map(({ field }) => field)).not.toContain('options.client_secret');
  });

  test('another one is sent without --update-secrets, and then there is nothing to plan', LONG, async () => {
    const rotated = on.deployOf([], 'one', OTHER_SECRET);
    await on.deploy(rotated);
    expect(await secretOf()).toBe(OTHER_SECRET);
    expect((await planOf(rotated)).changes).toEqual([]);
    expectNoTrace();
  });

  test('one that somebody else has set is found, and replaced', LONG, async () => {
    const now = await on.connection();
    await on.api.send('PATCH', `/connections/${now?.id ?? ''}`, {
      display_name: 'Didit',
      options: { ...now?.options, client_secret: 'of-an-attacker' },
    });
    expect(ratedIn(await planOf(on.deployOf([])))).toEqual([
      ['didit', 'options.client_secret', ['didit_client']],
    ]);
    await on.deploy(on.deployOf([]));
    expect(await secretOf()).toBe(CLIENT_SECRET);
  });

  test(
    'a deploy that fails after it was sent puts the former one back, with nobody’s help',
    LONG,
    async () => {
      const failing = {
        ...inTests(on.deployOf([OTHER_SCOPE], 'one', OTHER_SECRET), on.folders.authorityFile),
        startCli: (options: Parameters<typeof warmCli>[0]): DeployCli => {
          const cli = warmCli(options);
          return {
            ...cli,
            import: async (order, signal) => {
              const done = await cli.import(order, signal);
              if (order.assets['connections'] === undefined) return done;
              // Somebody takes the new scope away again: what was read back is not what was sent.
              const now = await on.connection();
              await on.api.send('PATCH', `/connections/${now?.id ?? ''}`, {
                display_name: 'Didit',
                options: { ...now?.options, client_secret: OTHER_SECRET, pkce_enabled: false },
              });
              throw new Problem({
                code: 'DEPLOY_CLI_FAILED',
                message: 'it died',
                place: { tenant: 'tenant' },
              });
            },
          };
        },
      };
      const before = await on.connection();
      const problems = await problemsOfAsync(() => on.deploy(failing));
      expect(problems.map(({ code }) => code)).toContain('DEPLOY_PUT_BACK');
      expect((await on.connection())?.options['scope']).toEqual(before?.options['scope']);
      expect(await secretOf()).toBe(CLIENT_SECRET);
      expectNoTrace(JSON.stringify(problems.map(({ message }) => message)));
    },
  );

  test('a rollback puts the former one back where the environment holds it again', LONG, async () => {
    await on.deploy(on.deployOf([], 'one', OTHER_SECRET));
    const { done } = await on.rollBack(on.api, atHand(CLIENT_SECRET));
    expect(done).toEqual(['connection didit: options as before']);
    expect(await secretOf()).toBe(CLIENT_SECRET);
  });

  test('a rollback says so where nobody has the former one, and sends no other', LONG, async () => {
    await on.deploy(on.deployOf([], 'one', OTHER_SECRET));
    const plan = await on.plan();
    const problems = await problemsOfAsync(() => on.rollBack(on.api, atHand(OTHER_SECRET)));
    expect(problems.map(({ code }) => code)).toEqual(['ROLLBACK_INCOMPLETE']);
    expectNoTrace(problems.map(({ message }) => message).join(), describeRollback(plan).join());
    expect(await secretOf()).toBe(OTHER_SECRET);
  });

  test('a rollback of other options needs no secret in the environment', LONG, async () => {
    await on.deploy(on.deployOf([OTHER_SCOPE]));
    await on.rollBack(on.api, () => undefined);
    expect((await on.connection())?.options['scope']).toBe(
      on.deployOf([]).tenantFile.document.getIn(['connections', 0, 'options', 'scope']),
    );
    expect(await secretOf()).toBe(CLIENT_SECRET);
  });

  test(
    'one that was rotated since a deploy of something else stays at a rollback, and is told',
    LONG,
    async () => {
      await on.deploy(on.deployOf([OTHER_SCOPE]));
      const now = await on.connection();
      await on.api.send('PATCH', `/connections/${now?.id ?? ''}`, {
        display_name: 'Didit',
        options: { ...now?.options, client_secret: OTHER_SECRET },
      });
      expect((await on.plan()).since?.kept).toEqual(['connection didit: options.client_secret']);
      await on.rollBack(on.api, () => undefined);
      expect(await secretOf()).toBe(OTHER_SECRET);
      expect((await on.connection())?.options['scope']).not.toBe(OTHER_SCOPE[1]);
    },
  );

  test('an export does not hold it', LONG, async () => {
    const deploy = on.deployOf([]);
    const exported = exportTenantFile(
      deploy.tenantFile,
      prepareConfig(deploy),
      await on.state(),
      new Map(),
      () => undefined,
    );
    expectNoTrace(exported.text, JSON.stringify(exported));
  });
});

describe('on a tenant that hides the client secret of a connection', () => {
  benchForEachTest(
    async (bench) => {
      on = bench;
      await on.deploy(on.deployOf([]));
    },
    { hidesConnectionSecrets: true },
  );

  test('another one is no change that could be seen, and goes along with other options', LONG, async () => {
    expect(await secretOf()).toBeUndefined();
    expect((await planOf(on.deployOf([], 'one', OTHER_SECRET))).changes).toEqual([]);
    await on.deploy(on.deployOf([OTHER_SCOPE], 'one', OTHER_SECRET));
    expect(secretOnTenant()).toEqual([OTHER_SECRET]);
    expectNoTrace();
  });

  test(
    'a rollback of other options needs the secret in the environment, as long as nobody else holds it',
    LONG,
    async () => {
      await on.deploy(on.deployOf([OTHER_SCOPE]));
      const problems = await problemsOfAsync(() => on.rollBack(on.api, () => undefined));
      expect(problems.map(({ code }) => code)).toEqual(['ROLLBACK_INCOMPLETE']);
      const { done } = await on.rollBack(on.api, atHand(CLIENT_SECRET));
      expect(done).toEqual(['connection didit: options as before']);
    },
  );
});
