import { describe, expect, test } from 'vitest';
import { checkOverwrite, describeRollback } from '../../../scripts/undo/rollback/plan-rollback.ts';
import { LAST_STEP } from '../../../scripts/undo/settle-deploy.ts';
import { prepareDeploy } from '../../../scripts/deploy/prepare-deploy.ts';
import { isEmptyDeploy } from '../../../scripts/tenant-model/changes.ts';
import { Problem } from '../../../scripts/base/problem.ts';
import { problemsOf, problemsOfAsync } from '../../problems-of.ts';
import { CLIENT_SECRET, failing, benchForEachTest } from '../../deploy/tenant-bench.ts';
import type { Bench } from '../../deploy/tenant-bench.ts';

const OTHER_SCOPE = [
  ['connections', 0, 'options', 'scope'],
  'openid user_id is_verified is_over_18',
] as const;
const OTHER_RULE = [
  ['clients', 1, 'client_metadata', 'didit_policy'],
  'require=verified,age_over_18',
] as const;
const SAMPLE = 'Didit Sample Application';

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

let on: Bench;
benchForEachTest(async (bench) => {
  on = bench;
  await on.deploy(on.deployOf([]));
});

const changeConnection = async (body: Readonly<Record<string, unknown>>): Promise<void> => {
  await on.api.send('PATCH', `/connections/${(await on.connection())?.id ?? ''}`, body);
};

const changeSample = async (metadata: Readonly<Record<string, string>>): Promise<void> => {
  const { client_id: id } = await on.client(SAMPLE);
  await on.api.send('PATCH', `/clients/${id}`, { client_metadata: metadata });
};

describe('what others change after a deploy', () => {
  test('stays where the deploy had not touched it, and is listed', async () => {
    const before = await on.connection();
    await on.deploy(on.deployOf([OTHER_SCOPE]));
    await changeConnection({
      display_name: 'By an admin',
      metadata: { ...before?.metadata, other_team: 'theirs' },
    });
    const plan = await on.plan();
    expect(plan.since).toEqual({
      overwritten: [],
      kept: ['connection didit: display_name', 'connection didit: metadata.other_team'],
    });
    expect(describeRollback(plan)).toContain(
      '  keep      connection didit: display_name (changed since, not by the deploy)',
    );
    await on.rollBack();
    const after = await on.connection();
    expect(after?.options).toEqual(before?.options);
    expect(after?.settings['display_name']).toBe('By an admin');
    expect(after?.metadata).toEqual({ ...before?.metadata, other_team: 'theirs' });
  });

  test('is not written over without --overwrite, where the deploy had changed the same', async () => {
    await on.deploy(on.deployOf([OTHER_RULE]));
    await changeSample({ didit_policy: 'mode=off', other_team: 'value of theirs' });
    const plan = await on.plan();
    expect(plan.since).toEqual({
      overwritten: [`application ${SAMPLE}: client_metadata.didit_policy`],
      kept: [`application ${SAMPLE}: client_metadata.other_team`],
    });
    const [problem] = problemsOf(() => {
      checkOverwrite(plan, on.api.domain);
    });
    expect(problem?.code).toBe('TENANT_CHANGED_SINCE');
    expect(problem?.message).toContain(`application ${SAMPLE}: client_metadata.didit_policy`);
    await on.rollBack();
    expect((await on.client(SAMPLE)).settings['client_metadata']).toEqual({
      didit_policy: 'require=verified',
      other_team: 'value of theirs',
    });
  });

  test('is listed too where it goes with what the deploy had made', LONG, async () => {
    await changeSample({ didit_policy: 'require=verified', other_team: 'value of theirs' });
    expect((await on.plan()).since?.overwritten).toEqual([
      `application ${SAMPLE}: client_metadata.other_team`,
    ]);
  });

  test('is an Action with a new secret, too: its value would be the old one again', LONG, async () => {
    await on.deploy(on.deployOf([], 'two'));
    const action = (await on.state()).actions.find(({ name }) => name === 'didit-claims');
    const path = `/actions/actions/${action?.id ?? ''}`;
    await on.api.send('PATCH', path, { secrets: [{ name: 'DIDIT_CONNECTION', value: 'rotated' }] });
    await on.api.send('POST', `${path}/deploy`);
    expect((await on.plan()).since?.overwritten).toContain('Action didit-claims: secrets');
  });
});

