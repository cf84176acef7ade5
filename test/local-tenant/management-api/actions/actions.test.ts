import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../scripts/base/json-values.ts';
import { apiUnderTest } from '../api-under-test.ts';
import type { ApiUnderTest } from '../api-under-test.ts';
import { asObjects, asText } from '../json.ts';
import { asObject } from '../../../../scripts/base/json-values.ts';

const BUILD_MILLISECONDS = 1_500;
const POST_LOGIN = [{ id: 'post-login', version: 'v3' }];
const CODE = 'exports.onExecutePostLogin = async () => {};';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await apiUnderTest({ buildMilliseconds: BUILD_MILLISECONDS });
});
afterEach(() => {
  api.close();
});

const action = (body: JsonObject = {}): JsonObject => ({
  name: 'profile-sync',
  code: CODE,
  supported_triggers: POST_LOGIN,
  ...body,
});

async function created(body: JsonObject = {}): Promise<string> {
  const { json } = await api.send('POST', '/actions/actions', action(body));
  return `/actions/actions/${asText(json['id'])}`;
}

async function deployed(body: JsonObject = {}): Promise<string> {
  const path = await created(body);
  api.pass(BUILD_MILLISECONDS);
  await api.send('POST', `${path}/deploy`);
  return path;
}

describe('an Action that was made or changed', () => {
  test('is pending, then built', async () => {
    const { status, json } = await api.send('POST', '/actions/actions', action());
    expect(status).toBe(201);
    expect(json).toEqual({
      id: json['id'],
      name: 'profile-sync',
      code: CODE,
      runtime: 'node22',
      supported_triggers: POST_LOGIN,
      dependencies: [],
      secrets: [],
      status: 'pending',
      all_changes_deployed: false,
      created_at: '2026-11-02T10:00:00.000Z',
      updated_at: '2026-11-02T10:00:00.000Z',
    });
    const path = `/actions/actions/${asText(json['id'])}`;
    api.pass(BUILD_MILLISECONDS - 1);
    expect((await api.send('GET', path)).json['status']).toBe('building');
    api.pass(1);
    expect((await api.send('GET', path)).json['status']).toBe('built');
    expect((await api.send('PATCH', path, { code: '' })).json['status']).toBe('pending');
  });

  test('answers `pending` to the change itself, however fast the build', async () => {
    const fast = await apiUnderTest();
    const { json } = await fast.send('POST', '/actions/actions', action());
    expect(json['status']).toBe('pending');
    const path = `/actions/actions/${asText(json['id'])}`;
    expect((await fast.send('GET', path)).json['status']).toBe('built');
    expect((await fast.send('POST', `${path}/deploy`)).status).toBe(200);
    fast.close();
  });

  test('is not deployed before it is built, in the words that deploy tools wait on', async () => {
    const path = await created();
    const { status, json } = await api.send('POST', `${path}/deploy`);
    expect([status, json]).toEqual([
      400,
      {
        statusCode: 400,
        error: 'Bad Request',
        message: "A draft must be in the 'built' state before it can be deployed.",
      },
    ]);
    expect((await api.send('GET', path)).json).not.toHaveProperty('deployed_version');
  });

  test('runs what it ran until the change is deployed', async () => {
    const path = await deployed();
    await api.send('PATCH', path, { code: '// next' });
    const { json } = await api.send('GET', path);
    expect(json).toMatchObject({ code: '// next', all_changes_deployed: false });
    expect(json['deployed_version']).toMatchObject({ code: CODE, number: 1, deployed: true });
    api.pass(BUILD_MILLISECONDS);
    const answer = await api.send('POST', `${path}/deploy`);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ number: 2, deployed: false, status: 'built', code: '// next' });
    const after = await api.send('GET', path);
    expect(after.json).toMatchObject({
      all_changes_deployed: true,
      deployed_version: { code: '// next', number: 2 },
      current_version: { number: 2, status: 'BUILT' },
    });
  });
});

test('the name is taken once', async () => {
  const path = await created();
  expect((await api.send('POST', '/actions/actions', action())).status).toBe(409);
  await api.send('POST', '/actions/actions', action({ name: 'other' }));
  expect((await api.send('PATCH', path, { name: 'other' })).status).toBe(409);
  expect((await api.send('PATCH', path, { name: 'profile-sync' })).status).toBe(200);
});

