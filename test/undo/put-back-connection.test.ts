import { describe, expect, test } from 'vitest';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
import { withoutSecrets } from '../../scripts/records/snapshot.ts';
import type { ConnectionBefore } from '../../scripts/records/snapshot.ts';
import type { ConnectionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import type { PutBack } from '../../scripts/undo/operation.ts';
import { enabledBack, putBackConnection, sameOptions } from '../../scripts/undo/put-back-connection.ts';

const connection = (options: JsonRecord, parts: Partial<ConnectionState> = {}): ConnectionState => ({
  ...{ id: 'con_1', name: 'didit', metadata: {}, enabledClients: [] },
  settings: { display_name: 'Didit' },
  options,
  ...parts,
});

const stateWith = (...connections: readonly ConnectionState[]): TenantState => ({
  clients: ['shop', 'app'].map((name) => ({
    ...{ client_id: `id-${name}`, name, client_secret: undefined, settings: {} },
  })),
  connections,
  ...{ actions: [], bindings: [], resourceServers: [], clientGrants: [] },
});

/** As a record holds it. */
const kept = (options: JsonRecord, parts?: Partial<ConnectionState>): ConnectionBefore =>
  withoutSecrets(connection(options, parts));

const back = (
  before: ConnectionBefore | undefined,
  now: readonly ConnectionState[],
  secret: (name: string, clientId: unknown) => string | undefined = () => undefined,
): PutBack =>
  putBackConnection({ name: 'didit', ...(before === undefined ? {} : { before }) }, stateWith(...now), {
    connectionSecret: secret,
  });

const LACKING =
  'connection didit: options (their former client secret is neither on the tenant nor in the environment)';
const sentOptions = ({ operations }: PutBack): unknown =>
  operations.map(({ body }) =>
    typeof body === 'object' && body !== null && 'options' in body ? body.options : body,
  );

describe('the options of a connection that is put back', () => {
  const OPTIONS = { client_id: 'one', scope: 'openid' };
  const CHANGED = { client_id: 'one', scope: 'openid email' };
  const secret = (text: string | undefined): Partial<ConnectionState> => ({ client_secret: text });
  /** Of a tenant that tells secrets, and of one that does not. */
  const told = kept(OPTIONS, secret('former'));
  const untold = kept(OPTIONS);

  test('go with the secret that the tenant still has, which is the former one', () => {
    expect(back(told, [connection(CHANGED, secret('former'))])).toEqual({
      operations: [
        {
          ...{ what: 'connection didit: options as before', method: 'PATCH', path: '/connections/con_1' },
          body: { display_name: 'Didit', options: { ...OPTIONS, client_secret: 'former' } },
          details: ['options.scope'],
        },
      ],
      impossible: [],
      lacking: [],
    });
  });

  test('go with the secret at hand where the tenant has another one, and only if it is the former one', () => {
    const now = connection(OPTIONS, secret('another'));
    expect(back(told, [now])).toMatchObject({ operations: [], lacking: [LACKING] });
    expect(back(told, [now], () => 'not it')).toMatchObject({ operations: [], lacking: [LACKING] });
    const done = back(told, [now], (name, clientId) =>
      name === 'didit' && clientId === 'one' ? 'former' : 'not it',
    );
    expect(sentOptions(done)).toEqual([{ ...OPTIONS, client_secret: 'former' }]);
    expect(done.operations[0]?.details).toEqual(['options.client_secret']);
  });

  test('go with the secret that the tenant has where nobody knew the former one, of the same client alone', () => {
    expect(sentOptions(back(untold, [connection(CHANGED, secret('now'))]))).toEqual([
      { ...OPTIONS, client_secret: 'now' },
    ]);
    const other = connection({ ...OPTIONS, client_id: 'two' }, secret('of two'));
    expect(back(untold, [other])).toMatchObject({ operations: [], lacking: [LACKING] });
    expect(sentOptions(back(untold, [other], () => 'of one'))).toEqual([
      { ...OPTIONS, client_secret: 'of one' },
    ]);
  });

  test('go with the former secret though the client was another one meanwhile, where its mark tells it', () => {
    const other = connection({ ...OPTIONS, client_id: 'two' }, secret('former'));
    expect(sentOptions(back(told, [other]))).toEqual([{ ...OPTIONS, client_secret: 'former' }]);
  });

  test('stay as they are where nothing differs, or nobody can tell', () => {
    const nothing = { operations: [], impossible: [], lacking: [] };
    expect(back(told, [connection(OPTIONS, secret('former'))])).toEqual(nothing);
    expect(back(told, [connection(OPTIONS)])).toEqual(nothing);
    expect(back(untold, [connection(OPTIONS, secret('any'))])).toEqual(nothing);
    expect(sameOptions(told, connection(OPTIONS, secret('another')))).toBe(false);
    expect(sameOptions(untold, connection(CHANGED))).toBe(false);
  });

  test('keep what no record holds, and lose what came since', () => {
    const hidden = { headers: { authorization: 'Basic marked' } };
    const now = connection({ ...OPTIONS, ...hidden, icon_url: 'https://icons.example/' }, secret('former'));
    const done = back(told, [now]);
    expect(sentOptions(done)).toEqual([{ ...OPTIONS, ...hidden, client_secret: 'former' }]);
    expect(done.operations[0]?.details).toEqual(['options.icon_url']);
    expect(JSON.stringify(done.operations[0]?.details)).not.toContain('marked');
  });
});

describe('the rest of a connection that is put back', () => {
  test('is told by key of its metadata: values of our rules, and only names of what others keep there', () => {
    const was = { didit_policy: 'mode=off', theirs: 'a', gone: 'b', same: 'c' };
    const now = { didit_policy: 'mode=report', didit_sync: 'mode=off', theirs: 'x', same: 'c' };
    expect(back(kept({}, { metadata: was }), [connection({}, { metadata: now })]).operations).toEqual([
      {
        ...{ what: 'connection didit: metadata as before', method: 'PATCH', path: '/connections/con_1' },
        body: { display_name: 'Didit', metadata: { ...was, didit_sync: null } },
        details: [
          'metadata.didit_policy: "mode=report" → "mode=off"',
          'metadata.didit_sync: "mode=off" → not set',
          'metadata.theirs',
          'metadata.gone',
        ],
      },
    ]);
  });

  test('goes in one call, and in one for each field where the tenant refuses that', () => {
    const was = kept({}, { settings: { display_name: 'Was', is_domain_connection: true } });
    const now = connection({}, { settings: { display_name: 'Is' }, metadata: { more: 'x' } });
    const [operation] = back(was, [now]).operations;
    const call = { method: 'PATCH', path: '/connections/con_1' };
    expect(operation).toEqual({
      ...{ ...call, what: 'connection didit: display_name, is_domain_connection, metadata as before' },
      body: { display_name: 'Was', is_domain_connection: true, metadata: { more: null } },
      details: ['metadata.more'],
      apart: [
        { ...call, what: 'connection didit: display_name as before', body: { display_name: 'Was' } },
        {
          ...{ ...call, what: 'connection didit: is_domain_connection as before' },
          body: { display_name: 'Was', is_domain_connection: true },
        },
        {
          ...{ ...call, what: 'connection didit: metadata as before' },
          body: { display_name: 'Was', metadata: { more: null } },
        },
      ],
    });
  });

  test('cannot all be unset, and what cannot is named', () => {
    const was = kept({}, { settings: { display_name: 'Didit', realms: undefined } });
    const now = connection({}, { settings: { display_name: 'Didit', realms: ['didit'] } });
    expect(back(was, [now])).toEqual({
      operations: [],
      impossible: ['connection didit: realms was not set before, and cannot be unset'],
      lacking: [],
    });
  });

  test('is somebody else’s where the connection was made anew under its name', () => {
    const gone = ['connection didit was removed by somebody else'];
    expect(back(kept({}), [connection({}, { id: 'con_2' })]).impossible).toEqual(gone);
    expect(back(kept({}), [connection({}, { name: 'other' })]).impossible).toEqual(gone);
  });

  test('is removed where the deploy has made it, once nobody can sign in through it', () => {
    const now = connection({}, { enabledClients: ['id-shop', 'id-gone'] });
    expect(back(undefined, [connection({}, { id: 'con_0', name: 'other' }), now]).operations).toMatchObject([
      { what: 'connection didit: disabled for shop, id-gone', closes: true },
      { what: 'connection didit removed', method: 'DELETE', path: '/connections/con_1' },
    ]);
    expect(back(undefined, [])).toEqual({ operations: [], impossible: [] });
  });

  test('lets people sign in again through it where they could, with applications that are still there', () => {
    const was = kept({}, { enabledClients: ['id-shop', 'id-gone', 'id-app'] });
    const enabled = (now: ConnectionState) => enabledBack({ name: 'didit', before: was }, stateWith(now));
    expect(enabled(connection({}, { enabledClients: ['id-app'] }))).toEqual([
      {
        ...{
          what: 'connection didit: enabled for shop',
          method: 'PATCH',
          path: '/connections/con_1/clients',
        },
        body: [{ client_id: 'id-shop', status: true }],
        opens: true,
      },
    ]);
    expect(enabled(connection({}, { id: 'con_2' }))).toEqual([]);
    expect(enabledBack({ name: 'didit' }, stateWith(connection({})))).toEqual([]);
  });
});