describe('the list before the question', () => {
  test('says which rules go back to what, and nothing that may be a secret', LONG, async () => {
    await on.deploy(on.deployOf([OTHER_RULE, OTHER_SCOPE]));
    const lines = describeRollback(await on.plan());
    expect(lines).toContain(
      '            client_metadata.didit_policy: "require=verified,age_over_18" → "require=verified"',
    );
    expect(lines).toContain('            options.scope');
    expect(lines.join('\n')).not.toContain(CLIENT_SECRET);
  });
});

describe('deploys that are rolled back one after the other', () => {
  test('take nothing that the rollback itself did for a change of somebody else', LONG, async () => {
    await on.deploy(on.deployOf([], 'two'));
    await on.deploy(on.deployOf([], 'three'));
    const code = async (): Promise<string | undefined> =>
      (await on.state()).actions.find(({ name }) => name === 'didit-claims')?.deployed?.code;
    await on.rollBack();
    expect(await code()).toContain('says two');
    expect((await on.plan()).since).toEqual({ overwritten: [], kept: [] });
    await on.rollBack();
    expect(await code()).toContain('says one');
  });

  test('go on where the last one was kept from ending', LONG, async () => {
    await on.deploy(on.deployOf([OTHER_RULE], 'two'));
    const noApplications = failing(on.api, (_method, path) =>
      path.startsWith('/clients/')
        ? new Problem({ code: 'SCOPE_MISSING', message: 'refused', place: { tenant: 'tenant' } })
        : undefined,
    );
    const [problem] = await problemsOfAsync(() => on.rollBack(noApplications));
    expect(problem?.code).toBe('ROLLBACK_INCOMPLETE');
    const plan = await on.plan();
    expect(plan.operations.map(({ what }) => what)).toEqual([
      `application ${SAMPLE}: client_metadata as before`,
    ]);
    expect(plan.since?.overwritten).toEqual([]);
    await on.rollBack();
    expect((await on.client(SAMPLE)).settings['client_metadata']).toEqual({
      didit_policy: 'require=verified',
    });
  });
});

describe('what a deploy made', () => {
  test(
    'is known by its ids: another application of the same name stays, and one with another name goes',
    LONG,
    async () => {
      await on.api.send('POST', '/clients', { name: SAMPLE, app_type: 'spa' });
      const { client_id: id } = await on.client('Didit Step-up');
      await on.api.send('PATCH', `/clients/${id}`, { name: 'Renamed' });
      expect((await on.plan()).since?.overwritten).toEqual(['application Didit Step-up: name']);
      await on.rollBack();
      const { clients } = await on.state();
      expect(
        clients.filter(({ name }) => name === SAMPLE).map(({ settings }) => settings['app_type']),
      ).toEqual(['spa']);
      expect(clients.map(({ name }) => name)).not.toContain('Renamed');
    },
  );
});

describe('a grant that somebody has given all scopes, whatever there will be', () => {
  const AUDIENCE = 'https://api.example.com/';
  const FILE = [
    [['clientGrants', 1], { client_id: SAMPLE, audience: AUDIENCE, scope: ['read:orders'] }],
  ] satisfies Parameters<Bench['deployOf']>[0];
  const grant = async () => (await on.state()).clientGrants.find(({ audience }) => audience === AUDIENCE);

  test('has those of the file alone after a deploy, which says so, and after its rollback all again', async () => {
    await on.deploy(on.deployOf(FILE));
    const { id = '', scope } = (await grant()) ?? {};
    await on.api.send('PATCH', `/client-grants/${id}`, { allow_all_scopes: true });
    const { changes } = await prepareDeploy(on.api, on.deployOf(FILE));
    expect(changes.settings).toMatchObject([{ kind: 'grant', path: 'allow_all_scopes' }]);
    await on.deploy(on.deployOf(FILE));
    expect(await grant()).toMatchObject({ id, scope, settings: { allow_all_scopes: false } });
    expect(isEmptyDeploy((await prepareDeploy(on.api, on.deployOf(FILE))).changes)).toBe(true);
    await on.rollBack();
    expect((await grant())?.settings['allow_all_scopes']).toBe(true);
  });
});

describe('the record of a deploy by an earlier version of this project', () => {
  test('puts everything back, and says that nobody knows what others changed', LONG, async () => {
    const before = await on.connection();
    await on.deploy(on.deployOf([OTHER_SCOPE]));
    const { after, sent, ...old } = on.lastRecord();
    expect([after, sent]).not.toContain(undefined);
    on.records.write(old);
    await changeConnection({ display_name: 'By an admin' });
    const plan = await on.plan();
    expect(plan.since).toBeUndefined();
    expect(describeRollback(plan).join('\n')).toContain('does not say what others have changed since');
    await on.rollBack();
    expect(await on.connection()).toEqual(before);
  });
});

