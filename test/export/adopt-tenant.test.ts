import { describe, expect, test } from 'vitest';
import { leadsToDidit, proposeAnswers } from '../../scripts/export/adopt-tenant.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import { changedThings } from '../../scripts/tenant-model/changes.ts';
import { apiOf } from '../plan/fake-tenant.ts';
import type { FakeTenant } from '../plan/fake-tenant.ts';
import { sample } from '../plan/sample.ts';
import { containing } from '../matchers.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { adopted, THEIRS } from './adopted.ts';

/** In the order of the file. */
const OUR_ACTIONS = sample().config.actions.map(({ name }) => name);

describe('a tenant that has a Didit connection of its own', () => {
  test('keeps it: name, options, scopes, root attributes, display name and applications', async () => {
    const { data, problems } = await adopted();
    expect(problems).toEqual([]);
    expect(data).toMatchObject({
      connections: [
        {
          name: 'sign-in-with-didit',
          display_name: 'Ausweis',
          enabled_clients: ['Shop', 'Forum', 'Didit Step-up'],
          metadata: { owner: 'identity' },
          options: {
            client_id: '##DIDIT_CLIENT_ID##',
            client_secret: '##DIDIT_CLIENT_SECRET##',
            scope: 'openid names is_verified',
            pkce_enabled: false,
            set_user_root_attributes: 'on_first_login',
            icon_url: 'https://acme.test/didit.png',
            scripts: { fetchUserProfile: '@@DIDIT_FETCH_USER_PROFILE@@' },
          },
        },
      ],
      clients: [
        { name: 'Didit Actions' },
        { name: 'Didit Step-up' },
        { name: 'Shop', app_type: 'spa' },
        { name: 'Forum' },
      ],
    });
  });

  test('gets what it was asked for, and the plan holds nothing else', async () => {
    const { plan, text } = await adopted();
    const { changes } = await plan();
    expect(
      changedThings(changes).map(({ kind, name, isNew, fields }) => ({
        kind,
        name,
        isNew,
        fields: isNew ? [] : fields,
      })),
    ).toEqual([
      { kind: 'application', name: 'Didit Actions', isNew: true, fields: [] },
      { kind: 'application', name: 'Didit Step-up', isNew: true, fields: [] },
      { kind: 'grant', name: expect.stringContaining('Didit Actions') as string, isNew: true, fields: [] },
      ...OUR_ACTIONS.map((name) => ({ kind: 'Action', name, isNew: true, fields: [] })),
      {
        kind: 'connection',
        name: 'sign-in-with-didit',
        isNew: false,
        fields: [
          'metadata.didit_policy',
          'metadata.didit_claims',
          'metadata.didit_sync',
          'options.scripts.fetchUserProfile',
        ],
      },
    ]);
    expect(changes.bindings?.map(({ action_name }) => action_name)).toContain('fraud');
    expect(changes.connections[0]?.applications).toEqual({ enable: ['Didit Step-up'], disable: [] });
    expect(text).toContain('didit_policy: mode=report require=verified on_unavailable=deny');
    expect(text).toContain(
      'didit_claims: namespace=https://acme.test/didit/ id_token=verified access_token=verified',
    );
  });

  test('has our Actions look for the connection by its name, and none of the samples', async () => {
    const { text, data } = await adopted();
    expect(text.match(/name: DIDIT_CONNECTION\n\s+value: sign-in-with-didit/g)).toHaveLength(
      OUR_ACTIONS.length,
    );
    expect(text).not.toMatch(/^(?!\s*#).*(Sample|example\.com)/m);
    expect(data).not.toHaveProperty('resourceServers');
  });

  test('has a file with the comments of the repository', async () => {
    const before = sample()
      .tenantFile.text.split('\n')
      .filter((line) => /^\s*#/.test(line));
    const { text } = await adopted();
    const lost = before.filter((line) => !text.includes(line.trim()));
    expect(
      lost.filter((line) => !/sample|try a login|`npm run login`|override|Applications of/i.test(line)),
    ).toEqual([]);
  });

  test('is told which claims its scopes never give', async () => {
    expect((await adopted()).leftOut).toEqual(['age_over_18']);
  });

  test('is told that a rule cannot be met that its scopes do not answer', async () => {
    const [problem] = await problemsOfAsync(() => adopted(THEIRS, { require: 'age_over_18' }));
    expect(problem).toMatchObject({ code: 'SETTINGS_CONTRADICT' });
    expect(problem?.message).toContain('age_over_18 is never known');
    expect(problem?.remedy).toMatch(/scope: .*\bis_over_18\b/);
  });

  test('adopts once: a second time, its rules stay as they are', async () => {
    const [connection] = THEIRS.connections;
    const ours = {
      didit_policy: 'mode=enforce require=verified',
      didit_claims: 'namespace=https://a.test/ id_token=verified access_token=none',
    };
    const { data } = await adopted(
      { ...THEIRS, connections: [{ ...connection, metadata: ours }] },
      { mode: 'off' },
    );
    expect(data).toMatchObject({ connections: [{ metadata: ours }] });
  });
});

describe('what the tenant has is no placeholder of the file, whatever it looks like', () => {
  const withMetadata = (metadata: Readonly<Record<string, string>>): FakeTenant => ({
    ...THEIRS,
    connections: THEIRS.connections.map((connection) => ({ ...connection, metadata })),
  });

  test.each([
    ['didit_policy', 'require=##DIDIT_CLIENT_ID##', 'PLACEHOLDER_ON_TENANT'],
    ['didit_claims', 'namespace=https://##AUTH0_DOMAIN##/ id_token=verified', 'PLACEHOLDER_ON_TENANT'],
    ['didit_sync', 'mode=@@AUTH0_DOMAIN@@', 'PLACEHOLDER_ON_TENANT'],
    ['didit_policy', 'require=##DIDIT_CLIENT_SECRET##', 'PLACEHOLDER_ON_TENANT'],
    ['didit_policy', 'require=verifed', 'SETTING_INVALID'],
    ['didit_sync', 'anything', 'SETTING_INVALID'],
  ])('%s: %s has to be corrected there first (%s)', async (key, text, code) => {
    const problems = await problemsOfAsync(() => adopted(withMetadata({ [key]: text })));
    expect(problems[0]).toMatchObject({
      code,
      place: { key: `connections.sign-in-with-didit.metadata.${key}` },
      remedy: containing('on the tenant'),
    });
  });

  test('nor is the name of an application that a new connection is for', async () => {
    const tenant = {
      ...THEIRS,
      connections: [],
      clients: [{ name: '##AUTH0_DOMAIN##', client_id: 'id-odd', app_type: 'spa' }],
    };
    const applications = ['##AUTH0_DOMAIN##'];
    expect(await problemsOfAsync(() => adopted(tenant, { applications }, 'didit'))).toMatchObject([
      { code: 'PLACEHOLDER_ON_TENANT' },
    ]);
  });

  test('and keys of others stay theirs, whatever they are called', async () => {
    const metadata = { '<<': 'x', __proto__of: 'y', owner: 'identity' };
    const { data, problems } = await adopted(withMetadata(metadata));
    expect(problems).toEqual([]);
    expect(data).toMatchObject({ connections: [{ metadata }] });
  });
});

test('an application that the file lists already and the tenant has stays listed, as the tenant has it', async () => {
  const listed = {
    name: 'Didit Sample Application',
    client_id: 'id-sample',
    app_type: 'regular_web',
    callbacks: ['https://a.test/'],
  };
  const { data } = await adopted({
    ...THEIRS,
    clients: [...THEIRS.clients, listed],
    enabledClients: { 'id-sign-in': ['id-sample'] },
  });
  expect(data).toMatchObject({
    connections: [{ enabled_clients: ['Didit Sample Application', 'Didit Step-up'] }],
    clients: [
      { name: 'Didit Actions' },
      { name: 'Didit Step-up' },
      { name: 'Didit Sample Application', callbacks: ['https://a.test/'] },
    ],
  });
});

describe('a tenant without a Didit connection', () => {
  const without: FakeTenant = { ...THEIRS, connections: [], enabledClients: {} };

  test('gets that of the repository, for the applications that were named', async () => {
    const { data, plan } = await adopted(without, { applications: ['Shop'] }, 'didit');
    expect(data).toMatchObject({
      connections: [
        {
          name: 'didit',
          enabled_clients: ['Shop', 'Didit Step-up'],
          options: { set_user_root_attributes: 'on_each_login' },
        },
      ],
      clients: [{ name: 'Didit Actions' }, { name: 'Didit Step-up' }, { name: 'Shop', app_type: 'spa' }],
    });
    const { changes } = await plan();
    expect(changedThings(changes).filter(({ isNew }) => !isNew)).toEqual([]);
  });

  test('can do so for none yet', async () => {
    const { data } = await adopted(without, {}, 'ausweis');
    expect(data).toMatchObject({
      connections: [{ name: 'ausweis' }],
      clients: [{ name: 'Didit Actions' }, { name: 'Didit Step-up' }],
    });
  });
});

describe('what is proposed', () => {
  test('is a namespace of a host of theirs, the rule that their scopes answer, and a report', async () => {
    const { config } = sample();
    const state = await readTenantState(apiOf(THEIRS), { connections: [{ name: 'sign-in-with-didit' }] });
    expect(proposeAnswers(config, state.connections[0], state)).toEqual({
      namespace: 'https://shop.acme.test/didit/',
      require: 'verified',
      mode: 'report',
      isAdopted: false,
    });
  });

  test('is a connection that leads to the hosts of Didit, whatever its name', () => {
    const { config } = sample();
    const [theirs] = THEIRS.connections;
    expect(leadsToDidit(theirs ?? {}, config)).toBe(true);
    expect(leadsToDidit({ name: 'didit', options: {} }, config)).toBe(true);
    expect(
      leadsToDidit({ name: 'github', options: { authorizationURL: 'https://github.com/login' } }, config),
    ).toBe(false);
  });
});