describe('secrets', () => {
  const secrets = [
    { name: 'A', value: 'value-of-a' },
    { name: 'B', value: 'value-of-b' },
  ];

  test('are kept for the login, and no answer has their values', async () => {
    const path = await deployed({ secrets });
    const answers = [
      await api.send('GET', path),
      await api.send('GET', '/actions/actions'),
      await api.send('GET', `${path}/versions`),
      await api.send('PATCH', path, { secrets }),
    ];
    for (const { body } of answers) {
      expect(JSON.stringify(body)).toContain('"A"');
      expect(JSON.stringify(body)).not.toContain('value-of-a');
    }
    expect(api.collections.actionVersions.all()[0]?.secrets.map(({ value }) => value)).toEqual([
      'value-of-a',
      'value-of-b',
    ]);
  });

  test('are replaced whole; one without a value keeps the one it has', async () => {
    const path = await created({ secrets });
    const { json } = await api.send('PATCH', path, { secrets: [{ name: 'B' }, { name: 'C', value: 'new' }] });
    expect(asObjects(json['secrets']).map(({ name }) => name)).toEqual(['B', 'C']);
    expect(api.collections.actions.all()[0]?.draft.secrets.map(({ value }) => value)).toEqual([
      'value-of-b',
      'new',
    ]);
    expect((await api.send('PATCH', path, { secrets: [{ name: 'D' }] })).status).toBe(400);
  });
});

describe('limits', () => {
  const many = (length: number, item: (number: number) => JsonObject) =>
    Array.from({ length }, (_, number) => item(number));
  test.each([
    ['100 kB of code', { code: 'é'.repeat(50_000) }, { code: `${'é'.repeat(50_000)}x` }],
    [
      '30 secrets',
      { secrets: many(30, (number) => ({ name: `S${number}`, value: 'x' })) },
      { secrets: many(31, (number) => ({ name: `S${number}`, value: 'x' })) },
    ],
    [
      '128 characters of a secret’s name',
      { secrets: [{ name: 'x'.repeat(128), value: 'x' }] },
      { secrets: [{ name: 'x'.repeat(129), value: 'x' }] },
    ],
    [
      '4,096 characters of a secret’s value',
      { secrets: [{ name: 'x', value: 'x'.repeat(4_096) }] },
      { secrets: [{ name: 'x', value: 'x'.repeat(4_097) }] },
    ],
    [
      '10 dependencies',
      { dependencies: many(10, (number) => ({ name: `p${number}`, version: '1.0.0' })) },
      { dependencies: many(11, (number) => ({ name: `p${number}`, version: '1.0.0' })) },
    ],
  ])('%s, and no more', async (_, within, beyond) => {
    const path = await created();
    expect((await api.send('PATCH', path, within)).status).toBe(200);
    const { status, json } = await api.send('PATCH', path, beyond);
    expect([status, json['errorCode']]).toEqual([400, 'invalid_body']);
  });

  test('50 versions are kept, the newest ones', async () => {
    const path = await created();
    api.pass(BUILD_MILLISECONDS);
    for (let number = 1; number <= 52; number += 1) await api.send('POST', `${path}/deploy`);
    const { json } = await api.send('GET', `${path}/versions?per_page=100`);
    const numbers = asObjects(json['versions']).map((version) => version['number']);
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => 52 - index));
  });
});

test('an earlier version is deployed again as a new one, and the draft follows only if asked', async () => {
  const path = await deployed({ code: '// one' });
  await api.send('PATCH', path, { code: '// two' });
  api.pass(BUILD_MILLISECONDS);
  await api.send('POST', `${path}/deploy`);
  const versions = asObjects((await api.send('GET', `${path}/versions`)).json['versions']);
  expect(versions.map(({ number, deployed: runs }) => [number, runs])).toEqual([
    [2, true],
    [1, false],
  ]);
  const first = asText(versions[1]?.['id']);
  expect((await api.send('POST', `${path}/versions/${first}/deploy`)).status).toBe(200);
  const after = (await api.send('GET', path)).json;
  expect(after).toMatchObject({ code: '// two', all_changes_deployed: false });
  expect(asObject(after['deployed_version'])).toMatchObject({ code: '// one', number: 3 });
  await api.send('POST', `${path}/versions/${first}/deploy`, { update_draft: true });
  expect((await api.send('GET', path)).json).toMatchObject({ code: '// one', all_changes_deployed: true });
});

test('a list counts, leaves zeros out, and can be cut down', async () => {
  expect((await api.send('GET', '/actions/actions?page=0&per_page=100')).json).toEqual({
    actions: [],
    per_page: 100,
  });
  await deployed();
  await created({ name: 'other', supported_triggers: [{ id: 'credentials-exchange' }] });
  const list = async (query: string): Promise<JsonObject> =>
    (await api.send('GET', `/actions/actions?${query}`)).json;
  const names = async (query: string): Promise<unknown[]> =>
    asObjects((await list(query))['actions']).map(({ name }) => name);
  expect(await list('page=1&per_page=1')).toMatchObject({ total: 2, page: 1, per_page: 1 });
  expect(await names('triggerId=post-login')).toEqual(['profile-sync']);
  expect(await names('actionName=other')).toEqual(['other']);
  expect(await names('deployed=true')).toEqual(['profile-sync']);
  expect(await names('installed=true')).toEqual([]);
});

