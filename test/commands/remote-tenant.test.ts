import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textOf } from '../../scripts/base/json-values.ts';
import { firstLine } from '../../scripts/bench/first-line.ts';
import { filesIn } from '../secrets/secret-search.ts';
import { ended, outputOf } from '../temporary-project.ts';
import { isNotRolledBackBesideAnother, isNotRolledBackOver } from './not-rolled-back.ts';
import {
  changedFile,
  commandsOf,
  FIRST,
  INTERLEAVED,
  OTHER_TEAMS,
  OURS,
  remoteTenant,
} from './remote-tenant-bench.ts';
import type { RemoteTenant } from './remote-tenant-bench.ts';
import { signInHere } from './sign-in-here.ts';

/**
 * The life of a tenant that `.env.NAME` names, with things of other teams on it, through the commands that people run. All
 * secrets are marked, and looked for in everything that is printed or written.
 */
let on: RemoteTenant;
beforeAll(async () => {
  on = await remoteTenant();
});
afterAll(async () => {
  await on.close();
});

const run = async (verb: string, ...parameters: readonly string[]) =>
  await on.run('staging', verb, parameters);

const { RISK, CONSENT, AUDIT } = OTHER_TEAMS;
const { SYNC, STEP_UP, POLICY, CLAIMS } = OURS;
const REFUSED = ['CREDENTIALS_REFUSED'];
const PUT_BACK = ['DEPLOY_CLI_FAILED', 'DEPLOY_PUT_BACK'];

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

