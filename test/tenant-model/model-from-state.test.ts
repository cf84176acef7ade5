import { describe, expect, test } from 'vitest';
import { modelFromState, withOtherSecrets } from '../../scripts/tenant-model/model-from-state.ts';
import type { Field, Resource, TenantModel } from '../../scripts/tenant-model/tenant-model.ts';
import type { ActionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';

const thing = (
  kind: Resource['kind'],
  name: string,
  fields: Readonly<Record<string, Field>> = {},
): Resource => ({ kind, name, fields: new Map(Object.entries(fields)) });
const modelOf = (...resources: readonly Resource[]): TenantModel => ({ resources, flow: [] });
const value = (one: string): Field => ({ kind: 'value', value: one });
const set = (...items: readonly string[]): Field => ({ kind: 'set', items });
const SECRET: { readonly kind: 'secret'; readonly mark: unknown } = {
  kind: 'secret',
  mark: expect.stringMatching(/^[0-9a-f]{64}$/),
};

const content = {
  code: 'text',
  runtime: 'node22',
  dependencies: [],
  secrets: [{ name: 'A', updated_at: '' }],
};
const action = (name: string, deployed: ActionState['deployed']): ActionState => ({
  ...{ id: name, name, status: 'built', deployed, draft: { ...content, code: 'draft' } },
  supportedTriggers: [{ id: 'post-login', version: 'v3' }],
});
const client = (id: string, name: string, app_type: string) => ({
  ...{ client_id: id, name, client_secret: 'hidden', settings: { app_type, custom_login_page: 'text' } },
});
const connection = (name: string, enabledClients: readonly string[], client_secret?: string) => ({
  ...{
    id: `con-${name}`,
    name,
    settings: { display_name: name },
    metadata: { plan: 'gold' },
    enabledClients,
  },
  options: { client_id: 'id' },
  ...(client_secret === undefined ? {} : { client_secret }),
});
const STATE: TenantState = {
  clients: [
    client('c1', 'Shop', 'spa'),
    client('c2', 'Enabled', 'native'),
    client('c3', 'Other', 'spa'),
    client('c4', 'Listed', 'spa'),
  ],
  connections: [connection('didit', ['c1', 'c2', 'gone'], 'hidden'), connection('other', ['c3'])],
  actions: [
    action('ours', { ...content, versionId: 'v1' }),
    action('new', undefined),
    action('other', undefined),
  ],
  bindings: [{ action_name: 'other' }, { action_name: 'ours', display_name: 'Ours' }],
  resourceServers: [
    { id: 'r1', identifier: 'api', settings: { name: 'API' } },
    { id: 'r2', identifier: 'other', settings: {} },
  ],
  clientGrants: [
    { id: 'g1', client_id: 'c1', audience: 'api', scope: ['a'], settings: { subject_type: 'user' } },
    { id: 'g2', client_id: 'unknown', audience: 'api', scope: [], settings: { organization_usage: 'deny' } },
    { id: 'g3', client_id: 'c1', audience: 'api', scope: [], settings: {} },
  ],
};
const WANTED = modelOf(
  ...[thing('connection', 'didit'), thing('Action', 'ours'), thing('Action', 'new'), thing('API', 'api')],
  thing('application', 'Shop', { custom_login_page: { kind: 'secret' } }),
  ...[thing('application', 'Listed'), thing('connection', 'Other'), thing('application', 'other')],
  ...[thing('grant', 'Shop → api (for users)'), thing('grant', 'unknown → api')],
);

describe('what a tenant has', () => {
  test('is what the file names, all bindings, and the applications that the connections are enabled for', () => {
    const didit = { ...STATE, connections: STATE.connections.slice(0, 1) };
    const model = modelFromState(didit, WANTED);
    expect(model.resources.map(({ kind, name, fields }) => [kind, name, Object.fromEntries(fields)])).toEqual(
      [
        [
          'connection',
          'didit',
          {
            display_name: value('didit'),
            'metadata.plan': value('gold'),
            'options.client_id': value('id'),
            'options.client_secret': SECRET,
            enabled_clients: set('Shop', 'Enabled', 'gone'),
          },
        ],
        [
          'Action',
          'ours',
          {
            runtime: value('node22'),
            code: { kind: 'code', text: 'text' },
            dependencies: set(),
            'secrets.A': { kind: 'secret' },
            supported_triggers: set('post-login v3'),
          },
        ],
        // What is only a draft runs nowhere.
        ['Action', 'new', { supported_triggers: set('post-login v3') }],
        // What the file has a secret in is one here, too.
        ['application', 'Shop', { app_type: value('spa'), custom_login_page: SECRET }],
        ['application', 'Enabled', { app_type: value('native'), custom_login_page: value('text') }],
        ['application', 'Listed', { app_type: value('spa'), custom_login_page: value('text') }],
        ['grant', 'Shop → api (for users)', { scope: set('a') }],
        ['grant', 'unknown → api', { organization_usage: value('deny'), scope: set() }],
        ['API', 'api', { name: value('API') }],
      ],
    );
    expect(model.flow).toEqual([
      { action: 'other', displayName: 'other' },
      { action: 'ours', displayName: 'Ours' },
    ]);
  });

  test('of a client secret that it does not tell is that it is set', () => {
    const wanted = modelOf(thing('connection', 'other'));
    const [other] = modelFromState(STATE, wanted).resources;
    expect(other?.fields.get('options.client_secret')).toEqual({ kind: 'secret' });
  });

  test('of organizations is all that were looked for, with their connections', () => {
    const organizations = [
      {
        ...{ id: 'o1', name: 'acme', settings: { display_name: 'Acme', what_no_file_can_say: {} } },
        connections: [{ name: 'didit', connection_id: 'con-didit', is_enabled: false }],
      },
    ];
    const { resources } = modelFromState(
      { ...STATE, clients: [], connections: [], organizations },
      modelOf(),
    );
    expect(resources).toEqual([
      thing('organization', 'acme', {
        display_name: value('Acme'),
        connections: set('didit'),
        'connections.didit.is_enabled': { kind: 'value', value: false },
      }),
    ]);
  });

  test('goes by the names that the file has for the Actions of this project', () => {
    const names = new Map([['didit-claims', 'ours']]);
    expect(modelFromState(STATE, { ...WANTED, names }).names).toBe(names);
    expect(modelFromState(STATE, WANTED)).not.toHaveProperty('names');
  });
});

test('a secret of an Action that is known to be another one differs from every value, and no other secret does', () => {
  const secrets = { 'secrets.A': { kind: 'secret' }, 'secrets.B': { kind: 'secret' } } as const;
  const model = modelOf(
    thing('Action', 'ours', { ...secrets, 'secrets.C': value('x') }),
    thing('Action', 'other', secrets),
    thing('API', 'ours', secrets),
  );
  const changed = withOtherSecrets(
    { ...model, names: new Map() },
    new Map([
      ['ours', ['A', 'C', 'gone']],
      ['gone', ['A']],
    ]),
  );
  expect(changed).toEqual({
    ...modelOf(
      thing('Action', 'ours', {
        ...secrets,
        'secrets.A': { kind: 'secret', mark: 'another value' },
        'secrets.C': value('x'),
      }),
      ...model.resources.slice(1),
    ),
    names: new Map(),
  });
});
