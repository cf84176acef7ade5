import { describe, expect, test } from 'vitest';
import type { TenantConfig } from '../../scripts/tenant-config/tenant-config.ts';
import { grantNameOf, modelFromConfig } from '../../scripts/tenant-model/model-from-config.ts';
import { resourceIn } from '../../scripts/tenant-model/tenant-model.ts';

const TRIGGERS = [{ id: 'post-login', version: 'v3' }] as const;
const action = (name: string, code: string): TenantConfig['actions'][number] => ({
  ...{ name, code, runtime: 'node22', supported_triggers: TRIGGERS },
});
const connection = (name: string, options: Readonly<Record<string, unknown>>, script = 'text') => ({
  ...{ name, strategy: 'oauth2' as const },
  options: { ...options, scripts: { fetchUserProfile: script } },
});
const CONFIG: TenantConfig = {
  connections: [connection('didit', {})],
  actions: [action('ours', 'dist/actions/didit-claims.js')],
  triggers: { 'post-login': [{ action_name: 'ours', display_name: 'Ours' }] },
  clients: [{ name: 'Shop', app_type: 'spa' }],
  clientGrants: [{ client_id: 'Shop', audience: 'api', scope: ['a'], subject_type: 'user' }],
};

describe('what a file asks for', () => {
  test('is everything that it lists, in the order of the file, and the flow', () => {
    const model = modelFromConfig(
      {
        ...CONFIG,
        resourceServers: [{ identifier: 'api', name: 'API' }],
        organizations: [{ name: 'acme', display_name: 'Acme' }],
      },
      [],
    );
    expect(model.resources.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      ...['connection didit', 'Action ours', 'application Shop', 'grant Shop → api (for users)'],
      ...['API api', 'organization acme'],
    ]);
    const said = (kind: 'application' | 'grant' | 'API' | 'organization', name: string, path: string) =>
      resourceIn(model, kind, name)?.fields.get(path);
    expect(said('application', 'Shop', 'app_type')).toEqual({ kind: 'value', value: 'spa' });
    expect(said('grant', 'Shop → api (for users)', 'scope')).toEqual({ kind: 'set', items: ['a'] });
    expect(said('API', 'api', 'name')).toEqual({ kind: 'value', value: 'API' });
    expect(said('organization', 'acme', 'display_name')).toEqual({ kind: 'value', value: 'Acme' });
    expect(model.flow).toEqual([{ action: 'ours', displayName: 'Ours' }]);
    expect(modelFromConfig(CONFIG, []).resources).toHaveLength(4);
    expect(grantNameOf({ client_id: 'Shop', audience: 'api', scope: [] })).toBe('Shop → api');
  });

  test('of an Action that mentions no packages and no secrets is that it has none, and the code that is built', () => {
    const target = { kind: 'action', name: 'ours', entry: '', output: '', dependencies: [] } as const;
    const bundles = [
      { target: { ...target, name: 'other' }, code: 'no' },
      { target, code: 'yes' },
    ];
    expect(resourceIn(modelFromConfig(CONFIG, bundles), 'Action', 'ours')?.fields).toEqual(
      new Map<string, unknown>([
        ['runtime', { kind: 'value', value: 'node22' }],
        ['code', { kind: 'code', text: 'yes' }],
        ['dependencies', { kind: 'set', items: [] }],
        ['secrets', { kind: 'set', items: [] }],
        ['supported_triggers', { kind: 'set', items: ['post-login v3'] }],
      ]),
    );
  });

  test('of the profile script is what is built in the place of its placeholder, and what is written elsewhere', () => {
    const script = {
      kind: 'connection-script',
      name: 'script',
      entry: '',
      output: '',
      dependencies: [],
    } as const;
    const bundles = [
      { target: { ...script, kind: 'action' } as const, code: 'action' },
      { target: script, code: 'built' },
    ];
    const codeIn = (written: string, built = bundles): unknown =>
      resourceIn(
        modelFromConfig(
          { ...CONFIG, connections: [connection('didit', { client_id: 'id' }, written)] },
          built,
        ),
        'connection',
        'didit',
      )?.fields;
    const fieldsWith = (text: string) =>
      new Map<string, unknown>([
        ['strategy', { kind: 'value', value: 'oauth2' }],
        ['options.client_id', { kind: 'value', value: 'id' }],
        ['options.scripts.fetchUserProfile', { kind: 'code', text }],
      ]);
    expect(codeIn('@@DIDIT_FETCH_USER_PROFILE@@')).toEqual(fieldsWith('built'));
    expect(codeIn('own text')).toEqual(fieldsWith('own text'));
    expect(codeIn('@@DIDIT_FETCH_USER_PROFILE@@', [])).toEqual(fieldsWith('@@DIDIT_FETCH_USER_PROFILE@@'));
  });

  test.each([
    ['dist/actions/didit-claims.js', 'didit-claims'],
    ['./dist/actions/didit-claims.js', 'didit-claims'],
    ['dist/actions/own/didit-claims.js', undefined],
    ['other/dist/actions/didit-claims.js', undefined],
    ['dist/actions/didit-claims.js.txt', undefined],
    ['dist/actions/.js', undefined],
    ['own.js', undefined],
  ])('of our Actions is what it calls them: %s is %s', (code, own) => {
    expect(modelFromConfig({ ...CONFIG, actions: [action('ours', code)] }, []).names).toEqual(
      new Map(own === undefined ? [] : [[own, 'ours']]),
    );
  });
});

