import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import type { CanaryRun } from '../../scripts/deploy/canary.ts';
import { changeTenant } from '../../scripts/deploy/change-tenant.ts';
import { prepareDeploy } from '../../scripts/deploy/prepare-deploy.ts';
import type { Deploy } from '../../scripts/deploy/prepare-deploy.ts';
import { isEmptyDeploy } from '../../scripts/tenant-model/changes.ts';
import { inTests } from '../faults/warm-cli.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { secretsIn } from '../secrets/secret-search.ts';
import { codeSaying } from './deploy-inputs.ts';
import { OURS } from './keys-that-run.ts';
import { benchForEachTest, CLIENT_SECRET } from './tenant-bench.ts';
import type { Bench } from './tenant-bench.ts';

let on: Bench;
benchForEachTest((bench) => {
  on = bench;
});

/** The shipped file with other code in some of its Actions. */
const withCode = (code: Readonly<Record<string, string>>): Deploy => {
  const deploy = on.deployOf([]);
  return {
    ...deploy,
    canary: true,
    bundles: deploy.bundles.map((bundle) => ({ ...bundle, code: code[bundle.target.name] ?? bundle.code })),
  };
};

async function deployed(deploy: Deploy): Promise<readonly CanaryRun[]> {
  const runs: CanaryRun[] = [];
  await changeTenant(on.api, inTests(deploy, on.folders.authorityFile), on.records, {
    onCanary: (told) => runs.push(...told),
  });
  return runs;
}

const builtCode = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    OURS.map((name) => [name, readFileSync(join(PROJECT_ROOT, `dist/actions/${name}.js`), 'utf8')]),
  );

/** Our Actions as tenant.yaml lists them: the step-up is the last there, and the second of the flow. */
const IN_THE_FILE = ['didit-profile-sync', 'didit-access-policy', 'didit-claims', 'didit-step-up'];

/** What logins run, drafts and bindings. */
const whatRuns = async (): Promise<unknown> => {
  const { actions, bindings } = await on.state();
  return [bindings, actions.map(({ name, deployed: runs, draft }) => [name, runs?.versionId, draft.code])];
};

const failing = (statement: string): string =>
  `exports.onExecutePostLogin = async (event, api) => { ${statement} };\n`;

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

describe('a deploy with --canary', () => {
  test(
    'runs each draft once in the tenant’s own runtime before it goes live, and tells what took how long',
    LONG,
    async () => {
      const deploy = withCode(builtCode());
      const runs = await deployed(deploy);
      expect(runs.map(({ action }) => action)).toEqual(IN_THE_FILE);
      for (const { stats } of runs) expect(Object.keys(stats)).toContain('action_duration_ms');
      expect(isEmptyDeploy((await prepareDeploy(on.api, deploy)).changes)).toBe(true);
    },
  );

  test(
    'gives a draft a whole login through the connection, with the rules of an application that uses it',
    LONG,
    async () => {
      const needs = [
        "event.connection.name === 'didit'",
        "event.connection.metadata.didit_policy.includes('mode=')",
        "event.client.metadata.didit_policy.includes('require=')",
        "event.user.user_id === 'oauth2|didit|canary'",
        "event.transaction.protocol === 'oidc-basic-profile'",
        "event.secrets.DIDIT_CONNECTION === 'didit'",
      ];
      const checking = failing(
        `for (const [what, ok] of Object.entries({${needs.map((need) => `${JSON.stringify(need)}: ${need}`).join(', ')}})) if (!ok) throw new Error(what);`,
      );
      expect(await deployed(withCode({ 'didit-claims': checking }))).toHaveLength(OURS.length);
    },
  );

  test('runs only those that change, and none without the option', LONG, async () => {
    await deployed({ ...withCode({}), canary: false });
    const runs = await deployed(withCode({ 'didit-claims': codeSaying('something else') }));
    expect(runs.map(({ action }) => action)).toEqual(['didit-claims']);
    expect(await deployed({ ...withCode({}), canary: false })).toEqual([]);
  });

  test.each([
    ['throws', failing("throw new TypeError('not for this event');"), 'not for this event'],
    ['cannot be loaded', "throw new Error('not at all');", 'not at all'],
    ['asks for a package that is not there', "require('no-such-package');", 'no-such-package'],
    ['exports no handler', 'exports.other = 1;', ''],
  ])(
    'stops where a draft %s: logins run what they ran, and the drafts are as before',
    LONG,
    async (_, code, said) => {
      await deployed({ ...withCode({}), canary: false });
      const before = await whatRuns();
      const problems = await problemsOfAsync(() => deployed(withCode({ 'didit-access-policy': code })));
      expect(problems.map((problem) => problem.code)).toEqual(['CANARY_FAILED', 'DEPLOY_PUT_BACK']);
      expect(problems[0]?.place).toMatchObject({ resource: 'Action didit-access-policy' });
      expect(problems[0]?.message).toContain(said);
      expect(await whatRuns()).toEqual(before);
    },
  );

  test('binds nothing at a first deploy whose draft fails', LONG, async () => {
    const problems = await problemsOfAsync(() =>
      deployed(withCode({ 'didit-claims': failing("throw new Error('no');") })),
    );
    expect(problems.map((problem) => problem.code)).toEqual(['CANARY_FAILED', 'DEPLOY_PUT_BACK']);
    expect(await on.state()).toMatchObject({ actions: [], bindings: [], connections: [] });
  });

  test.each([
    ['all of its secrets', '`with ${JSON.stringify(event.secrets)} inside`'],
    [
      'the secret of a client that the deploy has just made',
      '`with ${event.secrets.AUTH0_MANAGEMENT_CLIENT_SECRET} inside`',
    ],
    [
      'it in base64',
      '`with ${Buffer.from("a:" + event.secrets.AUTH0_MANAGEMENT_CLIENT_SECRET).toString("base64")} inside`',
    ],
    [
      'a token that it has got',
      '`with ?token%3D${event.secrets.AUTH0_DOMAIN && "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJub2JvZHkifQ.c2lnbmVk"} inside`',
    ],
  ])('does not repeat a secret where a draft throws %s', LONG, async (_, thrown) => {
    // The client goes when the deploy is put back: its secret is looked up while the draft runs.
    const seen = new Set([CLIENT_SECRET, 'eyJzdWIiOiJub2JvZHkifQ.c2lnbmVk']);
    const api = {
      ...on.api,
      ask: async (path: string, body?: unknown) => {
        for (const client of await on.api.list('/clients', 'clients'))
          seen.add(String(client['client_secret']));
        return await on.api.ask(path, body);
      },
    };
    const deploy = withCode({ 'didit-profile-sync': failing(`throw new Error(${thrown});`) });
    const problems = await problemsOfAsync(() =>
      changeTenant(api, inTests(deploy, on.folders.authorityFile), on.records),
    );
    expect(problems[0]?.code).toBe('CANARY_FAILED');
    expect(seen.size).toBeGreaterThan(4);
    const said = problems.map(({ message }) => message).join();
    expect(secretsIn(said, new Map([...seen].map((value) => [value, value])))).toEqual([]);
    expect(said).toContain('with ');
    expect(said).toContain(' inside');
  });
});
