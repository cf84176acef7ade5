import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../../../scripts/base/json-values.ts';
import { issueManagementToken } from '../../../../scripts/local-tenant/management-tokens.ts';
import { propertyPath } from '../../../../scripts/auth0/validation-words.ts';
import { apiUnderTest } from '../api-under-test.ts';
import type { Answer, ApiUnderTest } from '../api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await apiUnderTest();
});
afterAll(() => {
  api.close();
});

const BODIES: readonly (readonly [problem: string, path: string, body: Json])[] = [
  ["'Missing required property: name'", '/clients', {}],
  ["'Additional properties not allowed: colour'", '/clients', { name: 'A', colour: 'red' }],
  ["'Expected type string but found type null' on property name", '/clients', { name: null }],
  [
    "'Expected type array but found type string' on property callbacks",
    '/clients',
    { name: 'A', callbacks: 'x' },
  ],
  ["'Expected type object but found type array'", '/clients', []],
  ["'No enum match for: tv' on property app_type", '/clients', { name: 'A', app_type: 'tv' }],
  ["'String does not match pattern ^[^<>]+$: <b>' on property name", '/clients', { name: '<b>' }],
  ["'String is too short (0 chars), minimum 1' on property name", '/clients', { name: '' }],
  [
    "'String is too long (141 chars), maximum 140' on property description",
    '/clients',
    { name: 'A', description: 'é'.repeat(141) },
  ],
  [
    "'Object didn't pass validation for format callback-url: nowhere' on property callbacks[0]",
    '/clients',
    { name: 'A', callbacks: ['nowhere'] },
  ],
  // auth0/auth0-deploy-cli#230: the name of an application that is not there.
  [
    "'Object didn't pass validation for format client-id: Dubs' on property enabled_clients[0]",
    '/connections',
    { name: 'a', strategy: 'oauth2', enabled_clients: ['Dubs'] },
  ],
  [
    "'Object didn't pass validation for format organization-id: acme' on property default_organization.organization_id",
    '/clients',
    { name: 'A', default_organization: { organization_id: 'acme', flows: ['client_credentials'] } },
  ],
  [
    "'Object didn't pass validation for format user-id: ada' on property user_id",
    '/tickets/password-change',
    { user_id: 'ada' },
  ],
  [
    "'Expected type string,null but found type integer' on property client_metadata.plan",
    '/clients',
    { name: 'A', client_metadata: { plan: 1 } },
  ],
  [
    "'String is too long (256 chars), maximum 255' on property client_metadata.plan",
    '/clients',
    { name: 'A', client_metadata: { plan: 'x'.repeat(256) } },
  ],
  [
    "'Too many properties defined (11), maximum 10' on property client_metadata",
    '/clients',
    {
      name: 'A',
      client_metadata: Object.fromEntries(Array.from({ length: 11 }, (_, key) => [`k${key}`, ''])),
    },
  ],
  [
    "'Value 0 is less than minimum 1' on property refresh_token.token_lifetime",
    '/clients',
    {
      name: 'A',
      refresh_token: { rotation_type: 'rotating', expiration_type: 'expiring', token_lifetime: 0 },
    },
  ],
  [
    "'Value 700 is greater than maximum 600' on property par_request_expiry",
    '/clients',
    { name: 'A', par_request_expiry: 700 },
  ],
  [
    "'Array is too short (0), minimum 1' on property supported_triggers",
    '/actions/actions',
    { name: 'A', supported_triggers: [] },
  ],
];

describe('a body that breaks the rules is refused in the words of the service', () => {
  test.each(BODIES)('%s', async (problem, path, body) => {
    const { status, json } = await api.send('POST', path, body);
    expect(status).toBe(400);
    expect(json).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: `Payload validation error: ${problem}.`,
      errorCode: 'invalid_body',
    });
  });
});

