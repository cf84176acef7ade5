import { describe, expect, test } from 'vitest';
import { resourceFields } from '../../scripts/tenant-model/resource-fields.ts';
import type { ResourceKind } from '../../scripts/tenant-model/tenant-model.ts';
import type { JsonRecord } from '../../scripts/base/json-values.ts';
import { buildPlan } from '../../scripts/plan/build-plan.ts';
import { securityChanges } from '../../scripts/plan/plan.ts';
import { renderPlan } from '../../scripts/plan/render/render-plan.ts';
import { shownValue } from '../../scripts/plan/show-field.ts';
import { sample } from '../plan/sample.ts';

const shownOf = (kind: ResourceKind, raw: JsonRecord): string =>
  JSON.stringify([...resourceFields(kind, raw)].map(([path, field]) => [path, shownValue(field)]));

describe('the options of a connection', () => {
  test.each<JsonRecord>([
    { sharedKey: 'SECRET' },
    { signingKey: 'SECRET' },
    { hmac: 'SECRET' },
    { pin: 'SECRET' },
    { pin: 5318008 },
    { list: ['SECRET', 'SECRET2'] },
    { deep: { er: [{ value: 'SECRET' }, 5318008] } },
    { upstream_params: { client_assertion: { value: 'SECRET' } } },
    { upstream_params: { 'x-functions-key': { value: 'SECRET' } } },
    { upstream_params: { 'scope.value': { value: 'SECRET' } } },
    { authParamsMap: { client_assertion: 'SECRET' } },
    { authParams: { any: 'SECRET' } },
    { customHeaders: { any: 'SECRET' } },
    { scripts_key: 'SECRET' },
  ])('%j are shown as set, without the value', (options) => {
    const shown = shownOf('connection', { options });
    expect(shown).toContain('(set, not shown)');
    expect(shown).not.toMatch(/SECRET|5318008/);
  });

  test.each<readonly [JsonRecord, string]>([
    [{ authorizationURL: 'https://a.example/authorize' }, 'https://a.example/authorize'],
    [{ tokenURL: 'https://a.example/token' }, 'https://a.example/token'],
    [{ userInfoURL: 'https://a.example/me' }, 'https://a.example/me'],
    [{ icon_url: 'https://a.example/icon' }, 'https://a.example/icon'],
    [{ scope: 'openid names' }, '["openid","names"]'],
    [{ non_persistent_attrs: ['birth_date'] }, 'birth_date'],
    [{ set_user_root_attributes: 'never_on_login' }, 'never_on_login'],
    [{ upstream_params: { screen: { alias: 'screen_hint' } } }, 'screen_hint'],
    [{ upstream_params: { prompt: { value: 'login' } } }, 'login'],
    [{ fieldsMap: { email: 'mail' } }, 'mail'],
    [{ pkce_enabled: false }, 'false'],
    [{ something_new: true }, 'true'],
  ])('%j are shown with the value', (options, value) => {
    expect(shownOf('connection', { options })).toContain(value);
  });
});

test.each<JsonRecord>([
  { addons: { azure_sb: { sasKey: 'SECRET' } } },
  { addons: { azure_blob: { masterkey: 'SECRET' } } },
  { addons: { any: { signingKey: 'SECRET' } } },
  { encryption_key: { pub: 'a', private: 'SECRET' } },
  { client_metadata: { 'signing.key': 'SECRET' } },
  { client_metadata: { 'key.of.a.shop': 'SECRET' } },
])('of an application, %j is shown as set, without the value', (settings) => {
  const shown = shownOf('application', settings);
  expect(shown).toContain('(set, not shown)');
  expect(shown).not.toContain('SECRET');
});

test('of an address with credentials, the host is rated and the credentials are not shown', async () => {
  const edit = [
    'tokenURL: https://apx.didit.me/auth/v2/token',
    'tokenURL: https://user:SECRET-1@login.example.com/token?api_key=SECRET-2',
  ] as const;
  const plan = await buildPlan(
    { before: sample().model, after: sample([...edit]).model },
    { kind: 'revision', revision: 'main', commit: '0'.repeat(40) },
  );
  expect(securityChanges(plan)).toContainEqual({
    code: 'endpoint_host',
    where: 'connection didit · options.tokenURL',
    because: 'https://apx.didit.me → https://login.example.com',
  });
  for (const format of ['terminal', 'markdown', 'json'] as const) {
    const text = renderPlan(plan, format).text;
    expect(text).not.toContain('SECRET');
    expect(text).toContain('https://[hidden]@login.example.com/token?api_key=[hidden]');
  }
});