test('an Action keeps its trigger, and the trigger’s version must exist', async () => {
  const path = await created();
  const moved = await api.send('PATCH', path, { supported_triggers: [{ id: 'credentials-exchange' }] });
  expect([moved.status, moved.json['message']]).toEqual([400, "can't upgrade to this trigger."]);
  const unknown = action({ name: 'b', supported_triggers: [{ id: 'post-login', version: 'v9' }] });
  expect((await api.send('POST', '/actions/actions', unknown)).status).toBe(400);
});

test('a bound Action is deleted only by force, which unbinds it', async () => {
  const path = await deployed();
  await api.send('PATCH', '/actions/triggers/post-login/bindings', {
    bindings: [{ ref: { type: 'action_name', value: 'profile-sync' } }],
  });
  const refused = await api.send('DELETE', path);
  expect([refused.status, refused.json['message']]).toEqual([
    409,
    'Unable to delete an action bound to a trigger.',
  ]);
  expect((await api.send('DELETE', `${path}?force=true`)).status).toBe(204);
  expect((await api.send('GET', path)).status).toBe(404);
  expect((await api.send('GET', '/actions/triggers/post-login/bindings')).json['bindings']).toEqual([]);
  expect(api.collections.actionVersions.all()).toEqual([]);
});

describe('bindings', () => {
  const bind = (...references: JsonObject[]) =>
    api.send('PATCH', '/actions/triggers/post-login/bindings', {
      bindings: references.map((ref) => ({ ref })),
    });
  const bound = async (): Promise<unknown[]> =>
    asObjects((await api.send('GET', '/actions/triggers/post-login/bindings')).json['bindings']).map(
      ({ display_name }) => display_name,
    );

  test('are replaced whole, in the order given, by name or by id', async () => {
    await deployed({ name: 'first' });
    const second = (await deployed({ name: 'second' })).replace('/actions/actions/', '');
    await bind({ type: 'action_name', value: 'first' }, { type: 'action_id', value: second });
    expect(await bound()).toEqual(['first', 'second']);
    await bind({ type: 'action_id', value: second });
    expect(await bound()).toEqual(['second']);
    const { json } = await bind(
      { type: 'action_name', value: 'second' },
      { type: 'action_name', value: 'first' },
    );
    expect(asObjects(json['bindings']).map(({ display_name }) => display_name)).toEqual(['second', 'first']);
    expect(asObjects(json['bindings'])[0]).toMatchObject({
      trigger_id: 'post-login',
      action: { id: second, name: 'second' },
    });
  });

  test('are refused as a whole for an Action that is not there or not deployed yet', async () => {
    await deployed({ name: 'first' });
    await created({ name: 'draft' });
    await bind({ type: 'action_name', value: 'first' });
    const refused = await bind({ type: 'action_name', value: 'draft' });
    expect([refused.status, refused.json['message']]).toEqual([
      400,
      'Trying to create a binding for an action that has not been deployed yet.',
    ]);
    const nobody = await bind({ type: 'action_name', value: 'nobody' });
    expect([nobody.status, nobody.json['errorCode']]).toEqual([400, 'inexistent_action']);
    expect(await bound()).toEqual(['first']);
  });

  test('take only Actions of their trigger, and at most 20', async () => {
    await deployed({ name: 'machine', supported_triggers: [{ id: 'credentials-exchange' }] });
    expect((await bind({ type: 'action_name', value: 'machine' })).status).toBe(400);
    await deployed({ name: 'first' });
    const many = Array.from({ length: 21 }, () => ({ type: 'action_name', value: 'first' }));
    expect((await bind(...many.slice(1))).status).toBe(200);
    expect((await bind(...many)).json['errorCode']).toBe('invalid_body');
  });

  test('of an unknown trigger are refused', async () => {
    const { status, json } = await api.send('GET', '/actions/triggers/pre-breakfast/bindings');
    expect([status, json['message'], json['errorCode']]).toEqual([
      400,
      "Path validation error: 'No enum match for: pre-breakfast' on property triggerId.",
      'invalid_uri',
    ]);
  });
});

test('the triggers are listed with their versions', async () => {
  const { json } = await api.send('GET', '/actions/triggers');
  expect(asObjects(json['triggers'])).toContainEqual({
    id: 'post-login',
    version: 'v3',
    status: 'CURRENT',
    runtimes: ['node18-actions', 'node22'],
    default_runtime: 'node22',
    binding_policy: 'trigger-bound',
    compatible_triggers: [{ id: 'post-login', version: 'v2' }],
  });
});