describe('a body is read as its type says', () => {
  const post = async (type: string | undefined, body: string, path = '/roles'): Promise<Answer> => {
    const token = await issueManagementToken(api.tenant, {
      clientId: 'x',
      scope: ['create:roles', 'create:clients'],
    });
    const headers = {
      authorization: `Bearer ${token}`,
      ...(type === undefined ? {} : { 'content-type': type }),
    };
    // Bytes, so that no type is made up for them.
    return await api.request(path, { method: 'POST', headers, body: new TextEncoder().encode(body) });
  };

  test.each([
    ['application/json', '{"name":"A"}'],
    ['application/json; charset=utf-8', '{"name":"A"}'],
    ['Application/JSON', '{"name":"A"}'],
    ['application/merge-patch+json', '{"name":"A"}'],
    [undefined, '{"name":"A"}'],
    ['application/x-www-form-urlencoded', 'name=A'],
    ['application/x-www-form-urlencoded; charset=utf-8', 'name=A&description='],
  ])('%s: %s', async (type, body) => {
    const name = `role ${type ?? 'none'}`;
    const { status, json } = await post(type, body.replace('A', name));
    expect([status, json['name']]).toEqual([200, name]);
  });

  test.each([
    ['application/json', '{"name":', 400, 'Invalid request payload JSON format', undefined],
    ['application/json', 'name=A', 400, 'Invalid request payload JSON format', undefined],
    ['client/json', '{"name":"A"}', 415, 'Unsupported Media Type', undefined],
    ['application/xml', '<name>A</name>', 415, 'Unsupported Media Type', undefined],
    [
      ...(['text/plain', '{"name":"A"}', 400] as const),
      "Payload validation error: 'Expected type object but found type string'.",
      'invalid_body',
    ],
    [
      ...(['application/x-www-form-urlencoded', '{"name":"A"}', 400] as const),
      `Payload validation error: 'Missing required property: name'.`,
      'invalid_body',
    ],
    [
      ...(['application/x-www-form-urlencoded', 'name=A&name=B', 400] as const),
      "Payload validation error: 'Expected type string but found type array' on property name.",
      'invalid_body',
    ],
  ])('and refused otherwise: %s %s', async (type, body, status, message, errorCode) => {
    const answer = await post(type, body);
    expect([answer.status, answer.json['message'], answer.json['errorCode']]).toEqual([
      status,
      message,
      errorCode,
    ]);
    expect(answer.json['statusCode']).toBe(status);
  });

  test('a number or a flag of a form is a text', async () => {
    const { json } = await post(
      'application/x-www-form-urlencoded',
      'name=A&is_first_party=true',
      '/clients',
    );
    expect(json['message']).toBe(
      "Payload validation error: 'Expected type boolean but found type string' on property is_first_party.",
    );
  });
});

const QUERIES = [
  ['/clients?colour=red', "'Additional properties not allowed: colour'"],
  ['/clients?per_page=101', "'Value 101 is greater than maximum 100' on property per_page"],
  ['/clients?page=first', "'Expected type integer but found type string' on property page"],
  ['/clients?is_global=maybe', "'Expected type boolean but found type string' on property is_global"],
  ['/actions/actions?include_totals=true', "'Additional properties not allowed: include_totals'"],
  ['/clients?page=0&page=1', "'Expected type integer but found type array' on property page"],
  ['/connections?take=0', "'Value 0 is less than minimum 1' on property take"],
] as const;

describe('a query that breaks the rules is refused in the words of the service', () => {
  test.each(QUERIES)('%s', async (path, problem) => {
    const { status, json } = await api.send('GET', path);
    expect(status).toBe(400);
    expect(json).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: `Query validation error: ${problem}.`,
      errorCode: 'invalid_query_string',
    });
  });
});

test('a property path is written as Auth0 writes it', () => {
  expect(propertyPath('/options/scope/0/~1x~0y')).toBe('options.scope[0]./x~y');
  expect(propertyPath('')).toBe('');
});

describe('a path that has not the form of one is refused in the words of the service', () => {
  test.each([
    // auth0-deploy-cli leaves out prompts that are refused so.
    ['GET', '/prompts/nothing/custom-text/en', "'No enum match for: nothing' on property prompt"],
    ['PUT', '/prompts/login/custom-text/xx', "'No enum match for: xx' on property language"],
    ['GET', '/email-templates/nothing', "'No enum match for: nothing' on property templateName"],
    ['PUT', '/guardian/factors/magic', "'No enum match for: magic' on property name"],
    ['GET', `/flows/${'a'.repeat(31)}`, "'String is too long (31 chars), maximum 30' on property id"],
    ['DELETE', '/event-streams/est_1', "'String is too short (5 chars), minimum 26' on property id"],
    [
      'GET',
      '/rules/rol_0000000000000000',
      "'String does not match pattern ^rul_[A-Za-z0-9]{16}$: rol_0000000000000000' on property id",
    ],
  ])('%s %s', async (method, path, problem) => {
    const { status, json } = await api.send(method, path, method === 'PUT' ? {} : undefined);
    expect([status, json['message'], json['errorCode']]).toEqual([
      400,
      `Path validation error: ${problem}.`,
      'invalid_uri',
    ]);
  });

  test.each(['/prompts/login/custom-text/pt-BR', '/prompts/signup-id/partials'])(
    'and %s has it',
    async (path) => {
      expect((await api.send('GET', path)).status).toBe(200);
    },
  );

  test('but not before a permission that is missing', async () => {
    const { json } = await api.send('GET', '/prompts/nothing/custom-text/en', undefined, ['read:clients']);
    expect(json['errorCode']).toBe('insufficient_scope');
  });
});
