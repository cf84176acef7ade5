import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedSince } from '../../scripts/undo/changed-since.ts';
import { recordOf } from '../../scripts/base/json-values.ts';
import { onlyDeployed } from '../../scripts/undo/only-deployed.ts';
import type { ConnectionBefore, Snapshot } from '../../scripts/records/snapshot.ts';
import type { TenantState } from '../../scripts/tenant-model/tenant-state.ts';

const NOTHING: Snapshot = {
  resourceServers: [],
  clients: [],
  clientGrants: [],
  actions: [],
  connections: [],
  ownActions: [],
};

const withConnection = (before: ConnectionBefore): Snapshot => ({
  ...NOTHING,
  connections: [{ name: 'didit', before }],
});

const tenantWith = (connection: ConnectionBefore): TenantState => ({
  clients: [],
  connections: [connection],
  actions: [],
  bindings: [],
  resourceServers: [],
  clientGrants: [],
});

const text = fc.constantFrom('one', 'two', 'three');
const texts = fc.dictionary(fc.constantFrom('didit_policy', 'other_team', 'note'), text);
const connections = fc.record({
  options: fc.record(
    { scope: text, icon_url: text, scripts: fc.dictionary(fc.constantFrom('ours', 'theirs'), text) },
    { requiredKeys: [] },
  ),
  metadata: texts,
  settings: fc.record({ display_name: text, is_domain_connection: fc.boolean() }),
  enabledClients: fc.subarray(['a', 'b', 'c']),
});
const states = connections.map((fields): ConnectionBefore => ({ id: 'con_1', name: 'didit', ...fields }));

const targetOf = (
  was: ConnectionBefore,
  left: ConnectionBefore,
  is: ConnectionBefore,
): ConnectionBefore | undefined =>
  onlyDeployed(withConnection(was), withConnection(left), tenantWith(is)).connections[0]?.before;

/** The order of applications means nothing; an object without keys is one that is not there. */
const normal = (connection: ConnectionBefore | undefined): unknown => ({
  ...connection,
  enabledClients: connection?.enabledClients.toSorted(),
  options: {
    ...connection?.options,
    scripts: recordOf(connection?.options['scripts']),
  },
});

describe('going back by what a deploy changed', () => {
  test('is going back to what was, where nobody has changed anything since', () => {
    fc.assert(
      fc.property(states, states, (was, left) => {
        expect(normal(targetOf(was, left, left))).toEqual(normal(was));
        expect(changedSince(withConnection(was), withConnection(left), tenantWith(left))).toEqual({
          overwritten: [],
          kept: [],
        });
      }),
    );
  });

  test('is to leave everything as it is, where the deploy changed nothing', () => {
    fc.assert(
      fc.property(states, states, (was, is) => {
        expect(normal(targetOf(was, was, is))).toEqual(normal(is));
        expect(changedSince(withConnection(was), withConnection(was), tenantWith(is)).overwritten).toEqual(
          [],
        );
      }),
    );
  });

  test('names all that it writes over', () => {
    fc.assert(
      fc.property(states, states, states, (was, left, is) => {
        const { overwritten } = changedSince(withConnection(was), withConnection(left), tenantWith(is));
        const target = targetOf(was, left, is);
        for (const key of new Set([...Object.keys(left.metadata), ...Object.keys(is.metadata)])) {
          const changes = target?.metadata[key] !== is.metadata[key];
          const othersDid = left.metadata[key] !== is.metadata[key];
          expect(overwritten.includes(`connection didit: metadata.${key}`)).toBe(changes && othersDid);
        }
      }),
    );
  });

  test('never looks at an option that may be a secret', () => {
    const state = (options: ConnectionBefore['options']): ConnectionBefore => ({
      id: 'con_1',
      name: 'didit',
      metadata: {},
      settings: {},
      enabledClients: [],
      options,
    });
    const left = withConnection(state({ scope: 'one' }));
    const is = tenantWith(state({ scope: 'one', client_secret: 'marked' }));
    expect(JSON.stringify(onlyDeployed(left, left, is))).not.toContain('marked');
    expect(changedSince(left, left, is)).toEqual({ overwritten: [], kept: [] });
  });
});
