// @module-tag long
import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRecord, recordOf, textOf } from '../../scripts/base/json-values.ts';
import { trustAuthority } from '../../scripts/local-tenant/index.ts';
import { connectToTenant } from '../../scripts/tenant-access/management-api.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import { declareVariables } from '../declare-variables.ts';
import { ended, temporaryProject } from '../temporary-project.ts';
import type { TemporaryProject } from '../temporary-project.ts';

const MINIMAL = `
  - name: Minimal
    app_type: regular_web
    callbacks:
      - https://minimal.example.com/callback

clientGrants:`;

const SAMPLE = 'Didit Sample Application';

const THROWS = `
import type { Event, PostLoginAPI } from '@auth0/actions/post-login/v3';

export const onExecutePostLogin = async (event: Event, api: PostLoginAPI): Promise<void> => {
  if (event.client.name === 'Minimal') throw new Error('nobody caught this');
  if (event.user.name?.startsWith('Jane') === true) api.access.deny('no_jane: Not today.');
  console.log('the key is', event.secrets['LOYALTY_KEY']);
};
`;

let project: TemporaryProject;
let dev: ChildProcess;
let api: ManagementApi;
let printed = '';
let complained = '';

/** Resolves with what dev has printed since, once a round is over. */
async function nextRound(change: () => void): Promise<string> {
  const before = printed.length;
  const complaints = complained.length;
  change();
  for (;;) {
    const said = printed.slice(before);
    if (/^\d+\.\d s$/m.test(said)) return said;
    if (complained.length > complaints && complained.includes('how to solve it', complaints))
      return complained.slice(complaints);
    if (dev.exitCode !== null) throw new Error(`dev ended: ${printed}${complained}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** To the sample application, where no other is named: which one is the tenant's first, the order of its ids decides. */
const login = async (...parameters: string[]) => {
  const isChosen = parameters.some((word) => ['--application', '--all'].includes(word));
  const { exitCode, stdout, stderr } = await project.run('login', [
    ...parameters,
    ...(isChosen ? [] : ['--application', SAMPLE]),
  ]);
  const json: unknown = parameters.includes('--json') && stdout !== '' ? JSON.parse(stdout) : {};
  return { exitCode, stdout, stderr, json: recordOf(json) };
};

beforeAll(async () => {
  project = temporaryProject();
  expect(await project.run('new', ['action', 'loyalty-tier'])).toMatchObject({ exitCode: 0 });
  project.write(
    'tenant.yaml',
    `$schema: docs/tenant.schema.json\n${project
      .read('tenant.yaml')
      .replace('\nclientGrants:', MINIMAL)
      .replace('      - Didit Sample Application\n', '      - Didit Sample Application\n      - Minimal\n')}`,
  );
  dev = project.start('dev', ['--port', '0', '--application', SAMPLE]);
  dev.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  dev.stderr?.on('data', (chunk: Buffer) => (complained += chunk.toString()));
  await nextRound(() => undefined);
  const running = recordOf(
    JSON.parse(readFileSync(join(project.root, '.local-tenant/running.json'), 'utf8')),
  );
  const management = recordOf(running['management']);
  trustAuthority(textOf(running['authority']));
  api = await connectToTenant({
    domain: textOf(running['url']).replace('https://', ''),
    credentials: {
      kind: 'client',
      clientId: textOf(management['clientId']),
      clientSecret: textOf(management['clientSecret']),
    },
  });
});
afterAll(async () => {
  dev.kill('SIGINT');
  expect(await ended(dev)).toBe(0);
  project.remove();
});

// A story: each part begins where the one before has left the project.
describe('an author of an own Action', { shuffle: false }, () => {
  test('sees its claim after the first round of npm run dev', () => {
    expect(complained).toBe('');
    expect(printed).toContain('create  Action loyalty-tier');
    expect(printed).toContain('"https://example.com/didit/loyalty-tier": true');
  });

  test('sees what a save changed, with the next login', async () => {
    const source = project.read('actions/loyalty-tier.ts');
    const said = await nextRound(() => {
      project.write(
        'actions/loyalty-tier.ts',
        source.replace(/loyalty-tier["'], true/, 'loyalty-tier", "gold"'),
      );
    });
    expect(said).toMatch(/^\nactions\/loyalty-tier\.ts\n {2}update {2}Action loyalty-tier · code/);
    expect(said).toContain('"https://example.com/didit/loyalty-tier": "gold"');
  });

  test('is told what a save broke, and goes on with the next', async () => {
    const source = project.read('actions/loyalty-tier.ts');
    const broken = await nextRound(() => {
      project.write('actions/loyalty-tier.ts', `${source}\nconst;`);
    });
    expect(broken).toContain('error BUNDLE_FAILED');
    const said = await nextRound(() => {
      project.write('actions/loyalty-tier.ts', source);
    });
    expect(said).toContain('nothing to deploy');
  });

  test('gives the Action a secret: a made-up value, and said so, or the one of .env', async () => {
    const file = project.read('tenant.yaml');
    await nextRound(() => {
      project.write('actions/loyalty-tier.ts', THROWS);
    });
    const madeUp = await nextRound(() => {
      project.write(
        'tenant.yaml',
        declareVariables(
          file.replace(
            /(name: loyalty-tier[^]*?secrets:\n)/,
            "$1      - name: LOYALTY_KEY\n        value: '##LOYALTY_KEY##'\n",
          ),
        ),
      );
    });
    expect(madeUp).toContain(
      'LOYALTY_KEY is not set: the Action gets the made-up value "made-up-LOYALTY_KEY"',
    );
    expect(madeUp).toContain('loyalty-tier logs: the key is made-up-LOYALTY_KEY');
    // The local tenant is not another one because .env names one.
    project.write('.env', 'LOYALTY_KEY=key-of-the-file\nAUTH0_MANAGEMENT_CLIENT_ID=another\n');
    const { stdout, stderr, exitCode } = await project.run('deploy', ['--update-secrets']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).not.toContain('made-up');
    const { json } = await login('--json', '--trace');
    expect(JSON.stringify(json['trace'])).toContain('the key is key-of-the-file');
  });

  test('is told which Action threw, and where to look', async () => {
    const { exitCode, stderr, stdout, json } = await login('--application', 'Minimal', '--json');
    expect(exitCode).toBe(1);
    expect(json).toMatchObject({ outcome: 'failed', error: 'access_denied', action: 'loyalty-tier' });
    expect(stderr).toContain('error LOGIN_REFUSED');
    expect(stderr).toContain('the Action "loyalty-tier" failed. It said: nobody caught this');
    expect(stderr).toContain('npm run login -- --trace');
    expect(stdout + stderr).not.toMatch(/Auth0 dashboard|defect of this project/);
  });

  test('gets the answer of an Action that denies on purpose, without an error', async () => {
    const { exitCode, stderr, stdout } = await login('--user', 'minor');
    const isJane = stdout.includes('no_jane');
    if (isJane) expect(stdout).toContain('The Action loyalty-tier denied it.');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  test('sees everybody at every application, as a table', async () => {
    const { exitCode, stdout, json } = await login('--all', '--json');
    expect(exitCode).toBe(0);
    const people = json['people'];
    const outcomeOf = (person: string) =>
      (Array.isArray(people) ? people.filter(isRecord) : []).find(({ name }) => name === person)?.[
        'outcomes'
      ];
    expect(outcomeOf('adult')).toEqual({ 'Didit Sample Application': 'signs in', Minimal: 'access_denied' });
    expect(outcomeOf('unverified')).toMatchObject({ 'Didit Sample Application': 'didit_not_verified' });
    expect(stdout.trim().split('\n')).toHaveLength(1);
  });

  test('signs in to an application of which the file says no more than a name and a callback', async () => {
    await nextRound(() => {
      project.write('actions/loyalty-tier.ts', THROWS.replace("=== 'Minimal'", "=== 'none'"));
    });
    const [client] = (await api.list('/clients?is_global=false', 'clients')).filter(
      ({ name }) => name === 'Minimal',
    );
    // As Auth0 makes it: no algorithm is shown, and HS256 in force. The case that ended in a stack trace.
    expect(client?.['jwt_configuration']).toEqual({ lifetime_in_seconds: 36_000, secret_encoded: false });
    const { exitCode, json } = await login('--application', 'Minimal', '--json');
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({ outcome: 'signed-in', idToken: { aud: client?.['client_id'] } });
  });

  test('signs in to an organization, by its name', async () => {
    await api.send('POST', '/organizations', { name: 'acme', display_name: 'Acme' });
    const [organization] = await api.list('/organizations', 'organizations');
    const id = textOf(organization?.['id']);
    const [client] = (await api.list('/clients?is_global=false', 'clients')).filter(
      ({ name }) => name === 'Minimal',
    );
    await api.send('PATCH', `/clients/${textOf(client?.['client_id'])}`, { organization_usage: 'allow' });
    const member = textOf(recordOf((await login('--json')).json['idToken'])['sub']);
    await api.send('POST', `/organizations/${id}/members`, { members: [member] });
    const { exitCode, json } = await login('--application', 'Minimal', '--organization', 'acme', '--json');
    expect({ exitCode, json }).toMatchObject({
      exitCode: 0,
      json: { idToken: { org_id: id } },
    });
    const { stderr } = await login('--organization', 'acne');
    expect(stderr).toContain('error CHOICE_UNKNOWN: The tenant has no organization "acne"');
    expect(stderr).toContain('Write "acme"');
  });

  test('exports the file with its schema, and is told of sources that nothing deploys', async () => {
    expect((await project.run('export')).stdout).toMatch(/^\$schema: docs\/tenant\.schema\.json\n/);
    project.write('actions/forgotten.ts', THROWS);
    const { exitCode, stderr } = await project.run('build');
    expect(exitCode).toBe(0);
    expect(stderr).toBe(
      'warning: actions/forgotten.ts is not deployed: no Action in tenant.yaml has it as its "code".\n',
    );
  });
});

test('npm run remove takes an Action off the tenant that tenant.yaml no longer lists, and then nothing is left to say', async () => {
  const other = temporaryProject();
  const remove = async (...parameters: string[]) =>
    await other.run('destroy', parameters, { npm_lifecycle_event: 'remove' });
  const before = other.read('tenant.yaml');
  await other.run('new', ['action', 'loyalty-tier']);
  expect(await other.run('deploy', ['--port', '0'])).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await remove('loyalty-tier', '--yes')).toMatchObject({ exitCode: 1 });
  other.write('tenant.yaml', before);

  const plan = await other.run('plan');
  expect(plan.stdout).toContain('Action loyalty-tier: it still runs at each login');
  expect(plan.stdout).toContain('npm run remove -- NAME');
  expect((await remove('loyalty-tie', '--yes')).stderr).toContain('Write "loyalty-tier"');
  expect((await remove('loyalty-tier')).stderr).toContain('error CONFIRMATION_NEEDED');
  const removed = await remove('loyalty-tier', '--yes');
  expect(removed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(removed.stdout).toContain('done    Action loyalty-tier removed');
  expect(removed.stdout).not.toMatch(/loses|affects/);

  expect(await other.run('plan')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await other.run('plan', [], { npm_lifecycle_event: 'drift' })).toMatchObject({ exitCode: 0 });
  other.remove();
});

test('npm run tenant prints a curl line that works as it stands', async () => {
  const other = temporaryProject();
  const tenant = other.start('tenant', ['--port', '0']);
  let said = '';
  tenant.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  while (!said.includes('Ctrl-C stops')) await new Promise((resolve) => setTimeout(resolve, 20));
  const [line = ''] = /curl (?:.*\\\n)+.*/.exec(said) ?? [];
  const answer = recordOf(
    JSON.parse(
      execFileSync('sh', ['-c', `exec ${line.replace('curl', 'curl --silent')}`], { encoding: 'utf8' }),
    ),
  );
  expect(answer).toMatchObject({ token_type: 'Bearer' });
  tenant.kill('SIGINT');
  await ended(tenant);
  other.remove();
});
