import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import { deployDigest } from '../../scripts/deploy/deploy-digest.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { openRecords } from '../../scripts/records/deploy-records.ts';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { apiOf, deployedTenant } from '../plan/fake-tenant.ts';
import type { FakeTenant } from '../plan/fake-tenant.ts';
import { VALUES, withOptions } from '../plan/plan-of.ts';
import { sample } from '../plan/sample.ts';
import type { Edit } from '../plan/sample.ts';
import { problemsOfAsync } from '../problems-of.ts';

const DOMAIN = 'tenant.example.com';
const CHANGE: Edit = ['app_type: regular_web', 'app_type: spa'];

/** The shipped file on a tenant, which is to be changed a little. */
const tenant = (): FakeTenant => {
  const original = sample();
  return deployedTenant({ ...original, config: prepareConfig({ ...original, values: new Map(VALUES) }) });
};

const deployOf = (
  edits: readonly Edit[] = [CHANGE],
  values: readonly (readonly [string, string])[] = [],
  options: Deploy['options'] = {},
): Deploy => {
  const { tenantFile, bundles } = sample(...edits);
  return { tenantFile, bundles, values: new Map([...VALUES, ...values]), options };
};

const digestOf = async (on: FakeTenant, deploy: Deploy = deployOf()): Promise<string> =>
  deployDigest(DOMAIN, await prepareDeploy(apiOf(on), deploy));

describe('the digest of a plan', () => {
  test('is another one where somebody has changed an organization that the file lists', async () => {
    const edits: readonly Edit[] = [
      ['clientGrants:\n', 'organizations:\n  - name: acme\n    display_name: Acme\n\nclientGrants:\n'],
    ];
    const digestWith = async (organization: object): Promise<string> =>
      await digestOf({ ...tenant(), organizations: [{ name: 'acme', ...organization }] }, deployOf(edits));
    const digests = [
      await digestWith({}),
      await digestWith({ metadata: { didit_policy: 'mode=off' } }),
      await digestWith({ connections: ['didit'] }),
    ];
    expect(new Set(digests).size).toBe(3);
    expect(await digestWith({})).toBe(digests[0]);
  });

  test('is the same in whatever order a tenant answers', async () => {
    const on = tenant();
    const digest = await digestOf(on);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(on.clients, { minLength: on.clients.length }),
        fc.shuffledSubarray(on.actions, { minLength: on.actions.length }),
        fc.boolean(),
        async (clients, actions, reversed) => {
          const turned = clients.map((client) => {
            const grants = client['grant_types'];
            return Array.isArray(grants) && reversed
              ? { ...client, grant_types: grants.toReversed() }
              : client;
          });
          expect(await digestOf({ ...on, clients: turned, actions })).toBe(digest);
        },
      ),
      { numRuns: 10 },
    );
  });

  test('is the same in another process, which tells secrets apart by marks of its own', async () => {
    const digest = await digestOf(tenant());
    vi.resetModules();
    const [again, prepare] = await Promise.all([
      import('../../scripts/deploy/deploy-digest.ts'),
      import('../../scripts/deploy/prepare-deploy.ts'),
    ]);
    expect(again.deployDigest).not.toBe(deployDigest);
    expect(again.deployDigest(DOMAIN, await prepare.prepareDeploy(apiOf(tenant()), deployOf()))).toBe(digest);
  });

  test('says nothing of the value of a secret', async () => {
    const digest = await digestOf(tenant());
    expect(await digestOf(tenant(), deployOf([CHANGE], [['DIDIT_CLIENT_SECRET', 'another']]))).toBe(digest);
  });

  const first = (list: readonly Readonly<Record<string, unknown>>[], change: object) =>
    list.map((item, index) => (index === 0 ? { ...item, ...change } : item));
  const onTenant: readonly (readonly [string, (on: FakeTenant) => FakeTenant])[] = [
    ['an option', withOptions({ tokenURL: 'https://evil.example/' })],
    ['an option that the file does not name', withOptions({ other: 'value' })],
    [
      'which address of an application is the first',
      (on) => ({
        ...on,
        clients: on.clients.map(({ callbacks, ...client }) => ({
          ...client,
          ...(Array.isArray(callbacks) ? { callbacks: callbacks.toReversed() } : {}),
        })),
      }),
    ],
    [
      'a setting of an application',
      (on) => ({ ...on, clients: first(on.clients, { description: 'other' }) }),
    ],
    ['an application made anew', (on) => ({ ...on, clients: first(on.clients, { client_id: 'anew' }) })],
    [
      'a connection made anew',
      (on) => ({
        ...on,
        connections: first(on.connections, { id: 'anew' }),
        enabledClients: { anew: on.enabledClients['id-didit'] ?? [] },
      }),
    ],
    [
      'the code that runs',
      (on) => ({ ...on, actions: first(on.actions, { deployed_version: { code: 'other' } }) }),
    ],
    ['the code of a draft', (on) => ({ ...on, actions: first(on.actions, { code: 'other' }) })],
    [
      'a version',
      (on) => ({
        ...on,
        actions: first(on.actions, {
          deployed_version: { ...(on.actions[0]?.['deployed_version'] as object), id: 'v2' },
        }),
      }),
    ],
    [
      'an Action of another team',
      (on) => ({ ...on, bindings: [...on.bindings, { display_name: 'x', action: { name: 'x' } }] }),
    ],
    ['the order of Actions', (on) => ({ ...on, bindings: on.bindings.toReversed() })],
    ['a grant', (on) => ({ ...on, grants: first(on.grants, { scope: [] }) })],
    [
      'an application that the connection is enabled for',
      (on) => ({ ...on, enabledClients: { 'id-didit': ['id-Didit Actions'] } }),
    ],
    ['an API', (on) => ({ ...on, servers: first(on.servers, { token_lifetime: 1 }) })],
  ];
  test.each(onTenant)('is another one when this differs on the tenant: %s', async (_what, change) => {
    expect(await digestOf(change(tenant()))).not.toBe(await digestOf(tenant()));
  });

  test.each<[string, Deploy]>([
    ['a setting', deployOf([CHANGE, ['description: Lets the', 'description: It lets the']])],
    ['the same setting to another value', deployOf([['app_type: regular_web', 'app_type: native']])],
    [
      'where a secret comes from',
      deployOf([CHANGE, ["'##AUTH0_MANAGEMENT_CLIENT_SECRET##'", "'##DIDIT_CLIENT_SECRET##'"]]),
    ],
    ['a value behind a placeholder that is no secret', deployOf([CHANGE], [['DIDIT_CLIENT_ID', 'another']])],
    ['an option of the command', deployOf([CHANGE], [], { updateSecrets: true })],
    ['another option', deployOf([CHANGE], [], { replaceOptions: true })],
  ])('is another one when this differs here: %s', async (_what, deploy) => {
    expect(await digestOf(tenant(), deploy)).not.toBe(await digestOf(tenant()));
  });

  test('is another one where another application is the one that the Actions hold to no rules', async () => {
    const prepared = await prepareDeploy(apiOf(tenant()), deployOf());
    const { changes } = prepared;
    const stepUp = { callback: `https://${DOMAIN}/continue`, application: 'Didit Sample Application' };
    const other = { ...prepared, changes: { ...changes, after: { ...changes.after, stepUp } } };
    expect(deployDigest(DOMAIN, other)).not.toBe(deployDigest(DOMAIN, prepared));
  });

  test('is another one for another bundle, and for another tenant', async () => {
    const deploy = deployOf();
    const bundles = deploy.bundles.map((bundle) => ({ ...bundle, code: `${bundle.code}// more\n` }));
    expect(await digestOf(tenant(), { ...deploy, bundles })).not.toBe(await digestOf(tenant()));
    expect(deployDigest('other.example.com', await prepareDeploy(apiOf(tenant()), deploy))).not.toBe(
      await digestOf(tenant()),
    );
  });
});

