import { describe, expect, test } from 'vitest';
import { Problem } from '../../scripts/base/problem.ts';
import { withoutSecrets } from '../../scripts/records/snapshot.ts';
import type { Snapshot } from '../../scripts/records/snapshot.ts';
import type { ManagementApi } from '../../scripts/tenant-access/management-api.ts';
import type { TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import { putBack, putBackProblem } from '../../scripts/undo/put-back.ts';
import type { PutBackReport } from '../../scripts/undo/put-back.ts';
import { benchForEachTest, failing } from '../deploy/tenant-bench.ts';

let api: ManagementApi;
let was: TenantState;
let paths: readonly [shop: string, didit: string, rules: string];
let readState: () => Promise<TenantState>;

const shopIn = ({ clients }: TenantState): TenantState['clients'][number] => {
  const shop = clients.find(({ name }) => name === 'Shop');
  if (shop === undefined) throw new Error('There is no shop.');
  return shop;
};

const NOTHING: Snapshot = {
  ...{ resourceServers: [], clients: [], clientGrants: [], actions: [], connections: [] },
  ownActions: [],
};
const shopBefore = (): Snapshot => ({ ...NOTHING, clients: [{ name: 'Shop', before: shopIn(was) }] });
const connectionBefore = (): Snapshot => ({
  ...NOTHING,
  connections: was.connections.map((one) => ({ name: one.name, before: withoutSecrets(one) })),
});

const back = (
  snapshot: Snapshot,
  through: ManagementApi = api,
  secret?: string,
  more: object = {},
): Promise<PutBackReport> => putBack(through, { snapshot, ...more }, () => secret, 0);

const message = 'it is refused';
const place = { tenant: 'tenant' };
const REFUSED = new Problem({ code: 'TENANT_ANSWER', message, place });
/** Of a tenant that may answer again later. */
const PASSING = [
  new Problem({ code: 'RATE_LIMITED', message, place }),
  new Problem({ code: 'TENANT_UNAVAILABLE', message, place }),
  new Problem({ code: 'TENANT_STATE_UNWRITABLE', message, place: { file: 'tenant.db' } }),
  new Problem({ code: 'TENANT_UNREACHABLE', message, place: { variable: 'AUTH0_DOMAIN', from: '.env' } }),
];

const refusing = (problem: Problem, refuses: (path: string) => boolean): ManagementApi =>
  failing(api, (_, path) => (refuses(path) ? problem : undefined));

const DESCRIPTION = 'application Shop: description as before';

describe('putting back', () => {
  benchForEachTest(async (bench) => {
    ({ api } = bench);
    await api.send('POST', '/clients', {
      name: 'Shop',
      description: 'Of before',
      callbacks: [],
      web_origins: [],
    });
    await api.send('POST', '/connections', {
      name: 'didit',
      display_name: 'Didit',
      strategy: 'oauth2',
      options: { client_id: 'one', client_secret: 'marked-secret', scope: 'openid' },
    });
    await api.send('POST', '/actions/actions', {
      name: 'rules',
      code: 'exports.onExecutePostLogin = async () => {};',
      runtime: 'node22',
      supported_triggers: [{ id: 'post-login', version: 'v3' }],
    });
    readState = bench.state;
    was = await readState();
    const [shop, didit, rules] = [shopIn(was).client_id, was.connections[0]?.id, was.actions[0]?.id];
    paths = [`/clients/${shop}`, `/connections/${didit}`, `/actions/actions/${rules}`];
  });

  test('says what it has done, and that nothing is left', async () => {
    await api.send('PATCH', paths[0], { description: 'Of the deploy' });
    expect(await back(shopBefore())).toEqual({
      ...{ done: [DESCRIPTION], left: [], kept: [], mayHelp: false, mayPass: false },
      redeployed: new Set(),
      ofOthers: new Set(),
      state: { ...(await readState()), connections: [] },
    });
    expect(await readState()).toEqual(was);
    // It sends nothing where everything is as before.
    const nobody = refusing(REFUSED, () => true);
    expect(await back(shopBefore(), nobody)).toMatchObject({ done: [], left: [], mayHelp: false });
  });

  test('looks again, and takes back what a call that was on its way has changed in the meantime', async () => {
    await api.send('PATCH', paths[0], { description: 'Of the deploy' });
    let late = 2;
    const disturbed: ManagementApi = {
      ...api,
      send: async (...call) => {
        await api.send(...call);
        if ((late -= 1) >= 0) await api.send('PATCH', paths[0], { description: `Late ${late}` });
      },
    };
    // Once in the list, however often it was done.
    expect(await back(shopBefore(), disturbed)).toMatchObject({ done: [DESCRIPTION], left: [] });
    expect(await readState()).toEqual(was);
  });

  test('gives up after three rounds where somebody changes it again and again', async () => {
    await api.send('PATCH', paths[0], { description: 'Of the deploy' });
    let calls = 0;
    const disturbed: ManagementApi = {
      ...api,
      send: async (...call) => {
        await api.send(...call);
        await api.send('PATCH', paths[0], { description: `Call ${(calls += 1)}` });
      },
    };
    expect(await back(shopBefore(), disturbed)).toMatchObject({
      done: [DESCRIPTION],
      left: [`${DESCRIPTION}: it changed again`],
      mayHelp: true,
      mayPass: false,
    });
    expect(calls).toBe(3);
  });

  test('asks for each field alone where the tenant refuses them together, and says which one it refuses', async () => {
    const urls = ['https://shop.example/'];
    await api.send('PATCH', paths[0], { description: 'New', callbacks: urls, web_origins: urls });
    const picky: ManagementApi = {
      ...api,
      send: async (method, path, body) => {
        if (/callbacks|web_origins/.test(JSON.stringify(body))) throw REFUSED;
        await api.send(method, path, body);
      },
    };
    expect(await back(shopBefore(), picky)).toMatchObject({
      done: [DESCRIPTION],
      left: ['callbacks', 'web_origins'].map((name) => `application Shop: ${name} as before: it is refused`),
      mayHelp: true,
      mayPass: false,
    });
    expect(shopIn(await readState()).settings['description']).toBe('Of before');
  });

  test('may go on later where the tenant does not answer now, and asks for no field alone then', async () => {
    await api.send('PATCH', paths[0], { description: 'New', callbacks: ['https://shop.example/'] });
    for (const problem of PASSING) {
      let calls = 0;
      const away = refusing(problem, () => (calls += 1) > 0);
      expect(await back(shopBefore(), away), problem.code).toMatchObject({
        done: [],
        left: [`${DESCRIPTION}: it is refused`, 'application Shop: callbacks as before: it is refused'],
        mayHelp: true,
        mayPass: true,
      });
      expect(calls).toBe(3);
    }
  });

  test('ends with an error that nobody expected, rather than to take it for an answer of the tenant', async () => {
    await api.send('PATCH', paths[0], { description: 'New' });
    const broken = failing(api, () => new TypeError('a slip of ours'));
    await expect(back(shopBefore(), broken)).rejects.toThrow('a slip of ours');
  });

  test('leaves the rules where they are while a connection cannot be disabled, and does all the rest', async () => {
    await api.send('PATCH', `${paths[1]}/clients`, [{ client_id: shopIn(was).client_id, status: true }]);
    await api.send('PATCH', paths[1], { display_name: 'Other' });
    const snapshot = { ...connectionBefore(), actions: [{ name: 'rules' }] };
    const open = await back(
      snapshot,
      refusing(REFUSED, (path) => path.endsWith('/clients')),
    );
    expect(open).toMatchObject({
      done: ['connection didit: display_name as before'],
      left: [
        'connection didit: disabled for Shop: it is refused',
        'Action rules removed: not done, since the connection could not be disabled: people would get in without the rules',
      ],
      mayHelp: true,
      mayPass: false,
    });
    expect((await readState()).actions).toHaveLength(1);
    let looks = 0;
    const list: ManagementApi['list'] = (path, property) => {
      looks += path === '/actions/actions' ? 1 : 0;
      return api.list(path, property);
    };
    expect(await back(snapshot, { ...api, list })).toMatchObject({
      done: ['connection didit: disabled for Shop', 'Action rules removed'],
      left: [],
    });
    // Before it, and after it.
    expect(looks).toBe(2);
  });

  test('lets rules go where only something else than disabling was refused', async () => {
    await api.send('PATCH', paths[1], { display_name: 'Other' });
    const snapshot = { ...connectionBefore(), actions: [{ name: 'rules' }] };
    expect(
      await back(
        snapshot,
        refusing(REFUSED, (path) => path === paths[1]),
      ),
    ).toMatchObject({
      done: ['Action rules removed'],
      left: ['connection didit: display_name as before: it is refused'],
    });
  });

  test('lacks a secret that nobody can read, and may go on with it', async () => {
    await api.send('PATCH', paths[1], {
      display_name: 'Didit',
      options: { client_id: 'two', client_secret: 'x' },
    });
    const lacking =
      'connection didit: options (their former client secret is neither on the tenant nor in the environment)';
    const snapshot = connectionBefore();
    expect(await back(snapshot)).toMatchObject({ done: [], left: [lacking], mayHelp: true, mayPass: false });
    expect(await back(snapshot, api, 'marked-secret')).toMatchObject({
      done: ['connection didit: options as before'],
      left: [],
    });
    expect(await readState()).toEqual(was);
  });

  test('lets an earlier version run again, and tells which', async () => {
    await api.send('POST', `${paths[2]}/deploy`);
    const [before] = (await readState()).actions;
    await api.send('PATCH', paths[2], { code: '// other' });
    await api.send('POST', `${paths[2]}/deploy`);
    const snapshot = { ...NOTHING, actions: before === undefined ? [] : [{ name: 'rules', before }] };
    expect(await back(snapshot)).toMatchObject({
      done: ['Action rules: the version that ran before'],
      left: [],
      redeployed: new Set([before?.deployed?.versionId]),
    });
  });

  test('cannot be helped where something was removed by somebody else', async () => {
    const snapshot = shopBefore();
    await api.send('DELETE', paths[0]);
    expect(await back(snapshot)).toMatchObject({
      done: [],
      left: ['application Shop was removed by somebody else'],
      mayHelp: false,
      mayPass: false,
    });
  });

  test('gives former names back last, unless somebody has given another one meanwhile', async () => {
    const { client_id: id } = shopIn(was);
    const [action] = was.actions;
    const snapshot: Snapshot = {
      ...NOTHING,
      clients: [{ name: 'Store', before: shopIn(was) }],
      renamed: [
        { kind: 'application', id, from: 'Shop', to: 'Store' },
        { kind: 'Action', id: action?.id ?? '', from: 'rules', to: 'policy' },
      ],
    };
    await api.send('PATCH', paths[0], { name: 'Store', description: 'Of the deploy' });
    await api.send('PATCH', paths[2], { name: 'policy' });
    expect(await back(snapshot)).toMatchObject({
      done: [
        'application Store: description as before',
        'application Store: its name, Shop',
        'Action policy: its name, rules',
      ],
      left: [],
    });
    expect(await readState()).toEqual(was);
    await api.send('PATCH', paths[0], { name: 'Of somebody else' });
    await api.send('PATCH', paths[2], { name: 'theirs' });
    // The new name is somebody else's by now.
    await api.send('POST', '/clients', { name: 'Store' });
    expect(await back(snapshot)).toMatchObject({ done: [], left: [] });
  });

  test('names what somebody else has made since of what an unfinished deploy was to send, and keeps it', async () => {
    const snapshot = shopBefore();
    const sent: Snapshot = {
      ...NOTHING,
      clients: [
        {
          name: 'Shop',
          before: {
            ...shopIn(was),
            settings: {
              ...shopIn(was).settings,
              description: 'Of the deploy',
              callbacks: ['https://x.example/'],
            },
          },
        },
      ],
    };
    await api.send('PATCH', paths[0], { description: 'Theirs', callbacks: ['https://x.example/'] });
    const unfinished = await back(snapshot, api, undefined, { sent, steps: ['applications'] });
    expect(unfinished).toMatchObject({
      done: ['application Shop: callbacks as before'],
      left: [],
      kept: ['application Shop: description'],
    });
    // A deploy that has ended goes back whole: a rollback asks before.
    const ended = await back(snapshot, api, undefined, { sent, after: sent, steps: ['applications'] });
    expect(ended).toMatchObject({ done: [DESCRIPTION], left: [], kept: [] });
  });
});

describe('what a deploy that was put back ends with', () => {
  const report: PutBackReport = {
    ...{ done: [], left: [], kept: [], mayHelp: false, mayPass: false, redeployed: new Set<string>() },
    ofOthers: new Set(),
    state: { clients: [], connections: [], actions: [], bindings: [], resourceServers: [], clientGrants: [] },
  };

  test.each<[Partial<PutBackReport>, 'DEPLOY_PUT_BACK' | 'PUT_BACK_INCOMPLETE', string]>([
    [{}, 'DEPLOY_PUT_BACK', 'The tenant is as it was before the deploy. Nothing had been changed yet.'],
    [
      { done: ['one', 'two'] },
      'DEPLOY_PUT_BACK',
      'The tenant is as it was before the deploy. Put back: one; two.',
    ],
    [
      { done: ['one'], kept: ['theirs', 'more'] },
      'DEPLOY_PUT_BACK',
      'The tenant is as it was before the deploy, except for what others did. Put back: one. Changed by somebody else in the meantime, and kept: theirs; more.',
    ],
    [
      { left: ['one: why', 'two: why'] },
      'PUT_BACK_INCOMPLETE',
      'Not everything could be put back. Nothing had been changed yet. Still different: one: why; two: why.',
    ],
  ])('%j: %s', (parts, code, message) => {
    expect(putBackProblem({ ...report, ...parts })).toMatchObject({ code, message });
  });

  test('tells how it goes on where that only takes a tenant that answers', () => {
    const remedy = (mayPass: boolean) => putBackProblem({ ...report, left: ['one'], mayPass }).remedy;
    expect(remedy(true)).toContain('when the tenant answers again');
    expect(remedy(false)).not.toBe(remedy(true));
  });
});
