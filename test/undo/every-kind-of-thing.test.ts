import { describe, expect, test } from 'vitest';
import type { ConnectionBefore, Snapshot } from '../../scripts/records/snapshot.ts';
import type { ActionState, ClientGrantState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import { grantIn } from '../../scripts/tenant-model/changes.ts';
import { changedSince } from '../../scripts/undo/changed-since.ts';
import { onlyDeployed } from '../../scripts/undo/only-deployed.ts';
import { putBackAction } from '../../scripts/undo/put-back-action.ts';
import { putBackOperations } from '../../scripts/undo/put-back-operations.ts';
import { undoTarget } from '../../scripts/undo/undo-target.ts';

const NOWHERE: TenantState = {
  clients: [{ client_id: 'id-app', name: 'App', client_secret: undefined, settings: {} }],
  connections: [],
  actions: [],
  bindings: [],
  resourceServers: [],
  clientGrants: [],
};
const NOTHING: Snapshot = {
  resourceServers: [],
  clients: [],
  clientGrants: [],
  actions: [],
  connections: [],
  ownActions: ['ours'],
};

const grant = (...scope: readonly string[]): ClientGrantState => ({
  id: 'grant-1',
  client_id: 'id-app',
  audience: 'https://api.example/',
  scope,
  settings: { subject_type: 'client' },
});
const withGrant = (before: ClientGrantState): Snapshot => ({
  ...NOTHING,
  clientGrants: [{ client: 'App', audience: 'https://api.example/', before }],
});

const content = (code: string) => ({ code, runtime: 'node22', dependencies: [], secrets: [] });
const action = (name: string, code = 'ours', versionId = 'v1'): ActionState => ({
  id: `id-${name}`,
  name,
  supportedTriggers: [],
  status: 'built',
  draft: content(code),
  deployed: { ...content(code), versionId },
});

describe('a grant', () => {
  test('whose scopes somebody changed since is named by each of them', () => {
    const now = { ...NOWHERE, clientGrants: [grant('read:a', 'read:theirs')] };
    expect(changedSince(withGrant(grant('read:a')), withGrant(grant('read:a', 'read:b')), now)).toEqual({
      overwritten: [],
      kept: ['grant App → https://api.example/: scope read:theirs'],
    });
    const gone = { ...NOWHERE, clientGrants: [grant('read:c')] };
    expect(
      changedSince(withGrant(grant('read:a', 'read:b')), withGrant(grant('read:b', 'read:c')), gone),
    ).toEqual({ overwritten: [], kept: ['grant App → https://api.example/: scope read:b'] });
  });

  test('to which somebody has given something that it did not have is named by that', () => {
    const is = grant('read:a');
    const now = { ...NOWHERE, clientGrants: [{ ...is, settings: { allow_any_organization: true } }] };
    expect(changedSince(withGrant(grant('read:a')), withGrant(grant('read:a')), now).kept).toContain(
      'grant App → https://api.example/: allow_any_organization',
    );
  });

  test('loses the scopes that the deploy gave it, gets back those that it took, and keeps those of others', () => {
    const now = { ...NOWHERE, clientGrants: [grant('read:both', 'read:new', 'read:theirs')] };
    const target = onlyDeployed(
      withGrant(grant('read:both', 'read:old')),
      withGrant(grant('read:both', 'read:new')),
      now,
    );
    expect(target.clientGrants[0]?.before?.scope.toSorted()).toEqual([
      'read:both',
      'read:old',
      'read:theirs',
    ]);
  });

  test('is found by the application, the API and for whom it is', () => {
    const [forUsers, forAnonymous, forOthers] = ['user', 'anonymous_user', 'a_type_of_2030'].map(
      (type, index) => ({ ...grant('read:a'), id: `grant-${index + 2}`, settings: { subject_type: type } }),
    );
    const others = [forOthers, forAnonymous, forUsers].flatMap((other) => other ?? []);
    const state = { ...NOWHERE, clientGrants: [...others, grant('read:a')] };
    const wanted = { client_id: 'App', audience: 'https://api.example/', scope: [] };
    expect(grantIn(state, wanted)?.id).toBe('grant-1');
    expect(grantIn(state, { ...wanted, subject_type: 'user' })?.id).toBe('grant-2');
    expect(grantIn(state, { ...wanted, subject_type: 'anonymous_user' })?.id).toBe('grant-3');
    expect(grantIn({ ...NOWHERE, clientGrants: others }, wanted)).toBeUndefined();
    expect(grantIn(state, { ...wanted, client_id: 'Another' })).toBeUndefined();
    expect(grantIn(state, { ...wanted, audience: 'https://other.example/' })).toBeUndefined();
  });

  test.each([
    ['user', 'for users'],
    ['anonymous_user', 'for anonymous users'],
  ])('%s that a deploy made is removed, and the one of the application beside it is not', (type, words) => {
    const forUsers = { ...grant('read:a'), id: 'grant-2', settings: { subject_type: type } };
    const snapshot: Snapshot = {
      ...NOTHING,
      clientGrants: [{ client: 'App', audience: 'https://api.example/', subject_type: type }],
    };
    const state = { ...NOWHERE, clientGrants: [grant('read:a'), forUsers] };
    const help = { connectionSecret: () => undefined, redeployed: new Set<string>() };
    expect(putBackOperations(snapshot, state, help).operations).toMatchObject([
      {
        method: 'DELETE',
        path: '/client-grants/grant-2',
        what: `grant App → https://api.example/ (${words}) removed`,
      },
    ]);
  });
});

describe('an organization', () => {
  const ACME = { id: 'org_1', name: 'acme' };
  const didit = { connection_id: 'con_1', name: 'didit' };
  const withAcme = (settings: object, ...connections: readonly (typeof didit)[]): Snapshot => ({
    ...NOTHING,
    organizations: [{ name: 'acme', before: { ...ACME, settings: { ...settings }, connections } }],
  });
  const there = (settings: object, ...connections: readonly (typeof didit)[]): TenantState => ({
    ...NOWHERE,
    organizations: [{ ...ACME, settings: { ...settings }, connections }],
  });
  const help = { connectionSecret: () => undefined, redeployed: new Set<string>() };
  const before = withAcme({ display_name: 'A', metadata: { didit_policy: 'a', x: '1' } });
  const after = withAcme({ display_name: 'B', metadata: { didit_policy: 'b', x: '1' } }, didit);

  test('keeps what others have made of it, and names what is theirs', () => {
    const theirs = { ...didit, connection_id: 'con_2', name: 'theirs' };
    const now = there({ display_name: 'B', metadata: { didit_policy: 'b', x: '2' } }, didit, theirs);
    expect(changedSince(before, after, now)).toEqual({
      overwritten: [],
      kept: ['organization acme: metadata.x', 'organization acme: connections.theirs'],
    });
    const target = onlyDeployed(before, after, now);
    expect(target.organizations?.[0]?.before).toEqual({
      ...ACME,
      settings: { display_name: 'A', metadata: { didit_policy: 'a', x: '2' } },
      connections: [theirs],
    });
    expect(putBackOperations(target, now, help).operations).toEqual([
      expect.objectContaining({
        ...{ method: 'PATCH', path: '/organizations/org_1', opens: true },
        body: { display_name: 'A', metadata: { didit_policy: 'a', x: '2' } },
      }),
      expect.objectContaining({ method: 'DELETE', path: '/organizations/org_1/connections/con_1' }),
    ]);
  });

  test('of a deploy that did not get to it stays as it is', () => {
    const now = there({ display_name: 'C' });
    const goal = (...steps: readonly string[]) => undoTarget({ snapshot: before, sent: after, steps }, now);
    expect(goal('applications').organizations).toBeUndefined();
    expect(goal('applications', 'organizations').organizations?.[0]?.before?.settings).toMatchObject({
      // Neither as it was nor as it was sent.
      display_name: 'C',
    });
  });

  test.each([
    ['the file says nothing of it', {}, { show_as_button: true }, true],
    ['the file says something of it', { show_as_button: false }, { show_as_button: false }, true],
    ['somebody has changed what it says', { show_as_button: true }, { show_as_button: false }, false],
  ])('loses a connection that an unfinished deploy has added, or keeps it, where %s', (_, sent, is, goes) => {
    const added = { name: 'didit', ...sent };
    const now = there({}, { ...didit, ...is });
    const goal = undoTarget(
      {
        snapshot: withAcme({}),
        sent: {
          ...NOTHING,
          organizations: [{ name: 'acme', before: { ...ACME, settings: {}, connections: [added] } }],
        },
        steps: ['organizations'],
      },
      now,
    );
    expect(putBackOperations(goal, now, help).operations.map(({ method }) => method)).toEqual(
      goes ? ['DELETE'] : [],
    );
  });

  test('that somebody has removed cannot come back', () => {
    expect(putBackOperations(before, NOWHERE, help)).toMatchObject({
      operations: [],
      impossible: ['organization acme was removed by somebody else'],
    });
  });
});

describe('bindings', () => {
  const bound = (...names: readonly string[]) => names.map((action_name) => ({ action_name }));

  test('of ours that somebody changed since are named, and those of other teams are not', () => {
    const [before, after] = [bound('theirs'), bound('theirs', 'ours')].map((bindings) => ({
      ...NOTHING,
      bindings,
    }));
    const since = (...names: readonly string[]) =>
      before &&
      after &&
      changedSince(before, after, { ...NOWHERE, bindings: [{ action_name: 'more' }, ...bound(...names)] });
    expect(since('theirs', 'ours')).toEqual({ overwritten: [], kept: [] });
    expect(since('theirs', 'ours', 'ours')).toEqual({
      overwritten: ['post-login bindings: of our Actions'],
      kept: [],
    });
  });

  test('that come back keep people out: while they cannot, no rule goes', () => {
    const state = { ...NOWHERE, actions: [action('ours')], bindings: [] };
    const help = { connectionSecret: () => undefined, redeployed: new Set<string>() };
    const [operation] = putBackOperations({ ...NOTHING, bindings: bound('ours') }, state, help).operations;
    expect(operation).toMatchObject({ path: '/actions/triggers/post-login/bindings', closes: true });
    expect(operation).not.toHaveProperty('opens');
    const without = { ...state, bindings: bound('ours') };
    const [unbinds] = putBackOperations({ ...NOTHING, bindings: [] }, without, help).operations;
    expect(unbinds).toMatchObject({ opens: true });
    expect(unbinds).not.toHaveProperty('closes');
  });
});

describe('an Action', () => {
  test('that a first deploy made is removed, and no other', () => {
    const state = { actions: [action('theirs'), action('ours'), action('more of theirs')] };
    expect(putBackAction({ name: 'ours' }, state, { redeployed: new Set() }).operations).toMatchObject([
      { method: 'DELETE', path: '/actions/actions/id-ours?force=true' },
    ]);
  });

  test.each([
    ['packages', { dependencies: [{ name: 'lodash', version: '1' }] }],
    ['secrets', { secrets: [{ name: 'THEIRS', updated_at: '' }] }],
    ['runtime', { runtime: 'node18' }],
  ])('that runs the code that was sent with other %s is somebody else’s, and stays', (_what, difference) => {
    const was = action('ours', 'old', 'v1');
    const sent: ActionState = { ...was, deployed: undefined, draft: content('new') };
    const theirs = { ...content('new'), ...difference };
    const now: ActionState = { ...was, draft: theirs, deployed: { ...theirs, versionId: 'v2' } };
    const target = (is: ActionState) =>
      undoTarget(
        {
          snapshot: { ...NOTHING, actions: [{ name: 'ours', before: was }] },
          sent: { ...NOTHING, actions: [{ name: 'ours', before: sent }] },
          steps: ['Actions'],
        },
        { ...NOWHERE, actions: [is] },
      ).actions[0]?.before;
    expect(target(now)).toEqual(now);
    expect(target(action('ours', 'new', 'v2'))).toEqual(was);
  });
});

describe('a connection whose steps were not begun', () => {
  const connection: ConnectionBefore = {
    id: 'con-1',
    name: 'didit',
    options: {},
    metadata: {},
    settings: { display_name: 'Was' },
    enabledClients: [],
  };
  const snapshot: Snapshot = { ...NOTHING, connections: [{ name: 'didit', before: connection }] };
  const sent: Snapshot = {
    ...NOTHING,
    connections: [{ name: 'didit', before: { ...connection, settings: { display_name: 'Sent' } } }],
  };

  test.each([
    ['Actions', 0],
    ['connection', 0],
    ['enabled applications', 1],
    ['connection options', 1],
  ])('has nothing to go back to: with %s begun, %i connections', (step, count) => {
    const now = { ...NOWHERE, connections: [connection] };
    expect(undoTarget({ snapshot, sent, steps: [step] }, now).connections).toHaveLength(count);
  });
});