describe('a deploy that expects a plan', () => {
  let folder: string;
  beforeEach(() => {
    isSent = false;
    folder = mkdtempSync(join(tmpdir(), 'digest-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Nothing can be sent: the tenant refuses it, and so does the CLI. */
  let isSent = false;
  const deploy = async (on: FakeTenant, expected: string, records = openRecords(DOMAIN, folder)) =>
    await deployThrough(apiOf(on), expected, records);
  const deployThrough = async (
    api: ReturnType<typeof apiOf>,
    expected: string,
    records = openRecords(DOMAIN, folder),
  ) =>
    await changeTenant(
      api,
      {
        ...deployOf(),
        startCli: () => {
          isSent = true;
          throw new Error('sent');
        },
      },
      records,
      { expected },
    );

  test('sends that plan', async () => {
    await expect(deploy(tenant(), await digestOf(tenant()))).rejects.toThrow();
    expect(isSent).toBe(true);
  });

  test('sends nothing where the tenant has changed since, also where nothing would be sent at all', async () => {
    const expected = await digestOf(tenant());
    const problems = await problemsOfAsync(
      async () => await deploy(withOptions({ other: 'value' })(tenant()), expected),
    );
    expect(isSent).toBe(false);
    expect(problems).toMatchObject([{ code: 'PLAN_NOT_EXPECTED', place: { tenant: DOMAIN } }]);
    const done: FakeTenant = {
      ...tenant(),
      clients: tenant().clients.map((client) =>
        client['app_type'] === 'regular_web' ? { ...client, app_type: 'spa' } : client,
      ),
    };
    expect(await problemsOfAsync(async () => await deploy(done, expected))).toMatchObject([
      { code: 'PLAN_NOT_EXPECTED' },
    ]);
  });

  test('sends nothing where something that is not sent changes between two looks at the tenant', async () => {
    const other = withOptions({ other: 'value' })(tenant());
    const [first, then] = [apiOf(tenant()), apiOf(other)];
    let looks = 0;
    const api = {
      ...first,
      list: async (path: string, list: string) => {
        if (path.startsWith('/clients?')) looks += 1;
        return await (looks > 1 ? then : first).list(path, list);
      },
    };
    const problems = await problemsOfAsync(async () => await deployThrough(api, await digestOf(tenant())));
    expect([isSent, problems.map(({ code }) => code)]).toEqual([false, ['PLAN_NOT_EXPECTED']]);
  });

  test('does not settle an earlier deploy that has not ended: no plan has shown that', async () => {
    const records = openRecords(DOMAIN, folder);
    const digest = await digestOf(tenant());
    await expect(deploy(tenant(), digest, records)).rejects.toThrow();
    const [last] = records.all();
    if (last === undefined) throw new Error('no deploy was begun');
    records.write({ ...last, status: 'applying' });
    const problems = await problemsOfAsync(async () => await deploy(tenant(), digest, records));
    expect(problems).toMatchObject([
      { code: 'PLAN_NOT_EXPECTED', message: expect.stringMatching(/has not ended/) as string },
    ]);
  });
});