describe('a deploy that sent a client secret', () => {
  describe('over one that the tenant does not tell', () => {
    let hiding: Bench;
    benchForEachTest(
      async (bench) => {
        hiding = bench;
        await hiding.deploy(hiding.deployOf([]));
      },
      { hidesConnectionSecrets: true },
    );

    test('is not said to be undone whole: the one of before cannot be read', LONG, async () => {
      await hiding.deploy({ ...hiding.deployOf([]), options: { updateSecrets: true } });
      const plan = await hiding.plan();
      const stays =
        'client secret of connection didit: as it is now; the one from before the deploy cannot be read back';
      expect(plan.unreadable).toEqual([stays]);
      expect(describeRollback(plan)).toContain(`  stays     ${stays}`);
      expect((await hiding.rollBack()).said).toMatch(/as far as it can be read\.$/);
    });
  });

  test('over the same one that the tenant tells is undone whole', LONG, async () => {
    await on.deploy({ ...on.deployOf([]), options: { updateSecrets: true } });
    expect((await on.plan()).unreadable).toEqual([]);
    expect((await on.rollBack()).said).toMatch(/is as it was before\.$/);
  });

  test(
    'is not said to be undone whole: of what may be secret, no record holds the value of before',
    LONG,
    async () => {
      const header = (value: string) =>
        [['connections', 0, 'options', 'customHeaders'], { 'X-Gateway-Key': value }] as const;
      const application = ['clients', 1, 'encryption_key'] as const;
      const key = (cert: string) => ({ pub: 'marked-public', cert });
      await on.deploy(on.deployOf([header('marked-one'), [application, key('marked-three')]]));
      expect((await on.plan()).unreadable).toEqual([]);
      await on.deploy(on.deployOf([header('marked-two'), [application, key('marked-four')]]));
      const { unreadable } = await on.plan();
      expect(unreadable).toHaveLength(2);
      expect(unreadable[0]).toMatch(
        /^connection didit: options\.customHeaders.*: as it is now; it may be secret/,
      );
      expect(unreadable[1]).toMatch(new RegExp(`^application ${SAMPLE}: encryption_key.*: as it is now`));
      expect(JSON.stringify(on.lastRecord())).not.toMatch(/marked-(?:one|two|three|four)/);
      expect((await on.rollBack()).said).toMatch(/as far as it can be read\.$/);
    },
  );

  test('one that sent none is', LONG, async () => {
    await on.deploy(on.deployOf([OTHER_RULE]));
    expect((await on.plan()).unreadable).toEqual([]);
    expect((await on.rollBack()).said).toMatch(/is as it was before\.$/);
  });
});

describe('an interrupted deploy', () => {
  /** As if the process had been killed before its last step. */
  const interrupt = (): void => {
    const { after, ...record } = on.lastRecord();
    expect(after).toBeDefined();
    on.records.write({
      ...record,
      status: 'applying',
      steps: record.steps.filter((step) => step !== LAST_STEP),
    });
  };

  test(
    'is listed by a rollback before anything is changed, and undone by carrying that out',
    LONG,
    async () => {
      const before = await on.state();
      await on.deploy(on.deployOf([OTHER_RULE]));
      interrupt();
      const interrupted = await on.state();
      const plan = await on.plan();
      expect(await on.state()).toEqual(interrupted);
      expect(plan.interrupted).toBe(true);
      expect(describeRollback(plan)[0]).toMatch(/was interrupted/);
      expect(plan.operations.map(({ what }) => what)).toEqual([
        `application ${SAMPLE}: client_metadata as before`,
      ]);
      await on.rollBack();
      expect(await on.state()).toEqual(before);
      expect(on.lastRecord().status).toBe('put-back');
    },
  );

  test('of which something is left is no success, and is found again', LONG, async () => {
    await on.deploy(on.deployOf([OTHER_RULE]));
    interrupt();
    const { client_id: id } = await on.client(SAMPLE);
    await on.api.send('DELETE', `/clients/${id}`);
    const problems = await problemsOfAsync(() => on.rollBack());
    expect(problems.map(({ code }) => code)).toEqual(['ROLLBACK_INCOMPLETE']);
    expect(problems[0]?.message).toContain(`application ${SAMPLE} was removed by somebody else`);
    // Nothing can be done about it: the next rollback is for the deploy before.
    expect(on.lastRecord().status).toBe('put-back');
    expect((await on.plan()).record.id).not.toBe(on.lastRecord().id);
  });
});
