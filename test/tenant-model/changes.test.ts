import { describe, expect, test } from 'vitest';
import { without } from '../../scripts/base/json-values.ts';
import {
  changedThings,
  currentName,
  findChanges,
  isEmptyDeploy,
  makesSomething,
  settingsInReach,
} from '../../scripts/tenant-model/changes.ts';
import type { ChangeOptions, DeployChanges } from '../../scripts/tenant-model/changes.ts';
import type {
  ActionConfig,
  ClientGrantConfig,
  ConnectionConfig,
  TenantConfig,
} from '../../scripts/tenant-config/tenant-config.ts';
import type { ActionState, ConnectionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';

const API = 'https://api.example/';

const ACTION: ActionConfig = {
  ...{ name: 'rules', code: 'rules.js', runtime: 'node22' },
  supported_triggers: [{ id: 'post-login', version: 'v3' }],
  secrets: [
    { name: 'KEY', value: 'marked' },
    { name: 'DIDIT_CONNECTION', value: 'didit' },
  ],
};

const CONNECTION: ConnectionConfig = {
  ...{ name: 'didit', strategy: 'oauth2', display_name: 'Didit' },
  enabled_clients: ['Shop'],
  options: {
    ...{ client_id: 'one', client_secret: 'marked', scope: 'openid', pkce_enabled: true },
    ...{ authorizationURL: 'https://a.example/authorize', tokenURL: 'https://a.example/token' },
    scripts: { fetchUserProfile: 'script' },
  },
};

const configOf = (parts: Partial<TenantConfig> = {}): TenantConfig => ({
  connections: [CONNECTION],
  actions: [ACTION],
  triggers: { 'post-login': [{ action_name: 'rules', display_name: 'rules' }] },
  clients: [{ name: 'Shop', app_type: 'spa' }],
  clientGrants: [],
  ...parts,
});

/** What a tenant has of it right after a deploy. */
function stateOf(
  action: { readonly code?: string; readonly draftSecrets?: string; readonly isDeployed?: boolean } = {},
  connection: Partial<ConnectionState> = {},
): TenantState {
  const secrets = (date: string) => (ACTION.secrets ?? []).map(({ name }) => ({ name, updated_at: date }));
  const content = { code: action.code ?? 'built', runtime: 'node22', dependencies: [] };
  const options = without(CONNECTION.options, ['client_secret']);
  const deployed = { ...content, secrets: secrets('then'), versionId: 'v1' };
  const found: ActionState = {
    ...{ id: 'id-rules', name: 'rules', supportedTriggers: ACTION.supported_triggers, status: 'built' },
    draft: { ...content, secrets: secrets(action.draftSecrets ?? 'then') },
    deployed: action.isDeployed === false ? undefined : deployed,
  };
  return {
    clients: [
      { client_id: 'id-other', name: 'Other', client_secret: undefined, settings: {} },
      { client_id: 'id-shop', name: 'Shop', client_secret: undefined, settings: { app_type: 'spa' } },
    ],
    connections: [
      {
        ...{ id: 'con_0', name: 'other', options: {}, metadata: {}, enabledClients: [] },
        settings: { strategy: 'oauth2', display_name: 'Other' },
      },
      {
        ...{ id: 'con_1', name: 'didit', options, metadata: {}, enabledClients: ['id-shop'] },
        settings: { strategy: 'oauth2', display_name: 'Didit' },
        ...connection,
      },
    ],
    actions: [found],
    bindings: [{ action_name: 'rules' }],
    ...{ resourceServers: [], clientGrants: [] },
  };
}

const bundles = [
  {
    target: { kind: 'action', name: 'rules', entry: 'rules.js', output: 'rules.js', dependencies: [] },
    code: 'built',
  },
] as const;

const changesOf = (
  state: TenantState,
  options: ChangeOptions = {},
  parts: Partial<TenantConfig> = {},
): DeployChanges => findChanges({ config: configOf(parts), bundles }, state, options);

/** What is sent, with the settings that change. */
const sent = (changes: DeployChanges): readonly unknown[] =>
  changedThings(changes).map(({ kind, name, isNew, fields }) => [kind, name, isNew ? 'new' : fields]);

test('nothing is sent right after a deploy', () => {
  const changes = changesOf(stateOf());
  expect(sent(changes)).toEqual([]);
  expect(changes.bindings).toBeUndefined();
  expect(isEmptyDeploy(changes)).toBe(true);
  expect(makesSomething(changes)).toBe(false);
});

describe('the secrets of an Action are sent', () => {
  const because = (
    state: TenantState,
    options?: ChangeOptions,
    parts?: Partial<TenantConfig>,
  ): readonly (readonly [unknown, readonly string[]])[] =>
    changesOf(state, options, parts).actions.map(({ secrets, fields }) => [secrets, fields]);

  test.each<[string, TenantState, ChangeOptions, readonly unknown[]]>([
    ['since it never ran', stateOf({ isDeployed: false }), {}, ['new']],
    ['since somebody asks for it', stateOf(), { updateSecrets: true }, ['asked for', []]],
    ['since the tenant has another domain', stateOf(), { updateSecrets: 'moved' }, ['moved', []]],
    ['since nobody knows whether they arrived', stateOf(), { updateSecrets: 'in doubt' }, ['in doubt', []]],
    [
      'since the tenant has another value',
      stateOf(),
      { changedSecrets: new Map([['rules', ['KEY']]]) },
      ['values changed', ['secrets.KEY']],
    ],
    [
      'since its draft, which goes out with the code, holds others',
      stateOf({ code: 'of before', draftSecrets: 'later' }),
      {},
      ['unpublished in the draft', ['code']],
    ],
  ])('%s', (_why, state, options, expected) => {
    const [[reason, fields] = []] = because(state, options);
    expect(expected.length === 1 ? [reason] : [reason, fields]).toEqual(expected);
  });

  test('since the file names another one', () => {
    const secrets = [...(ACTION.secrets ?? []), { name: 'MORE', value: 'x' }];
    const named = because(
      stateOf(),
      { changedSecrets: new Map([['rules', ['KEY']]]) },
      { actions: [{ ...ACTION, secrets }] },
    );
    expect(named).toEqual([['names changed', expect.arrayContaining(['secrets.MORE', 'secrets.KEY'])]]);
  });

  test('since one of them names a connection that was not there: else everybody would get in through it', () => {
    const state = { ...stateOf(), connections: [] };
    expect(because(state)).toEqual([['connection is new', []]]);
    expect(because(state, { updateSecrets: true })).toEqual([['asked for', []]]);
    const others = (ACTION.secrets ?? []).filter(({ value }) => value !== 'didit');
    const unnamed = { actions: [{ ...ACTION, secrets: others }] };
    const tenant = {
      ...state,
      actions: state.actions.map((one) => ({
        ...one,
        deployed: one.deployed && { ...one.deployed, secrets: one.deployed.secrets.slice(0, 1) },
      })),
    };
    expect(because(tenant, {}, unnamed)).toEqual([]);
  });

  test('not since something else is new that has the name of its connection, or that connection changes', () => {
    const clients = [...configOf().clients, { name: 'didit', app_type: 'spa' }];
    const organizations = [{ name: 'didit', display_name: 'Didit' }];
    expect(because(stateOf(), {}, { clients, organizations })).toEqual([]);
    const options = { ...CONNECTION.options, scope: 'openid email' };
    expect(because(stateOf(), {}, { connections: [{ ...CONNECTION, options }] })).toEqual([]);
  });

  test('not, where only its code changes, or an Action has none', () => {
    expect(because(stateOf({ code: 'of before' }))).toEqual([[undefined, ['code']]]);
    expect(because(stateOf({ draftSecrets: 'later' }))).toEqual([]);
    const state = stateOf();
    const bare = {
      ...state,
      actions: state.actions.map((one) => ({
        ...one,
        deployed: one.deployed && { ...one.deployed, secrets: [] },
      })),
    };
    expect(because(bare, { updateSecrets: true }, { actions: [{ ...ACTION, secrets: [] }] })).toEqual([]);
  });
});

describe('the options of a connection are sent, with its secret,', () => {
  const because = (state: TenantState, options?: ChangeOptions, connection: Partial<ConnectionConfig> = {}) =>
    changesOf(state, options, { connections: [{ ...CONNECTION, ...connection }] }).connections.map(
      ({ secret, fields, isNew, existing, applications }) => ({
        secret,
        fields,
        isNew,
        id: existing?.id,
        applications,
      }),
    );
  const none = { enable: [], disable: [] };
  const there = { isNew: false, id: 'con_1', applications: none };

  test('since it is new', () => {
    expect(because({ ...stateOf(), connections: [] })).toEqual([
      {
        secret: 'new',
        fields: [],
        isNew: true,
        id: undefined,
        applications: { enable: ['Shop'], disable: [] },
      },
    ]);
  });

  test('since one of them changes, or the secret does', () => {
    const scope = { ...CONNECTION.options, scope: 'openid email' };
    expect(because(stateOf(), {}, { options: scope })).toEqual([
      { ...there, secret: 'options changed', fields: ['options.scope'] },
    ]);
    const told = stateOf({}, { client_secret: 'another' });
    expect(because(told)).toEqual([{ ...there, secret: 'changed', fields: ['options.client_secret'] }]);
    expect(because(stateOf({}, { client_secret: 'marked' }))).toEqual([]);
  });

  test.each<[ChangeOptions['updateSecrets'], string]>([
    [true, 'asked for'],
    ['moved', 'moved'],
    ['in doubt', 'in doubt'],
  ])('since nobody can tell whether it is the same one: %s', (updateSecrets, secret) => {
    expect(because(stateOf(), { updateSecrets })).toEqual([{ ...there, secret, fields: [] }]);
    expect(because(stateOf(), { updateSecrets: false })).toEqual([]);
  });

  test('as they will be then: what is in an object that the file names, and that it does not name, goes along', () => {
    const params = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, { value: name }]));
    const there = stateOf(
      {},
      { options: { ...stateOf().connections[1]?.options, upstream_params: params(['a', 'b']) } },
    );
    const options = { ...CONNECTION.options, upstream_params: params(['a']) };
    const gone = (updateSecrets: ChangeOptions['updateSecrets']) =>
      changesOf(there, { updateSecrets }, { connections: [{ ...CONNECTION, options }] }).settings.map(
        ({ path }) => path,
      );
    expect(gone(true)).toEqual(['options.upstream_params.b.value']);
    expect(gone('moved')).toEqual(['options.upstream_params.b.value']);
    expect([gone(false), gone(undefined)]).toEqual([[], []]);
  });

  test('not, where only something beside them changes', () => {
    const shown = { ...CONNECTION, display_name: 'Other' };
    expect(because(stateOf(), {}, shown)).toEqual([
      { ...there, secret: undefined, fields: ['display_name'] },
    ]);
    expect(because(stateOf(), {}, { enabled_clients: ['Other'] })).toEqual([
      { ...there, secret: undefined, fields: [], applications: { enable: ['Other'], disable: ['Shop'] } },
    ]);
  });
});

