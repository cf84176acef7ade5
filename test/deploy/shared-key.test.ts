import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeProblem, Problem } from '../../scripts/base/problem.ts';
import type { DeployCliOrder } from '../../scripts/deploy/deploy-cli.ts';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { recordsOf } from '../../scripts/base/json-values.ts';
import { openRecords } from '../../scripts/records/deploy-records.ts';
import { describeRollback } from '../../scripts/undo/rollback/plan-rollback.ts';
import { inTests, warmCli } from '../faults/warm-cli.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { secretsIn, secretsInFolder } from '../secrets/secret-search.ts';
import { deployOf, tenantFileWith } from './deploy-inputs.ts';
import { commonKey, keysThatRun, OURS, secretsThatRun } from './keys-that-run.ts';
import { benchForEachTest, CLIENT_SECRET, failing } from './tenant-bench.ts';
import type { Bench } from './tenant-bench.ts';

let on: Bench;
benchForEachTest((bench) => {
  on = bench;
});

const UPDATE = { options: { updateSecrets: true } };

/** The shipped file; what one of its Actions says. */
const saying = (said: Readonly<Record<string, string>>): Deploy => ({
  ...deployOf(tenantFileWith([]), (action) => said[action] ?? 'one', {
    AUTH0_DOMAIN: on.tenant.domain,
    DIDIT_CLIENT_ID: 'didit-client-id',
    DIDIT_CLIENT_SECRET: CLIENT_SECRET,
  }),
  startCli: warmCli,
});

/** From a machine that knows nothing of the others' deploys, as a runner of a CI service does. */
const deployElsewhere = async (deploy: Deploy, machine: string): Promise<unknown> =>
  await changeTenant(
    on.api,
    inTests(deploy, on.folders.authorityFile),
    openRecords('tenant', join(on.folders.root, machine)),
  );

/** auth0-deploy-cli that deals with the first Action alone, and then is no more. */
const dyingAfterTheFirstAction = (deploy: Deploy): Deploy => ({
  ...deploy,
  startCli: (options) => {
    const cli = warmCli(options);
    const half = ({ assets, ...order }: DeployCliOrder): DeployCliOrder => ({
      ...order,
      assets: { actions: recordsOf(assets['actions']).slice(0, 1) },
    });
    return {
      ...cli,
      import: async (order, signal) => {
        if (order.assets['actions'] === undefined) return await cli.import(order, signal);
        await cli.import(half(order), signal);
        throw died();
      },
    };
  },
});
const died = (): Problem =>
  new Problem({ code: 'DEPLOY_CLI_FAILED', message: 'it died', place: { tenant: 'tenant' } });
const unreachable = (): Problem =>
  new Problem({
    code: 'TENANT_UNREACHABLE',
    message: 'no answer',
    place: { variable: 'AUTH0_DOMAIN', from: '.env' },
  });

/** Leaves the tenant with a new key for the first Action and the old one for the others. */
async function halfAnUpdate(): Promise<void> {
  const before = commonKey(on.folder);
  const problems = await problemsOfAsync(() =>
    on.deploy(dyingAfterTheFirstAction({ ...saying({}), ...UPDATE }), failing(on.api, unreachable)),
  );
  expect(problems[0]?.code).toBe('DEPLOY_CLI_FAILED');
  const [first, ...others] = keysThatRun(on.folder);
  expect(first).not.toBe(before);
  expect(others).toEqual([before, before, before]);
}

const plannedReasons = async (deploy: Deploy): Promise<unknown> =>
  (await prepareDeploy(on.api, deploy)).changes.actions.map(({ fields, secrets }) => [fields, secrets]);
/** Our Actions as tenant.yaml lists them, which is not the order of the flow. */
const IN_THE_FILE = ['didit-profile-sync', 'didit-access-policy', 'didit-claims', 'didit-step-up'];
const CLAIMS = IN_THE_FILE.indexOf('didit-claims');

const DIFFERS = OURS.map(() => [[], 'shared key differs']);

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