describe('where a secret comes from', () => {
  const written: TenantConfig = {
    ...CONFIG,
    connections: [
      connection('none', { client_secret: '##WRONG##' }),
      connection('didit', {
        ...{ client_secret: '##A## and @@B@@', api_key: 'text', tokens: ['##C##', 'x', '##D##'] },
        others: [{ value: '##E##' }, ['##F##']],
        'of.a_key': '##G##',
      }),
    ],
    actions: [
      {
        ...action('ours', 'own.js'),
        secrets: [
          { name: 'FIRST', value: 'text' },
          { name: 'SECOND', value: '##H##' },
        ],
      },
    ],
    clients: [{ name: 'Shop', client_metadata: { key: '##I##' } }],
    resourceServers: [],
    organizations: [{ name: 'acme', metadata: { key: '##J##' } }],
  };
  const fromOf = (model: ReturnType<typeof modelFromConfig>) =>
    Object.fromEntries(
      model.resources.flatMap(({ name, fields }) =>
        [...fields].flatMap(([path, field]) =>
          field.kind === 'secret' && name !== 'none' ? [[`${name}: ${path}`, field.from]] : [],
        ),
      ),
    );
  const expected = {
    'didit: options.client_secret': '##A## @@B@@',
    'didit: options.api_key': undefined,
    'didit: options.tokens': '##C## ##D##',
    'didit: options.others.0.value': '##E##',
    'didit: options.others.1': '##F##',
    'didit: options."of.a_key"': '##G##',
    'ours: secrets.FIRST': undefined,
    'ours: secrets.SECOND': '##H##',
    'Shop: client_metadata.key': '##I##',
    'acme: metadata.key': '##J##',
  };

  test('are the placeholders where it stands', () => {
    expect(fromOf(modelFromConfig(written, []))).toEqual(expected);
  });

  test('is told by what is written, once they are filled in', () => {
    const filledIn = JSON.parse(
      JSON.stringify(written).replaceAll(/##\w##|@@\w@@/g, 'hidden'),
    ) as TenantConfig;
    expect(fromOf(modelFromConfig(filledIn, [], written))).toEqual(expected);
    const nowhere = Object.fromEntries(Object.keys(expected).map((path) => [path, undefined]));
    expect(fromOf(modelFromConfig(filledIn, []))).toEqual(nowhere);
  });
});
