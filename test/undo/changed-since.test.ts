import { describe, expect, test } from 'vitest';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
import { withoutSecrets } from '../../scripts/records/snapshot.ts';
import type { Snapshot } from '../../scripts/records/snapshot.ts';
import type { ActionState, ConnectionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import { changedSince } from '../../scripts/undo/changed-since.ts';
import { onlyDeployed } from '../../scripts/undo/only-deployed.ts';

/** One thing of each of these kinds; all have the same id, as things of different kinds may. */
interface Things {
  readonly api?: JsonRecord;
  readonly apiId?: string;
  readonly shop?: JsonRecord;
  readonly connection?: Partial<ConnectionState>;
  readonly code?: string;
  readonly bindings?: TenantState['bindings'];
}
const ID = 'id-1';
const API = 'https://api.example/';

const actionOf = (code: string): ActionState => {
  const content = { code, runtime: 'node22', dependencies: [], secrets: [] };
  return {
    ...{ id: ID, name: 'rules', supportedTriggers: [], status: 'built', draft: content },
    deployed: { ...content, versionId: 'v1' },
  };
};
const connectionOf = (parts: Partial<ConnectionState>): ConnectionState => ({
  ...{ id: ID, name: 'didit', options: {}, metadata: {}, settings: {}, enabledClients: [] },
  ...parts,
});

/** A tenant with these things, each beside another of its kind that comes first. */
const tenantOf = ({ api, apiId = ID, shop, connection, code, bindings = [] }: Things): TenantState => ({
  resourceServers: [
    { id: 'id-0', identifier: 'https://other.example/', settings: { name: 'Other' } },
    ...(api === undefined ? [] : [{ id: apiId, identifier: API, settings: api }]),
  ],
  clients: [
    { client_id: 'id-0', name: 'Other', client_secret: undefined, settings: { description: 'Other' } },
    ...(shop === undefined
      ? []
      : [{ client_id: ID, name: 'Shop', client_secret: undefined, settings: shop }]),
  ],
  connections: [
    connectionOf({ id: 'id-0', name: 'other', settings: { display_name: 'Other' } }),
    ...(connection === undefined ? [] : [connectionOf(connection)]),
  ],
  actions: [
    { ...actionOf('other'), id: 'id-0', name: 'other' },
    ...(code === undefined ? [] : [actionOf(code)]),
  ],
  bindings,
  clientGrants: [],
});

/** All kinds, whether the things are there or not. */
const snapshotOf = (things: Things, kinds: Things = things): Snapshot => {
  const before = <T>(one: T | undefined): { readonly before?: T } =>
    one === undefined ? {} : { before: one };
  const state = tenantOf(things);
  return {
    ownActions: ['rules'],
    clientGrants: [],
    resourceServers:
      kinds.api === undefined ? [] : [{ identifier: API, ...before(state.resourceServers[1]) }],
    clients: kinds.shop === undefined ? [] : [{ name: 'Shop', ...before(state.clients[1]) }],
    connections:
      kinds.connection === undefined
        ? []
        : [{ name: 'didit', ...before(state.connections.slice(1).map(withoutSecrets)[0]) }],
    actions: kinds.code === undefined ? [] : [{ name: 'rules', ...before(state.actions[1]) }],
    ...(kinds.bindings === undefined ? {} : { bindings: state.bindings }),
  };
};

const since = (was: Things, left: Things, is: Things) =>
  changedSince(snapshotOf(was, left), snapshotOf(left), tenantOf(is));

const ALL: Things = {
  api: { name: 'API' },
  shop: { description: 'Of before' },
  connection: { settings: { display_name: 'Didit' } },
  code: 'old',
};

describe('what is no longer as a deploy left it', () => {
  test('is nothing where nobody has changed anything, whatever has the same id or the same kind', () => {
    expect(since(ALL, ALL, ALL)).toEqual({ overwritten: [], kept: [] });
  });

  test('is found at the thing that it belongs to', () => {
    expect(
      since(ALL, ALL, {
        ...ALL,
        api: { name: 'New' },
        shop: { description: 'New' },
        connection: { settings: { display_name: 'New' } },
      }),
    ).toEqual({
      overwritten: [],
      kept: [`API ${API}: name`, 'application Shop: description', 'connection didit: display_name'],
    });
  });

  test('is overwritten where the deploy had changed it too, unless it is as before again', () => {
    const left = { ...ALL, shop: { description: 'Of the deploy', logo_uri: 'x' } };
    const was = { ...ALL, shop: { description: 'Of before', logo_uri: 'x' } };
    const is = (description: string) => ({ ...ALL, shop: { description, logo_uri: 'theirs' } });
    expect(since(was, left, is('Theirs'))).toEqual({
      overwritten: ['application Shop: description'],
      kept: ['application Shop: logo_uri'],
    });
    expect(since(was, left, is('Of before'))).toEqual({
      overwritten: [],
      kept: ['application Shop: logo_uri'],
    });
  });

  test('is overwritten whole of what the deploy has made, which goes whole', () => {
    expect(since({}, { shop: { description: 'Made' } }, { shop: { description: 'Theirs' } })).toEqual({
      overwritten: ['application Shop: description'],
      kept: [],
    });
  });

  test('is overwritten of an Action, of which an earlier version runs again', () => {
    expect(since(ALL, ALL, { ...ALL, code: 'theirs' })).toEqual({
      overwritten: ['Action rules: code', 'Action rules: draft'],
      kept: [],
    });
  });

  test('is nothing of a thing that is gone, or was removed by the deploy', () => {
    expect(since(ALL, ALL, {})).toEqual({ overwritten: [], kept: [] });
    const left = snapshotOf({}, ALL);
    expect(changedSince(snapshotOf(ALL), left, tenantOf(ALL))).toEqual({ overwritten: [], kept: [] });
  });

  test('is nothing of a setting that the deploy could not have sent', () => {
    const is = { ...ALL, shop: { ...ALL.shop, callbacks: ['https://theirs.example/'] } };
    expect(since(ALL, ALL, is)).toEqual({ overwritten: [], kept: [] });
  });

  test('names applications of a connection as people call them, or by their ids, and each alone', () => {
    const enabled = (...enabledClients: readonly string[]) => ({ ...ALL, connection: { enabledClients } });
    expect(since(enabled(), enabled(ID), enabled('id-0', 'id-9'))).toEqual({
      overwritten: [],
      kept: ['connection didit: application Other', 'connection didit: application id-9'],
    });
    expect(since(enabled(ID), enabled(ID), enabled()).kept).toEqual(['connection didit: application Shop']);
  });

  test('is another client secret, and not that a tenant tells it now or does so no longer', () => {
    const secret = (client_secret: string | undefined) => ({ ...ALL, connection: { client_secret } });
    const of = (...[was, left, is]: readonly [string, string | undefined, string | undefined]) =>
      since(secret(was), secret(left), secret(is));
    const named = ['connection didit: options.client_secret'];
    expect(of('one', 'one', 'two')).toEqual({ overwritten: [], kept: named });
    expect(of('one', 'two', 'three')).toEqual({ overwritten: named, kept: [] });
    expect(of('one', 'one', undefined)).toEqual({ overwritten: [], kept: [] });
    expect(of('one', undefined, 'two')).toEqual({ overwritten: [], kept: [] });
  });

  test('is nothing of bindings that the deploy did not touch', () => {
    const bound = (...names: readonly string[]) => names.map((action_name) => ({ action_name }));
    expect(since(ALL, ALL, { ...ALL, bindings: bound('rules') })).toEqual({ overwritten: [], kept: [] });
    const touched = { ...ALL, bindings: bound('rules') };
    expect(since(touched, touched, { ...ALL, bindings: bound() }).kept).toEqual([
      'post-login bindings: of our Actions',
    ]);
  });
});

describe('what a deploy goes back to', () => {
  const target = (was: Things, left: Things, is: Things) =>
    onlyDeployed(snapshotOf(was, left), snapshotOf(left), tenantOf(is));

  test('is each thing with what others have made of it, and of no other thing', () => {
    const is = {
      ...ALL,
      api: { name: 'New' },
      shop: { description: 'New' },
      connection: { settings: { display_name: 'New' } },
    };
    expect(target(ALL, ALL, is)).toEqual(snapshotOf({ ...is, code: 'old' }));
  });

  test('is an API with what others have made of it, also where somebody made it anew', () => {
    const [was, left] = [{ api: { name: 'Was', scopes: ['a'] } }, { api: { name: 'Left', scopes: ['a'] } }];
    const is = { api: { name: 'Left', scopes: ['b'] }, apiId: 'made-anew' };
    expect(target(was, left, is).resourceServers[0]?.before?.settings).toEqual({
      name: 'Was',
      scopes: ['b'],
    });
  });

  test('is an application made anew by somebody else only as far as it was known: it is another one', () => {
    const of = (description: string) => ({ shop: { description } });
    const state = tenantOf(of('Theirs'));
    const anew = {
      ...state,
      clients: state.clients.map((client) => ({ ...client, client_id: `${client.client_id}-anew` })),
    };
    expect(onlyDeployed(snapshotOf(of('Was')), snapshotOf(of('Was')), anew).clients[0]?.before).toMatchObject(
      {
        settings: { description: 'Was' },
      },
    );
  });

  test('is what was, where nothing is known of what the deploy left', () => {
    expect(onlyDeployed(snapshotOf(ALL), snapshotOf({}, ALL), tenantOf(ALL))).toEqual(snapshotOf(ALL));
  });

  test('keeps every value of others that the caller tells to be theirs, and asks about those alone that differ', () => {
    const [was, left] = [
      { shop: { description: 'Was', logo_uri: 'was', app_type: 'spa' } },
      { shop: { description: 'Left', logo_uri: 'left', app_type: 'native' } },
    ];
    const is = { shop: { description: 'Is', logo_uri: 'left', app_type: 'spa' } };
    const asked: unknown[] = [];
    const back = onlyDeployed(
      snapshotOf(was),
      snapshotOf(left),
      tenantOf(is),
      ({ kind, name }, ...values) => {
        asked.push([kind, name, ...values]);
        return values[2] === 'Is';
      },
    );
    expect(back.clients[0]?.before?.settings).toEqual({
      description: 'Is',
      logo_uri: 'was',
      app_type: 'spa',
    });
    expect(asked).toEqual([
      ['application', 'Shop', 'description', 'Left', 'Is'],
      ['application', 'Shop', 'logo_uri', 'left', 'left'],
    ]);
  });

  test('takes a setting away that was not set, though a record does not hold what the deploy left: it is a secret', () => {
    const [was, left] = [{ shop: { encryption_key: null } }, { shop: {} }];
    const is = { shop: { encryption_key: { pub: 'left' } } };
    expect(target(was, left, is).clients[0]?.before?.settings).toEqual({ encryption_key: null });
    // Within metadata, a key that is not there was not sent, and is somebody else's.
    const metadata = target(
      { shop: { client_metadata: { theirs: null } } },
      { shop: { client_metadata: {} } },
      { shop: { client_metadata: { theirs: 'x' } } },
    ).clients[0]?.before?.settings['client_metadata'];
    expect(metadata).toEqual({ theirs: 'x' });
  });
});