describe('a grant says for whom it is', () => {
  const grant: ClientGrantConfig = { client_id: 'Shop', audience: API, scope: ['read:a'] };
  const there = (subject_type?: string, audience = API): TenantState['clientGrants'][number] => ({
    ...{ id: `grant-${subject_type}`, client_id: 'id-shop', audience, scope: [] },
    settings: subject_type === undefined ? {} : { subject_type },
  });
  const says = (wanted: ClientGrantConfig, ...grants: TenantState['clientGrants']) =>
    changesOf({ ...stateOf(), clientGrants: grants }, {}, { clientGrants: [wanted] }).clientGrants.map(
      ({ config, isNew }) => [config.subject_type, isNew],
    );

  test.each<[string, TenantState['clientGrants'], string | undefined, boolean]>([
    ['there is no other', [], undefined, true],
    ['one for users is there, which it could be taken for', [there('user')], 'client', true],
    ['the tenant says so of it', [there('client')], 'client', false],
    ['the tenant says nothing of it', [there()], undefined, false],
    ['one for users of another API is there', [there('user', 'https://other.example/')], undefined, true],
  ])('where it could be mistaken: %s', (_case, grants, type, isNew) => {
    expect(says(grant, ...grants)).toEqual([[type, isNew]]);
  });

  test('in the words of the file, where it has some', () => {
    expect(says({ ...grant, subject_type: 'user' }, there('client'))).toEqual([['user', true]]);
  });
});

