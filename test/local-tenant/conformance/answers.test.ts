import { describe, expect, test } from 'vitest';
import type { Json } from '../../../scripts/base/json-values.ts';
import { apiUnderTest } from '../management-api/api-under-test.ts';
import { asObjects, asText } from '../management-api/json.ts';
import { deviationFor } from './deviations.ts';
import type { Deviation } from './deviations.ts';
import { OpenApi } from './open-api.ts';
import { callsOn } from './operations.ts';
import { readDescription } from './recording.ts';

const recorded = (method: string, path: RegExp, difference: RegExp, reason: string): Deviation => ({
  method,
  path,
  difference,
  reason: `Recorded: ${reason}`,
});

/** Where the tenant's answers are not what the description says. */
const KNOWN: readonly Deviation[] = [
  ...['GET', 'POST', 'PATCH'].map((method) =>
    recorded(method, /^\/roles/, /: type$/, 'roles have a `type`.'),
  ),
  recorded('GET', /^\/connections$/, /: enabled_clients$/, 'connections list their applications.'),
  recorded(
    'GET',
    /^\/actions\/(actions|triggers)/,
    /: current_version$/,
    'Actions have a `current_version`.',
  ),
  recorded('PATCH', /^\/actions\/triggers/, /: current_version$/, 'Actions have a `current_version`.'),
  recorded('GET', /^\/actions\/triggers$/, /allowed values$/, 'there are more triggers than described.'),
  recorded('POST', /^\/actions\/actions\/.*\/deploy$/, /^status 200$/, 'a deploy answers 200, not 202.'),
  recorded('GET', /^\/tenants/, /: universal_login$/, 'a flag `universal_login`.'),
  recorded(
    'PATCH',
    /^\/tenants/,
    /: (universal_login|cannot_change_\w+)$/,
    'fields that only a PATCH shows.',
  ),
  {
    method: 'PATCH',
    path: /^\/resource-servers/,
    difference: /^status 200$/,
    reason: 'The description says 201, as it says 202 for a deploy that was recorded to answer 200.',
  },
];

describe('answers are held to the OpenAPI description', () => {
  const openApi = new OpenApi(readDescription());

  test('through the life of one of each resource', async () => {
    const api = await apiUnderTest();
    const problems: string[] = [];
    let answers = 0;
    const send = async (method: string, template: string, path: string, body?: Json): Promise<Json> => {
      const answer = await api.send(method, path, body);
      answers += 1;
      const problem = openApi
        .operation(method.toLowerCase(), template)
        .answerProblem(answer.status, answer.body);
      if (problem !== undefined && deviationFor({ method, path: template }, problem, KNOWN) === undefined)
        problems.push(`${method} ${template} (${answer.status}): ${problem}`);
      return answer.body;
    };

    const calls = await callsOn(api);
    const pathOf = (template: string): string => calls.find((call) => call.template === template)?.path ?? '';
    await api.send('POST', '/resource-servers', { identifier: 'https://other.example.com/' });
    for (const call of calls) {
      const body = call.body(call.template === '/client-grants' ? 'https://other.example.com/' : 'another');
      if (!call.template.endsWith('/identities'))
        await send(call.method.toUpperCase(), call.template, call.path, body);
    }

    for (const list of [
      '/clients',
      '/client-grants',
      '/connections',
      '/organizations',
      '/users',
      '/resource-servers',
      '/roles',
    ]) {
      await send('GET', list, list);
      await send('GET', list, `${list}?include_totals=true`);
      await send('GET', `${list}/{id}`, pathOf(`${list}/{id}`));
    }
    for (const list of ['/clients', '/client-grants', '/connections', '/organizations'])
      await send('GET', list, `${list}?take=1`);
    await send('GET', '/tenants/settings', '/tenants/settings');

    const action = pathOf('/actions/actions/{id}');
    const versions = `${action}/versions`;
    await send('POST', '/actions/actions/{id}/deploy', `${action}/deploy`);
    await send('GET', '/actions/actions/{id}', action);
    await send('GET', '/actions/actions', '/actions/actions');
    await send('GET', '/actions/actions/{actionId}/versions', versions);
    const [version] = asObjects((await api.send('GET', versions)).json['versions']);
    const versionPath = `${versions}/${asText(version?.['id'])}`;
    await send('GET', '/actions/actions/{actionId}/versions/{id}', versionPath);
    await send('POST', '/actions/actions/{actionId}/versions/{id}/deploy', `${versionPath}/deploy`, {});
    const bindings = '/actions/triggers/{triggerId}/bindings';
    const reference = { type: 'action_name', value: 'Action' };
    await send('PATCH', bindings, '/actions/triggers/post-login/bindings', {
      bindings: [{ ref: reference }],
    });
    await send('GET', bindings, '/actions/triggers/post-login/bindings');
    await send('GET', '/actions/triggers', '/actions/triggers');
    await send('GET', '/actions/modules', '/actions/modules');
    await send('GET', '/connections-directory-provisionings', '/connections-directory-provisionings');

    const enabled = `${pathOf('/connections/{id}')}/clients`;
    await send('PATCH', '/connections/{id}/clients', enabled, [
      { client_id: 'nobodyHasThisId00000000000000000', status: false },
    ]);
    await send('GET', '/connections/{id}/clients', enabled);
    await send('GET', '/roles/{id}/permissions', `${pathOf('/roles/{id}')}/permissions`);

    const user = pathOf('/users/{id}');
    const userId = decodeURIComponent(user.replace('/users/', ''));
    const organization = pathOf('/organizations/{id}');
    await send('POST', '/organizations/{id}/members', `${organization}/members`, { members: [userId] });
    await send('GET', '/organizations/{id}/members', `${organization}/members`);
    for (const list of ['connections', 'enabled_connections', 'client-grants', 'discovery-domains'])
      await send('GET', `/organizations/{id}/${list}`, `${organization}/${list}`);
    await send('GET', '/users/{id}/organizations', `${user}/organizations`);
    await send('GET', '/users-by-email', '/users-by-email?email=user@example.com');
    await api.send('POST', '/users', {
      connection: 'database',
      email: 'second@example.com',
      user_id: 'second',
    });
    const second = { provider: 'auth0', user_id: 'second' };
    await send('POST', '/users/{id}/identities', `${user}/identities`, second);
    await send('GET', '/users/{id}', user);
    await send('DELETE', '/users/{id}/identities/{provider}/{user_id}', `${user}/identities/auth0/second`);

    await send('DELETE', '/actions/actions/{id}', `${action}?force=true`);
    for (const one of [
      '/users',
      '/organizations',
      '/roles',
      '/client-grants',
      '/resource-servers',
      '/connections',
      '/clients',
    ])
      await send('DELETE', `${one}/{id}`, pathOf(`${one}/{id}`));
    api.close();
    console.info(`${answers} answers are as described, but for known reasons.`);
    expect(problems).toEqual([]);
  });

  test('and the comparison sees an answer that is not as described', () => {
    const clients = openApi.operation('get', '/client-grants');
    expect(clients.answerProblem(200, { client_grants: [] })).toBeUndefined();
    expect(clients.answerProblem(200, [])).toBeUndefined();
    expect(clients.answerProblem(200, { client_grants: 'none' })).toBeDefined();
    expect(clients.answerProblem(418, [])).toBe('status 418');
  });
});
