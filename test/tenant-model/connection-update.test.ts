import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recordOf } from '../../scripts/base/json-values.ts';
import {
  connectionFields,
  optionsAfterDeploy,
  unchangedFields,
  unmentionedOptions,
} from '../../scripts/tenant-model/connection-update.ts';
import { metadataToSend } from '../../scripts/tenant-model/metadata.ts';
import { organizationToSend } from '../../scripts/tenant-model/organization-update.ts';
import type { ConnectionConfig } from '../../scripts/tenant-config/tenant-config.ts';
import type { ConnectionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';

describe('what a deploy makes of a connection', () => {
  const scripts = fc.dictionary(fc.constantFrom('fetchUserProfile', 'getLogoutUrl'), fc.string());
  const others = fc.dictionary(
    fc.constantFrom('scope', 'tokenURL', 'icon_url', 'pkce_enabled', 'fieldsMap'),
    fc.oneof(fc.string(), fc.boolean(), fc.dictionary(fc.constantFrom('one', 'two'), fc.string())),
  );
  const optionsOf = fc.oneof(
    others,
    fc.tuple(others, scripts).map(([options, texts]) => ({ ...options, scripts: texts })),
  );

  test('holds all that was asked for, and without --replace-options all that was there', () => {
    fc.assert(
      fc.property(optionsOf, optionsOf, (wanted, existing) => {
        const after = optionsAfterDeploy(wanted, existing, false);
        for (const [name, value] of Object.entries(wanted))
          if (name !== 'scripts') expect(after[name]).toEqual(value);
        for (const [name, value] of Object.entries(existing))
          if (!(name in wanted)) expect(after[name]).toEqual(value);
        // Scripts are told apart: the file's, and beside them those that it does not name.
        expect(recordOf(after['scripts'])).toEqual({
          ...recordOf(existing.scripts),
          ...recordOf(recordOf(wanted)['scripts']),
        });
        expect(optionsAfterDeploy(wanted, existing, true)).toEqual(wanted);
      }),
    );
  });

  test('takes away metadata of ours that the file no longer holds, and nothing of others', () => {
    expect(
      metadataToSend({ didit_policy: 'mode=off' }, { didit_claims: 'x', didit_policy: 'y', theirs: 'z' }),
    ).toEqual({ didit_policy: 'mode=off', didit_claims: null, theirs: 'z' });
    expect(metadataToSend(undefined, { didit_policy: 'mode=off' })).toEqual({ didit_policy: null });
  });
});

describe('what is sent of a connection that is there', () => {
  const existing: ConnectionState = {
    ...{ id: 'con_1', name: 'didit', options: {}, enabledClients: [] },
    metadata: { didit_policy: 'mode=off', theirs: 'x' },
    settings: { display_name: 'Didit', is_domain_connection: true, show_as_button: true },
  };
  const bare = { ...existing, metadata: {}, settings: {} };
  const wanted: ConnectionConfig = {
    ...{ name: 'didit', enabled_clients: ['Shop'] },
    strategy: 'oauth2',
    options: { scripts: { fetchUserProfile: '' } },
  };

  test('is what the file says beside options and applications, with the name that people read', () => {
    expect(connectionFields(wanted, existing)).toStrictEqual({
      ...{ name: 'didit', strategy: 'oauth2', display_name: 'Didit' },
      metadata: { didit_policy: null, theirs: 'x' },
    });
    const more = { ...wanted, display_name: 'Other', is_domain_connection: false, metadata: { a: 'b' } };
    expect(connectionFields(more, existing)).toStrictEqual({
      ...{ name: 'didit', strategy: 'oauth2', display_name: 'Other', is_domain_connection: false },
      metadata: { didit_policy: null, theirs: 'x', a: 'b' },
    });
    expect(connectionFields(wanted, bare)).toStrictEqual({ name: 'didit', strategy: 'oauth2' });
  });

  test('for its applications alone is what it has already', () => {
    expect(unchangedFields(existing)).toStrictEqual({ is_domain_connection: true, display_name: 'Didit' });
    expect(unchangedFields(bare)).toStrictEqual({ is_domain_connection: false });
  });

  test('leaves options that only the tenant has, and they can be named', () => {
    expect(
      unmentionedOptions({ scope: 'a', icon_url: undefined }, { scope: 'b', icon_url: 'i', more: 1 }),
    ).toEqual(['more']);
    expect(optionsAfterDeploy({ scope: 'a' }, { more: 1 }, false)).toStrictEqual({ scope: 'a', more: 1 });
  });
});

describe('what is sent of an organization', () => {
  const state: TenantState = {
    clients: ['other', 'shop'].map((name) => ({
      ...{ client_id: `id-${name}`, name, client_secret: undefined, settings: {} },
    })),
    ...{ connections: [], actions: [], bindings: [], resourceServers: [], clientGrants: [] },
    organizations: [
      { id: 'org_0', name: 'theirs', settings: {}, connections: [], grantsOf: ['id-other'] },
      {
        ...{ id: 'org_1', name: 'acme', settings: { metadata: { didit_policy: 'x', theirs: 'y' } } },
        connections: [
          { connection_id: 'con_1', name: 'didit', show_as_button: true, is_enabled: null },
          { connection_id: 'con_2', name: 'more', show_as_button: false },
        ],
        grantsOf: ['id-shop', 'id-gone'],
      },
    ],
  };

  test('are its connections and grants too, as they are: what is not said would be taken away', () => {
    expect(organizationToSend({ name: 'acme', display_name: 'Acme' }, state)).toStrictEqual({
      ...{ name: 'acme', display_name: 'Acme', metadata: { didit_policy: null, theirs: 'y' } },
      connections: [
        { connection_id: 'con_1', name: 'didit', show_as_button: true },
        { connection_id: 'con_2', name: 'more', show_as_button: false },
      ],
      client_grants: [{ client_id: 'shop' }, { client_id: 'id-gone' }],
    });
  });

  test('are the connections that the file lists, with what it says of them before what they have', () => {
    const connections = [{ name: 'didit', show_as_button: false }, { name: 'new' }];
    expect(organizationToSend({ name: 'acme', connections }, state).connections).toStrictEqual([
      { connection_id: 'con_1', name: 'didit', show_as_button: false },
      { name: 'new' },
    ]);
    expect(organizationToSend({ name: 'acme', metadata: { a: 'b' } }, state).metadata).toEqual({
      ...{ didit_policy: null, theirs: 'y', a: 'b' },
    });
  });

  test('is what the file says, where it is new', () => {
    const nothing = { connections: [], client_grants: [] };
    const { organizations, ...nobody } = state;
    for (const tenant of [{ ...nobody, organizations: organizations ?? [] }, nobody])
      expect(organizationToSend({ name: 'new', display_name: 'New' }, tenant)).toStrictEqual({
        ...{ name: 'new', display_name: 'New', ...nothing },
      });
    expect(organizationToSend({ name: 'new', metadata: {} }, nobody)).toStrictEqual({
      name: 'new',
      ...nothing,
    });
  });
});
