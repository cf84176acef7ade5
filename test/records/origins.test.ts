import { describe, expect, test } from 'vitest';
import { originOf, originsWithDeploy, originsWithState } from '../../scripts/records/origins.ts';
import type { Origin } from '../../scripts/records/origins.ts';
import type { Snapshot } from '../../scripts/records/snapshot.ts';
import type { TenantState } from '../../scripts/tenant-model/tenant-state.ts';

const NOTHING_TOUCHED: Snapshot = {
  resourceServers: [],
  clients: [],
  clientGrants: [],
  actions: [],
  connections: [],
  ownActions: [],
};
const EMPTY: TenantState = {
  clients: [],
  connections: [],
  actions: [],
  bindings: [],
  resourceServers: [],
  clientGrants: [],
};

/** A deploy that touches an application which the tenant has under this id, or makes it. */
const touching = (id?: string): Snapshot => ({
  ...NOTHING_TOUCHED,
  clients: [{ name: 'App', ...(id === undefined ? {} : { before: { client_id: id, settings: {} } }) }],
});
const tenantWith = (...ids: readonly string[]): TenantState => ({
  ...EMPTY,
  clients: ids.map((client_id) => ({ client_id, name: 'App', client_secret: undefined, settings: {} })),
});

/** What happens to an application, in order; ids as the tenant gives them. */
type Event = { readonly deploy: string | undefined } | { readonly tenantHas: readonly string[] };
const after = (events: readonly Event[]): readonly Origin[] =>
  events.reduce<readonly Origin[]>(
    (origins, event) =>
      'deploy' in event
        ? originsWithDeploy(origins, touching(event.deploy))
        : originsWithState(origins, tenantWith(...event.tenantHas), { connections: [] }),
    [],
  );

describe('an application counts as', () => {
  test.each<[string, readonly Event[], 'made' | 'found' | undefined]>([
    ['made when a deploy made it', [{ deploy: undefined }, { tenantHas: ['1'] }], 'made'],
    [
      'made when it was changed later',
      [{ deploy: undefined }, { tenantHas: ['1'] }, { deploy: '1' }],
      'made',
    ],
    ['found when the first deploy only changed it', [{ deploy: '1' }, { deploy: '1' }], 'found'],
    [
      'made when the deploy failed and could not remove it, and another one went on',
      [{ deploy: undefined }, { tenantHas: ['1'] }, { deploy: '1' }, { tenantHas: ['1'] }],
      'made',
    ],
    ['made while a deploy is about to make it', [{ deploy: undefined }], 'made'],
    [
      'unknown when the deploy was put back, and somebody made it later',
      [{ deploy: undefined }, { tenantHas: [] }],
      undefined,
    ],
    [
      'unknown when somebody removed ours and made another one',
      [{ deploy: undefined }, { tenantHas: ['ours'] }, { tenantHas: ['1'] }],
      undefined,
    ],
    [
      'found when a deploy changed such another one',
      [{ deploy: undefined }, { tenantHas: ['ours'] }, { deploy: '1' }],
      'found',
    ],
    [
      'made when it was destroyed and made again by a deploy',
      [{ deploy: 'before' }, { deploy: undefined }, { tenantHas: ['1'] }],
      'made',
    ],
    ['made when the tenant made it twice', [{ deploy: undefined }, { tenantHas: ['0', '1'] }], 'made'],
    ['unknown without any deploy', [], undefined],
  ])('%s', (_case, events, expected) => {
    expect(originOf(after(events), { kind: 'application', name: 'App', id: '1' })).toBe(expected);
  });
});

test('an application that was made here stays ours when somebody renamed it, and a deploy makes its like', () => {
  const origins = after([
    { deploy: undefined },
    { tenantHas: ['renamed'] },
    { deploy: undefined },
    { tenantHas: ['1'] },
  ]);
  const originOfId = (id: string) => originOf(origins, { kind: 'application', name: 'Old App', id });
  expect([originOfId('renamed'), originOfId('1'), originOfId('other')]).toEqual(['made', 'made', undefined]);
});

test('a thing is known once, whatever deploys touched it', () => {
  const events: readonly Event[] = [{ deploy: undefined }, { tenantHas: ['0', '1'] }, { deploy: '1' }];
  const ids = after(events).map((origin) => origin.ids);
  expect(ids).toEqual([['0'], ['1']]);
});

describe('looking at the tenant', () => {
  const aboutToMake: Snapshot = { ...NOTHING_TOUCHED, connections: [{ name: 'didit' }] };

  test('tells nothing of a connection that was not looked for', () => {
    const origins = originsWithDeploy([], aboutToMake);
    expect(originsWithState(origins, EMPTY, { connections: [{ name: 'another' }] })).toEqual(origins);
    expect(originsWithState(origins, EMPTY, { connections: [{ name: 'didit' }] })).toEqual([]);
  });

  test('finds a grant by the name of its application', () => {
    const origins = originsWithDeploy([], {
      ...NOTHING_TOUCHED,
      clientGrants: [{ client: 'App', audience: 'https://api.example.com/' }],
    });
    const grant = {
      id: 'cgr_1',
      client_id: '1',
      audience: 'https://api.example.com/',
      scope: [],
      settings: {},
    };
    const known = originsWithState(
      origins,
      { ...tenantWith('1'), clientGrants: [grant] },
      { connections: [] },
    );
    expect(known).toEqual([
      { kind: 'grant', name: 'App → https://api.example.com/', origin: 'made', ids: ['cgr_1'] },
    ]);
  });
});
