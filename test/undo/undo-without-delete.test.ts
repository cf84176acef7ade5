import { describe, expect, test } from 'vitest';
import { disableConnection } from '../../scripts/undo/disable-connection.ts';
import { removeFromLogins } from '../../scripts/undo/operation.ts';
import { PUT_BACK_SCOPES, REQUIRED_SCOPES } from '../../scripts/tenant-access/required-scopes.ts';
import { runOperations } from '../../scripts/undo/run-operations.ts';
import { Problem } from '../../scripts/base/problem.ts';
import { problemsOfAsync } from '../problems-of.ts';
import { apiWithScopes, failing, benchForEachTest } from '../deploy/tenant-bench.ts';
import type { Bench } from '../deploy/tenant-bench.ts';

let on: Bench;
benchForEachTest((bench) => {
  on = bench;
});

const boundNow = async (): Promise<readonly string[]> =>
  (await on.state()).bindings.map(({ action_name }) => action_name);

const refused = (): Problem =>
  new Problem({ code: 'TENANT_ANSWER', message: 'it is refused', place: { tenant: 'tenant' } });

/** Of several that differ in little, one runs always. */
const LONG = { tags: ['long'] };

describe('a first deploy that is undone by a client that may delete nothing', () => {
  test('leaves the connection enabled for nobody, and says what is left', LONG, async () => {
    const client = await apiWithScopes(
      on,
      REQUIRED_SCOPES.flatMap(({ scopes }) => scopes),
    );
    await on.deploy(on.deployOf([]), client);
    expect((await on.connection())?.enabledClients).toHaveLength(2);

    const problems = await problemsOfAsync(() => on.rollBack(client));
    expect(problems.map(({ code }) => code)).toEqual(['ROLLBACK_INCOMPLETE']);
    expect(problems[0]?.message).toContain('connection didit removed');
    expect(await on.connection()).toMatchObject({ name: 'didit', enabledClients: [] });
    expect(await boundNow()).toEqual([]);
    // It goes on from there once it may.
    expect(on.lastRecord().status).toBe('done');
    await on.rollBack();
    expect(await on.connection()).toBeUndefined();
    expect(on.lastRecord().status).toBe('rolled-back');
  });

  test('is undone whole by one that may', LONG, async () => {
    const client = await apiWithScopes(on, [
      ...REQUIRED_SCOPES.flatMap(({ scopes }) => scopes),
      ...PUT_BACK_SCOPES,
    ]);
    const before = await on.state();
    await on.deploy(on.deployOf([]), client);
    await on.rollBack(client);
    expect(await on.state()).toEqual(before);
  });
});

describe('while a connection cannot be disabled', () => {
  const cannotDisable = () =>
    failing(on.api, (method, path) =>
      path.startsWith('/connections/') && method !== 'POST' ? refused() : undefined,
    );

  test('its rules stay bound', async () => {
    await on.deploy(on.deployOf([]));
    const bound = await boundNow();
    expect(bound).toContain('didit-access-policy');
    const problems = await problemsOfAsync(() => on.rollBack(cannotDisable()));
    expect(problems.map(({ code }) => code)).toEqual(['ROLLBACK_INCOMPLETE']);
    expect(problems[0]?.message).toContain('people would get in without the rules');
    expect(await boundNow()).toEqual(bound);
    expect((await on.state()).actions.map(({ name }) => name)).toEqual(expect.arrayContaining([...bound]));
  });

  test('nor does a list of operations take them away', LONG, async () => {
    await on.deploy(on.deployOf([]));
    const state = await on.state();
    const [connection] = state.connections;
    if (connection === undefined) throw new Error('no connection');
    const operations = [
      ...disableConnection(connection),
      ...state.actions.map(({ id, name }) =>
        removeFromLogins(`Action ${name}`, `/actions/actions/${id}?force=true`),
      ),
    ];
    const problems = await problemsOfAsync(() => runOperations(cannotDisable(), operations, () => undefined));
    expect(new Set(problems.map(({ code }) => code))).toEqual(
      new Set(['TENANT_ANSWER', 'RULES_KEPT', 'NOT_ALL_DONE']),
    );
    expect((await on.state()).actions).toHaveLength(state.actions.length);
  });

  test('applications that the deploy enabled keep their rules, too', LONG, async () => {
    await on.api.send('POST', '/connections', { name: 'didit', strategy: 'oauth2', options: {} });
    await on.api.send('POST', '/clients', { name: 'Didit Sample Application' });
    await on.deploy(on.deployOf([]));
    await problemsOfAsync(() => on.rollBack(cannotDisable()));
    expect((await on.connection())?.enabledClients).toHaveLength(2);
    expect(await boundNow()).toContain('didit-access-policy');
  });
});