// A story: each part begins where the one before has left the tenant, long ones where they found it.
describe('the life of a tenant', { shuffle: false }, () => {
  describe('a tenant of .env.NAME, with Actions of other teams', () => {
    let empty: unknown;
    let first: unknown;
    let codes: readonly string[] = [];
    beforeAll(async () => {
      await on.bind([RISK, CONSENT, AUDIT]);
      empty = await on.contents();
    });

    test('is not deployed to with --yes before its security-rated changes are named', async () => {
      const { exitCode, stderr, stdout } = await run('deploy', '--yes');
      expect(exitCode).toBe(1);
      expect(stdout).toContain(`Deploying to ${on.domain}`);
      expect(stderr).toContain('error SECURITY_CHANGE_NOT_ALLOWED');
      codes = /--allow ([a-z_ ]+)/.exec(stderr)?.[1]?.trim().split(' ') ?? [];
      expect(codes).toEqual(expect.arrayContaining(FIRST));
      expect(await on.contents()).toEqual(empty);
    });

    test('is deployed to when they are, beside the Actions of other teams', async () => {
      expect(await run('deploy', '--yes', '--allow', ...codes)).toMatchObject({ exitCode: 0, stderr: '' });
      for (const { name, client_secret: secret } of await on.api.list('/clients', 'clients'))
        if (typeof secret === 'string') on.project.mark(`secret of ${String(name)}`, secret);
      expect(await on.bound()).toEqual([
        ...['Risk', 'Consent', 'Audit'],
        ...['didit-profile-sync', 'didit-step-up', 'didit-access-policy', 'didit-claims'],
      ]);
      await on.bind(INTERLEAVED);
      first = await on.contents();
      expect(first).not.toEqual(empty);
    });

    test('is told what others moved until a deploy has seen it, and then nothing', LONG, async () => {
      // Nothing of ours differs.
      const moved = await run('plan', '--json');
      expect(moved).toMatchObject({ exitCode: 2, stderr: '' });
      expect(JSON.parse(moved.stdout)).toMatchObject({ changes: [], codes: ['other_action'] });
      const seen = await run('plan', '--update-secrets', '--json');
      const { codes: allowed } = JSON.parse(seen.stdout) as { readonly codes: readonly string[] };
      expect(await run('deploy', '--yes', '--update-secrets', '--allow', ...allowed)).toMatchObject({
        exitCode: 0,
        stderr: '',
      });
      expect(await on.contents()).toEqual(first);
      expect(await run('plan')).toMatchObject({ exitCode: 0, stderr: '' });
    });

    test('lets a person sign in', async () => {
      const command = on.project.start(
        'login',
        ['--env', 'staging', '--no-browser', '--json'],
        on.environment,
      );
      const { exitCode, stdout } = await signInHere(command, 'adult', on.callback);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ outcome: 'signed-in' });
    });

    test('is exported to a file that deploys back to nothing, and its code', LONG, async () => {
      const sources = (): readonly (readonly [string, string])[] =>
        filesIn(join(on.project.root, 'actions')).map((file) => [file, on.project.read(`actions/${file}`)]);
      const before = sources();
      const { exitCode, stdout, stderr } = await on.project.withChange(
        'actions/didit/policy-codes.ts',
        'This service is for people aged 18 or over.',
        'You have to be 18.',
        () => run('export'),
      );
      expect(exitCode).toBe(0);
      expect(stdout).toContain('##DIDIT_CLIENT_SECRET##');
      expect(stdout).toContain('##GATEWAY_KEY##');
      expect(stderr).toContain('exported-actions/didit-access-policy.js');
      expect(sources()).toEqual(before);

      const tenantFile = on.project.read('tenant.yaml');
      on.project.write('tenant.yaml', (await run('export')).stdout);
      expect((await run('deploy', '--yes')).stdout).toContain('is up to date.');
      on.project.write('tenant.yaml', tenantFile);
    });

    test('is adopted into a file that deploys back to nothing', LONG, async () => {
      const tenantFile = on.project.read('tenant.yaml');
      await on.api.send('POST', '/connections', { name: 'people', strategy: 'auth0' });
      const refused = await run('adopt', '--yes', '--connection', 'people');
      expect(refused.stderr).toContain('error NAME_IN_USE');
      expect(on.project.read('tenant.yaml')).toBe(tenantFile);
      const [people] = await on.api.list('/connections?name=people', 'connections');
      await on.api.send('DELETE', `/connections/${textOf(people?.['id'])}`);
      expect(await run('adopt', '--yes')).toMatchObject({ exitCode: 0, stderr: '' });
      expect(on.project.read('tenant.yaml')).not.toBe(tenantFile);
      expect(await run('plan')).toMatchObject({ exitCode: 0, stderr: '' });
      on.project.write('tenant.yaml', tenantFile);
    });

    describe('after a change of tenant.yaml', LONG, () => {
      let before: string;
      beforeAll(async () => {
        before = on.project.read('tenant.yaml');
        on.project.write('tenant.yaml', changedFile(before));
        const { exitCode, stdout, stderr } = await run('plan', '--update-secrets', '--json');
        expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
        ({ codes } = JSON.parse(stdout) as { readonly codes: readonly string[] });
      });
      afterAll(() => {
        on.project.write('tenant.yaml', before);
      });

      test('is planned with what a reviewer must see', () => {
        expect(codes).toEqual(expect.arrayContaining(['action_reordered', 'action_secret_added']));
      });

      test.each([[[]], [['--markdown']]])('says so to people, too (%j)', async (format) => {
        const { exitCode, stdout, stderr } = await run('plan', '--update-secrets', ...format);
        expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
        for (const code of codes) expect(stdout).toContain(code);
        expect(stdout).toContain('CUSTOM_KEY');
      });

      test('says without a tenant what has changed since a revision', async () => {
        const { exitCode, stdout, stderr } = await on.project.run('plan', ['--from', 'HEAD'], on.environment);
        expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
        expect(stdout).toContain('action_reordered');
        expect(stdout).toContain('CUSTOM_KEY');
      });

      for (const [title, environment, matching, errors] of [
        ['put back when an Action is', 'token', /^PATCH .*\/actions\/actions\//, PUT_BACK],
        ['put back when the connection is', 'proxied', /^PATCH .*\/connections\/\w+$/, PUT_BACK],
        ['not touched when the token is', 'token', /^GET .*\/clients/, REFUSED],
        ['not touched when the credentials are', 'proxied', /^POST \/oauth\/token/, REFUSED],
      ] as const)
        test(`is ${title} refused, with all that was sent in the answer`, async () => {
          on.proxy.refuseNext(matching, errors === REFUSED ? 401 : 400);
          const { exitCode, stderr } = await on.run(environment, 'deploy', [
            ...['--yes', '--update-secrets', '--allow', ...codes],
          ]);
          expect(on.proxy.pending()).toBeUndefined();
          expect(exitCode).toBe(1);
          for (const code of errors) expect(stderr).toContain(`error ${code}`);
          expect(await on.contents()).toEqual(first);
        });

      test('is not sent with a token of one scope less than any deploy needs', async () => {
        // Nothing that changes here needs it.
        const missing = 'create:resource_servers';
        const removeClient = await on.addFewScopes(missing);
        const before = await on.contents();
        const { exitCode, stderr } = await on.project.run(
          'deploy',
          ['--env', 'few-scopes', '--yes', '--allow', ...codes],
          on.environment,
        );
        expect(exitCode).toBe(1);
        expect(stderr).toContain('error SCOPE_MISSING');
        expect(stderr).toContain(missing);
        expect(await on.contents()).toEqual(before);
        await removeClient();
        expect(await on.contents()).toEqual(first);
      });

      test('is rolled back in two attempts where one is refused', async () => {
        const deployed = await on.run('proxied', 'deploy', ['--yes', '--allow', ...codes]);
        expect(deployed).toMatchObject({ exitCode: 0, stderr: '' });
        await isNotRolledBackOver(on, 'mode=off');
        await isNotRolledBackBesideAnother(on);
        const { result, refused } = await on.proxy.whileRefusing(
          /^PATCH \/api\/v2\/connections\/\w+$/,
          400,
          () => on.run('proxied', 'rollback', ['--yes']),
        );
        expect(refused).toBeGreaterThan(0);
        expect(result.exitCode).toBe(1);
        expect(result.stderr).toContain('error ROLLBACK_INCOMPLETE');
        expect(result.stderr).toContain('Refused: ');
        expect(on.project.leaks()).toEqual([]);
        expect(await on.run('proxied', 'rollback', ['--yes'])).toMatchObject({ exitCode: 0, stderr: '' });
        expect(await on.contents()).toEqual(first);
      });

      test('goes back to the state before the last deploy, and keeps what another team changed since', async () => {
        expect(await run('deploy', '--yes', '--allow', ...codes)).toMatchObject({ exitCode: 0, stderr: '' });
        expect(await on.bound()).toEqual([
          ...[
            'Risk',
            'didit-access-policy',
            'Consent',
            'didit-step-up',
            'didit-profile-sync',
            'didit-claims',
          ],
          'Audit',
        ]);
        await on.bind([{ ...AUDIT, display_name: 'Log' }, RISK, POLICY, STEP_UP, SYNC, CONSENT, CLAIMS]);
        const { exitCode, stdout, stderr } = await run('rollback', '--yes');
        expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
        expect(stdout).toContain('application Didit Sample Application: client_metadata as before');
        const isOurs = (name = ''): boolean => name.startsWith('didit');
        const bound = await on.bound();
        expect(bound.filter((name) => !isOurs(name))).toEqual(['Log', 'Risk', 'Consent']);
        expect(bound.filter(isOurs)).toEqual([SYNC, STEP_UP, POLICY, CLAIMS].map((one) => one.action_name));
        await on.bind(INTERLEAVED);
        expect(await on.contents()).toEqual(first);
      });
    });

    for (const [verb, parameters, options] of [
      ['plan', [], LONG],
      ['export', [], LONG],
      ['destroy', ['--yes'], LONG],
    ] as const)
      test(`is left alone by ${verb} when a read is refused, with the token in it`, options, async () => {
        on.proxy.refuseNext(/^GET \/api\/v2\/connections\?/, 400);
        const { exitCode, stdout, stderr } = await on.run('proxied', verb, parameters);
        expect(on.proxy.pending()).toBeUndefined();
        expect(exitCode).toBe(1);
        expect(stderr).toContain('Refused: ');
        expect(stdout).not.toContain('Refused: ');
        expect(on.project.leaks()).toEqual([]);
        expect(await on.contents()).toEqual(first);
      });

    test('is asked about before anything is taken from it', LONG, async () => {
      const { exitCode, stderr, stdout } = await run('destroy');
      expect(exitCode).toBe(1);
      expect(stdout).toContain('remove  connection didit');
      expect(stderr).toContain('error CONFIRMATION_NEEDED');
      expect(await on.contents()).toEqual(first);
    });

    test('is put back on Ctrl-C in the middle of a deploy', LONG, async () => {
      const held = on.proxy.holdNext(/^PATCH \/api\/v2\/actions\/actions\//);
      const { exitCode, stderr } = await on.project.withChange(
        'tenant.yaml',
        'token_lifetime: 86400',
        'token_lifetime: 7200',
        async () => {
          const parameters = ['--env', 'proxied', '--yes', '--update-secrets'];
          const deploy = on.project.start('deploy', parameters, on.environment);
          const output = outputOf(deploy);
          const early = await Promise.race([held, output]);
          expect(early, 'the deploy ended before it was stopped').toBeUndefined();
          expect(await on.contents()).not.toEqual(first);
          deploy.kill('SIGINT');
          return await output;
        },
      );
      expect(exitCode).toBe(1);
      expect(stderr).toContain('error DEPLOY_STOPPED');
      expect(stderr).toContain('error DEPLOY_PUT_BACK');
      expect(await on.contents()).toEqual(first);
    });

    test('is as it was before the first deploy after destroy --yes, with what another team changed since', async () => {
      await on.bind([SYNC, AUDIT, CONSENT, POLICY, RISK, CLAIMS]);
      expect(await run('destroy', '--yes')).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await on.bound()).toEqual(['Audit', 'Consent', 'Risk']);
      await on.bind([RISK, CONSENT, AUDIT]);
      expect(await on.contents()).toEqual(empty);
    });
  });

  describe('a secret', () => {
    const PLAIN = 'marked-secret-in-plain-text-0003';

    for (const [mistake, written, code, options] of [
      ['of the wrong type', `{ plain: '${PLAIN}' }`, 'TENANT_FILE_VALUE', LONG],
      ['with a quote too few', `'${PLAIN}`, 'TENANT_FILE_SYNTAX', {}],
    ] as const)
      test(`that stands in tenant.yaml, ${mistake}, is not repeated by check`, options, async () => {
        on.project.mark('a secret in plain text', PLAIN, /^tenant\.yaml$/);
        const { exitCode, stderr } = await on.project.withChange(
          'tenant.yaml',
          "'##DIDIT_CLIENT_SECRET##'",
          written,
          () => on.project.run('check', ['tenant']),
        );
        expect(exitCode).toBe(1);
        expect(stderr).toContain(`error ${code}`);
      });

    test('is in nothing that any command prints or writes', LONG, async () => {
      on.project.write('.env', on.project.read('.env.staging'));
      expect(await on.project.run('build')).toMatchObject({ exitCode: 0 });
      // It prints the credentials of the local tenant, which is what it is for.
      const local = on.project.start('tenant');
      await firstLine(local);
      local.kill('SIGTERM');
      expect(await ended(local)).toBe(0);
      expect(on.project.leaks()).toEqual([]);
      expect(on.project.leftovers()).toEqual([]);
      expect(on.project.readableByOthers()).toEqual([]);
    });

    test('was looked for in all commands', LONG, () => {
      // These are for people who work on the project itself, or on an Action of theirs, and know this machine's secrets only.
      const others = ['bench', 'console', 'dev', 'generate', 'new', 'test-faults', 'test-mutants'];
      // It has a tenant of its own: see prove.test.ts.
      const elsewhere = ['prove'];
      expect(
        new Set([...on.project.commands(), ...[...others, ...elsewhere].map((name) => `scripts/${name}.ts`)]),
      ).toEqual(new Set(commandsOf(on.project)));
    });
  });
});
