import { describe, expect, test } from 'vitest';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
import type { Snapshot } from '../../scripts/records/snapshot.ts';
import type { ActionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import { putBackOperations } from '../../scripts/undo/put-back-operations.ts';
import {
  putBackClient,
  putBackGrant,
  putBackOrganization,
  putBackResourceServer,
} from '../../scripts/undo/put-back-resources.ts';
import { undoTarget } from '../../scripts/undo/undo-target.ts';

const NOWHERE: TenantState = {
  clients: [{ client_id: 'id-shop', name: 'Shop', client_secret: undefined, settings: {} }],
  ...{ connections: [], actions: [], bindings: [], resourceServers: [], clientGrants: [] },
};
const NOTHING: Snapshot = {
  ...{ resourceServers: [], clients: [], clientGrants: [], actions: [], connections: [] },
  ownActions: ['ours', 'more'],
};
const API = 'https://api.example/';

describe('an application that is put back', () => {
  const back = (before: JsonRecord, settings: JsonRecord) =>
    putBackClient(
      { name: 'Shop', before: { client_id: 'id-shop', settings: before } },
      { ...NOWHERE, clients: [{ client_id: 'id-shop', name: 'Shop', client_secret: undefined, settings }] },
      {},
    );

  test('tells what happens to rules by their text, and to what others keep there by its key', () => {
    const was = { didit_policy: 'require=verified', theirs: 'a' };
    const is = { didit_policy: 'mode=off', theirs: 'b', more: 'c' };
    expect(back({ client_metadata: was }, { client_metadata: is })).toEqual({
      operations: [
        {
          ...{
            what: 'application Shop: client_metadata as before',
            method: 'PATCH',
            path: '/clients/id-shop',
          },
          body: { client_metadata: { ...was, more: null } },
          details: [
            'client_metadata.didit_policy: "mode=off" → "require=verified"',
            'client_metadata.theirs',
            'client_metadata.more',
          ],
        },
      ],
      impossible: [],
    });
  });

  test('keeps metadata that no record holds, and any that the deploy did not touch', () => {
    const secret = { api_key: 'marked' };
    const now = { client_metadata: { ...secret, plan: 'gold' } };
    expect(back({ client_metadata: { plan: 'gold' } }, now).operations).toEqual([]);
    expect(back({ description: undefined }, now).operations).toEqual([]);
    expect(back({ description: 'Was' }, { ...now, description: 'Is' }).operations).toEqual([
      {
        ...{ what: 'application Shop: description as before', method: 'PATCH', path: '/clients/id-shop' },
        body: { description: 'Was' },
      },
    ]);
  });

  test('has fields unset that were not set, as the service unsets them, and names those that cannot be', () => {
    const unset = { description: undefined, callbacks: [], app_type: undefined, sso: undefined };
    const set = { description: 'Is', callbacks: ['https://shop.example/'], app_type: 'spa', sso: true };
    expect(back(unset, set)).toMatchObject({
      operations: [{ body: { description: '', callbacks: [], sso: false } }],
      impossible: ['application Shop: app_type was not set before, and cannot be unset'],
    });
  });
});

describe('a grant that is put back', () => {
  const grant = (audience: string, ...scope: readonly string[]): TenantState['clientGrants'][number] => ({
    ...{ id: `grant-${new URL(audience).host}`, client_id: 'id-shop', audience, scope, settings: {} },
  });

  test('tells its scopes', () => {
    const before = grant(API, 'read:a', 'read:b');
    const state = { ...NOWHERE, clientGrants: [grant(API, 'read:a', 'write:a')] };
    expect(putBackGrant({ client: 'Shop', audience: API, before }, state, {}).operations).toEqual([
      {
        ...{
          what: `grant Shop → ${API}: scope as before`,
          method: 'PATCH',
          path: '/client-grants/grant-api.example',
        },
        body: { scope: ['read:a', 'read:b'] },
        details: ['scope: read:a write:a → read:a read:b'],
      },
    ]);
    const reordered = { ...NOWHERE, clientGrants: [grant(API, 'read:b', 'read:a')] };
    expect(putBackGrant({ client: 'Shop', audience: API, before }, reordered, {}).operations).toEqual([]);
  });

  test('is removed where the deploy has made it, and no grant for another API is', () => {
    const state = { ...NOWHERE, clientGrants: [grant('https://other.example/', 'a'), grant(API, 'a')] };
    expect(putBackGrant({ client: 'Shop', audience: API }, state, {}).operations).toMatchObject([
      { method: 'DELETE', path: '/client-grants/grant-api.example', opens: true },
    ]);
    const theirs = { ...state, clients: NOWHERE.clients.map((one) => ({ ...one, client_id: 'id-2' })) };
    expect(putBackGrant({ client: 'Shop', audience: API }, theirs, {}).operations).toEqual([]);
  });
});

describe('an organization that is put back', () => {
  const member = (name: string, shown = true) => ({
    ...{ name, connection_id: `con/${name}`, show_as_button: shown },
  });
  const acme = (settings: JsonRecord, ...connections: readonly ReturnType<typeof member>[]) => ({
    ...{ id: 'org_1', name: 'acme', settings, connections },
  });

  test('gets its rules and its connections back, each in a call of its own, once nobody gets in without rules', () => {
    const was = { metadata: { didit_policy: 'a', theirs: 'x' } };
    const is = { metadata: { theirs: 'y', api_key: 'marked' } };
    const before = acme(was, member('same'), member('hidden', false), member('gone'));
    const now = acme(is, member('same'), member('hidden'), member('more'));
    const path = '/organizations/org_1';
    expect(putBackOrganization({ name: 'acme', before }, { ...NOWHERE, organizations: [now] }, {})).toEqual({
      operations: [
        {
          ...{ what: 'organization acme: metadata as before', method: 'PATCH', path, opens: true },
          body: { metadata: { didit_policy: 'a', theirs: 'x' } },
          details: ['metadata.theirs', 'metadata.didit_policy: not set → "a"'],
        },
        {
          ...{ what: 'organization acme: connection hidden as before', method: 'PATCH', opens: true },
          ...{ path: `${path}/connections/con%2Fhidden`, body: { show_as_button: false } },
        },
        {
          ...{ what: 'organization acme: connection gone as before', method: 'POST', opens: true },
          ...{ path: `${path}/connections`, body: { connection_id: 'con/gone', show_as_button: true } },
        },
        {
          ...{ what: 'organization acme: connection more removed', method: 'DELETE', opens: true },
          path: `${path}/connections/con%2Fmore`,
        },
      ],
      impossible: [],
    });
  });

  test('goes with its memberships where the deploy has made it, and is missed by nobody where it is gone', () => {
    const state = { ...NOWHERE, organizations: [{ ...acme({}), id: 'org_0', name: 'theirs' }, acme({})] };
    expect(putBackOrganization({ name: 'acme' }, state, {}).operations).toEqual([
      {
        ...{ what: 'organization acme, with its memberships, removed', method: 'DELETE' },
        path: '/organizations/org_1',
      },
    ]);
    expect(putBackOrganization({ name: 'acme' }, NOWHERE, {})).toEqual({ operations: [], impossible: [] });
    expect(putBackResourceServer({ identifier: API }, NOWHERE, {})).toEqual({
      operations: [],
      impossible: [],
    });
  });
});

describe('the bindings that are put back', () => {
  const action = (name: string, keyId?: string): ActionState => {
    const content = { code: 'x', runtime: 'node22', dependencies: [], secrets: [] };
    return {
      ...{ id: `id-${name}`, name, supportedTriggers: [], status: 'built', draft: content },
      deployed: { ...content, versionId: 'v1', ...(keyId === undefined ? {} : { keyId }) },
    };
  };
  const bound = (...names: readonly string[]) => names.map((action_name) => ({ action_name }));
  const back = (snapshot: Partial<Snapshot>, state: Partial<TenantState>) =>
    putBackOperations(
      { ...NOTHING, ...snapshot },
      { ...NOWHERE, actions: ['theirs', 'ours', 'more'].map((name) => action(name)), ...state },
      { connectionSecret: () => undefined, redeployed: new Set() },
    );
  const call = {
    what: 'post-login bindings as they were',
    ...{ method: 'PATCH', path: '/actions/triggers/post-login/bindings' },
  };
  const refs = (...names: readonly string[]) => ({
    bindings: names.map((value) => ({ ref: { type: 'action_name', value }, display_name: value })),
  });

  test.each<[string[], string[], object]>([
    [['theirs', 'ours'], ['ours', 'theirs'], { details: ['order: ours, theirs → theirs, ours'] }],
    [['theirs'], [], { details: ['order: none → theirs'], closes: true }],
    [[], ['ours'], { details: ['order: ours → none'], opens: true }],
    [['ours'], ['more'], { details: ['order: more → ours'], opens: true, closes: true }],
  ])('%j, that are now %j, say what they do', (was, is, said) => {
    // Nobody else has changed theirs.
    const state = { bindings: bound(...is) };
    const ownActions = ['ours', 'more', 'theirs'];
    expect(back({ ownActions, bindings: bound(...was) }, state).operations).toEqual([
      { ...call, body: refs(...was), ...said },
    ]);
  });

  test('lack Actions of ours that are gone, and say so', () => {
    expect(back({ bindings: bound('ours') }, { actions: [action('theirs')] })).toEqual({
      operations: [],
      impossible: ['binding of ours: the Action is not there any more'],
      lacking: [],
    });
  });

  test('are not touched where the deploy did not', () => {
    expect(back({}, { bindings: bound('ours') }).operations).toEqual([]);
  });

  const OTHER_KEYS =
    'the key that our Actions share: they do not have the same one, and deny every login that has rules, until `npm run deploy` gives them a new one';
  const keysOf = (now: readonly ActionState[], ...touched: Snapshot['actions']) =>
    back({ actions: touched }, { actions: now }).impossible;

  test.each<[string, readonly ActionState[], Snapshot['actions'], readonly string[]]>([
    ['the same', [action('ours', 'k1'), action('more', 'k1')], [], []],
    [
      'another one in one that nobody touched',
      [action('ours', 'k1'), action('more', 'k2')],
      [],
      [OTHER_KEYS],
    ],
    [
      'the same once an earlier version runs again',
      [action('ours', 'k2'), action('more', 'k1')],
      [{ name: 'ours', before: action('ours', 'k1') }],
      [],
    ],
    [
      'another one once an earlier version runs again',
      [action('ours', 'k2'), action('more', 'k2')],
      [{ name: 'ours', before: action('ours', 'k1') }],
      [OTHER_KEYS],
    ],
    [
      'the same once that which the deploy has made is gone',
      [action('ours', 'k2'), action('more', 'k1')],
      [{ name: 'ours' }],
      [],
    ],
    ['none that can be told', [action('ours'), action('more', 'k1')], [], []],
    [
      'another one in an Action of somebody else',
      [action('theirs', 'k9'), action('ours', 'k1'), action('more', 'k1')],
      [],
      [],
    ],
  ])(
    'leave our Actions with a key of which is said where it is not the same: it is %s',
    (_how, now, touched, said) => {
      expect(keysOf(now, ...touched)).toEqual(said);
    },
  );
});

test('an application that was there before, and that somebody else enabled since, stays enabled', () => {
  const connection = {
    ...{ id: 'con_1', name: 'didit', options: {}, metadata: {}, settings: {} },
    enabledClients: [],
  };
  const snapshot = {
    ...NOTHING,
    clients: [{ name: 'Shop', before: { client_id: 'id-shop', settings: {} } }],
    connections: [{ name: 'didit', before: connection }],
  };
  const now = { ...NOWHERE, connections: [{ ...connection, enabledClients: ['id-shop'] }] };
  const unfinished = { snapshot, sent: snapshot, steps: ['applications', 'enabled applications'] };
  expect(undoTarget(unfinished, now).connections[0]?.before?.enabledClients).toEqual(['id-shop']);
});