describe('the key that our Actions share', () => {
  test('is made by the first deploy, stays when code changes, and is a new one for all with --update-secrets', async () => {
    await on.deploy(saying({}));
    const first = commonKey(on.folder);
    expect(Buffer.from(first, 'base64url')).toHaveLength(32);
    expect(Buffer.from(first, 'base64url').toString('base64url')).toBe(first);
    expect(await plannedReasons(saying({}))).toEqual([]);

    await on.deploy(saying({ 'didit-access-policy': 'two' }));
    expect(keysThatRun(on.folder)).toEqual([first, first, first, first]);

    await on.deploy({ ...saying({ 'didit-access-policy': 'two' }), ...UPDATE });
    const second = commonKey(on.folder);
    expect(second).not.toBe(first);
    expect(await plannedReasons(saying({ 'didit-access-policy': 'two' }))).toEqual([]);
  });

  test('comes with a secret whose name alone says which one it is', LONG, async () => {
    await on.deploy(saying({}));
    const ids = Object.values(secretsThatRun(on.folder)).map((secrets) =>
      Object.entries(secrets).filter(([name]) => name.startsWith('DIDIT_SHARED_KEY_')),
    );
    const [name = '', value = ''] = ids[0]?.[0] ?? [];
    expect(name).toMatch(/^DIDIT_SHARED_KEY_[0-9a-f]{16}$/);
    expect(ids).toEqual(OURS.map(() => [[name, value]]));
    expect(Buffer.from(commonKey(on.folder), 'base64url').toString('hex')).not.toContain(value);
    const { actions } = await on.state();
    expect(
      actions.flatMap(({ deployed }) => deployed?.secrets ?? []).map((secret) => secret.name),
    ).not.toContain(name);
  });

  test('is a new one for all where one Action gets another secret', LONG, async () => {
    await on.deploy(saying({}));
    const before = commonKey(on.folder);
    const extra = [['actions', CLAIMS, 'secrets', 3], { name: 'EXTRA', value: 'of the file' }] as const;
    await on.deploy(on.deployOf([extra]));
    expect(commonKey(on.folder)).not.toBe(before);
  });

  test(
    'is the old one for all again when a deploy that dies between two Actions is undone by the next one',
    LONG,
    async () => {
      await on.deploy(saying({}));
      const before = commonKey(on.folder);
      await halfAnUpdate();
      const undone: string[] = [];
      await changeTenant(on.api, inTests(saying({}), on.folders.authorityFile), on.records, {
        onInterrupted: ({ outcome }) => undone.push(outcome),
      });
      expect(undone).toEqual(['put-back']);
      expect(commonKey(on.folder)).toBe(before);
    },
  );

  test(
    'is a new one for all where nobody knows of the deploy that died: the tenant shows that they differ',
    LONG,
    async () => {
      await on.deploy(saying({}));
      const before = commonKey(on.folder);
      await halfAnUpdate();
      expect(await plannedReasons(saying({}))).toEqual(DIFFERS);
      await deployElsewhere(saying({}), 'another-machine');
      expect(commonKey(on.folder)).not.toBe(before);
      expect(await plannedReasons(saying({}))).toEqual([]);
    },
  );

  test('is in no error and in no record, whatever auth0-deploy-cli says', LONG, async () => {
    await on.deploy(saying({}));
    let sent = '';
    const deploy: Deploy = {
      ...saying({}),
      ...UPDATE,
      startCli: (options) => ({
        ...warmCli(options),
        import: async ({ assets }) => {
          sent = JSON.stringify(assets);
          const message = options.redact(`refused: ${JSON.stringify(assets)}`);
          throw new Problem({ code: 'DEPLOY_CLI_FAILED', message, place: { tenant: 'tenant' } });
        },
      }),
    };
    const problems = await problemsOfAsync(() => on.deploy(deploy));
    const [, key = ''] = /"DIDIT_HANDOVER_KEY","value":"([\w-]{43})"/.exec(sent) ?? [];
    expect(key).not.toBe('');
    expect(problems[0]?.message).toContain('DIDIT_HANDOVER_KEY","value":"[redacted]"');
    const secrets = new Map([['the key', key]]);
    expect(secretsIn(problems.map(describeProblem).join('\n'), secrets)).toEqual([]);
    expect(secretsInFolder(on.records.folder, secrets)).toEqual([]);
  });

  test(
    'is put back where auth0-deploy-cli says that all went well, and one Action has another key',
    LONG,
    async () => {
      await on.deploy(saying({}));
      const before = commonKey(on.folder);
      const problems = await problemsOfAsync(() =>
        on.deploy({
          ...saying({}),
          ...UPDATE,
          startCli: (options) => {
            const cli = warmCli(options);
            return {
              ...cli,
              import: async ({ assets, ...order }, signal) =>
                await cli.import(
                  {
                    ...order,
                    assets:
                      assets['actions'] === undefined
                        ? assets
                        : { ...assets, actions: recordsOf(assets['actions']).slice(1) },
                  },
                  signal,
                ),
            };
          },
        }),
      );
      expect(problems.map(({ code }) => code)).toContain('READ_BACK_DIFFERS');
      expect(problems.at(-1)?.code).toBe('DEPLOY_PUT_BACK');
      expect(commonKey(on.folder)).toBe(before);
    },
  );
});

describe('a rollback', () => {
  test('brings the key of before back to all of them', LONG, async () => {
    await on.deploy(saying({}));
    const before = commonKey(on.folder);
    await on.deploy({ ...saying({}), ...UPDATE });
    expect((await on.rollBack()).said).not.toContain('key that our Actions share');
    expect(commonKey(on.folder)).toBe(before);
  });

  test(
    'to a deploy without such a key takes it from all of them, and the next deploy gives them a new one',
    LONG,
    async () => {
      const ofBefore = IN_THE_FILE.flatMap((name, index) => [
        [['actions', index, 'code'], `old/${name}.js`] as const,
        [['actions', index, 'secrets'], [{ name: 'DIDIT_CONNECTION', value: 'didit' }]] as const,
      ]);
      await on.deploy(on.deployOf(ofBefore));
      expect(new Set(keysThatRun(on.folder))).toEqual(new Set([undefined]));
      await on.deploy(saying({}));
      expect(commonKey(on.folder)).toHaveLength(43);
      await on.rollBack();
      expect(new Set(keysThatRun(on.folder))).toEqual(new Set([undefined]));
      await on.deploy(saying({}));
      expect(commonKey(on.folder)).toHaveLength(43);
    },
  );

  test(
    'that leaves them with different keys says so before and after, and the next deploy gives all a new one',
    LONG,
    async () => {
      await on.deploy(saying({}));
      await on.deploy(saying({ 'didit-claims': 'two' }));
      await deployElsewhere({ ...saying({ 'didit-claims': 'two' }), ...UPDATE }, 'another-machine');
      const plan = await on.plan();
      const warning = expect.stringMatching(
        /^ {2}stays {5}the key that our Actions share: .*`npm run deploy`/,
      ) as string;
      expect(describeRollback(plan)).toContainEqual(warning);
      const problems = await problemsOfAsync(() => on.rollBack());
      expect(problems.map(({ code }) => code)).toEqual(['ROLLBACK_INCOMPLETE']);
      expect(problems[0]?.message).toContain('the key that our Actions share');
      expect(new Set(keysThatRun(on.folder)).size).toBe(2);
      await on.deploy(saying({}));
      expect(commonKey(on.folder)).toHaveLength(43);
    },
  );
});