describe('what is sent', () => {
  test('goes thing by thing, whichever are new, in the order in which it is sent', () => {
    const parts = {
      resourceServers: [{ identifier: API, name: 'API' }],
      clients: [
        { name: 'Shop', app_type: 'native' },
        { name: 'New', app_type: 'spa' },
      ],
      clientGrants: [{ client_id: 'Shop', audience: API, scope: ['read:a'] }],
      // Not the application of this name.
      organizations: [{ name: 'Shop', display_name: 'Shop' }],
      connections: [{ ...CONNECTION, enabled_clients: ['Other'] }],
    };
    const changes = changesOf(stateOf({ code: 'of before' }), {}, parts);
    expect(sent(changes)).toEqual([
      ['API', API, 'new'],
      ['application', 'Shop', ['app_type']],
      ['application', 'New', 'new'],
      ['grant', `Shop → ${API}`, 'new'],
      ['Action', 'rules', ['code']],
      ['connection', 'didit', []],
      ['organization', 'Shop', 'new'],
    ]);
    expect([isEmptyDeploy(changes), makesSomething(changes)]).toEqual([false, true]);
    const only = changesOf(stateOf({ code: 'of before' }));
    expect([isEmptyDeploy(only), makesSomething(only)]).toEqual([false, false]);
  });

  test('are all bindings, where one of them changes', () => {
    const bound = { ...stateOf(), bindings: [{ action_name: 'theirs' }] };
    const changes = changesOf(bound);
    expect(changes.bindings).toEqual([
      { action_name: 'theirs', display_name: 'theirs' },
      { action_name: 'rules', display_name: 'rules' },
    ]);
    expect(isEmptyDeploy(changes)).toBe(false);
  });

  test('is metadata of an application with what goes', () => {
    const state = stateOf();
    const [other, shop] = state.clients;
    const client_metadata = { didit_policy: 'mode=off', theirs: 'x' };
    const tenant = {
      ...state,
      clients: [other, shop && { ...shop, settings: { ...shop.settings, client_metadata } }].flatMap(
        (one) => one ?? [],
      ),
    };
    expect(changesOf(tenant).clients.map(({ config }) => config.client_metadata)).toEqual([
      { didit_policy: null, theirs: 'x' },
    ]);
  });
});

test('what a deploy reaches of a thing is what the file names, under the names that the service has for it', () => {
  expect(currentName('oidc_backchannel_logout')).toBe('oidc_logout');
  expect(currentName('callbacks')).toBe('callbacks');
  const there = { description: 'x', oidc_logout: { a: 1 }, more: true };
  expect(settingsInReach(there, { description: '', oidc_backchannel_logout: {}, logo_uri: '' })).toEqual({
    ...{ description: 'x', oidc_logout: { a: 1 }, logo_uri: null },
  });
});
