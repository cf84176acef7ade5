import { expect, test } from 'vitest';
import type { JsonObject } from '../../../scripts/base/json-values.ts';
import type { RecordedPair } from './recording.ts';
import { replay } from './replay.ts';

const get = (path: string, response: JsonObject): RecordedPair => ({
  method: 'GET',
  path: `/api/v2${path}`,
  body: '',
  status: 200,
  response,
});

const VERSION = {
  id: '0d7c1a52-8f0f-4c3e-9a55-0b6f8f1f8a01',
  code: '// code',
  runtime: 'node22',
  number: 4,
  created_at: '2026-10-01T00:00:00.000Z',
  updated_at: '2026-10-01T00:00:00.000Z',
};
const TRIGGERS = [{ id: 'post-login', version: 'v3' }];
const ACTION = {
  id: '5b0f6f5e-0c55-4f5c-8e0a-2f6a7a6b1c02',
  name: 'Their Action',
  supported_triggers: TRIGGERS,
  created_at: '2026-10-01T00:00:00.000Z',
  updated_at: '2026-10-01T00:00:00.000Z',
  code: '// code',
  dependencies: [],
  runtime: 'node22',
  status: 'built',
  secrets: [],
  all_changes_deployed: true,
  current_version: { ...VERSION, status: 'BUILT', build_time: '2026-10-01T00:00:01.000Z' },
  deployed_version: {
    ...VERSION,
    dependencies: [],
    deployed: true,
    built_at: '2026-10-01T00:00:01.000Z',
    secrets: [],
    status: 'built',
    supported_triggers: TRIGGERS,
  },
};
const BINDING = {
  id: '7a1d4c10-62b7-4d43-9e21-3c1f8e0a7d03',
  trigger_id: 'post-login',
  display_name: 'Their Action',
  created_at: '2026-10-01T00:00:00.000Z',
  updated_at: '2026-10-01T00:00:00.000Z',
  // Bindings are short about their Action.
  action: {
    ...{ id: ACTION.id, name: ACTION.name, supported_triggers: TRIGGERS },
    ...{ created_at: ACTION.created_at, updated_at: ACTION.updated_at, all_changes_deployed: false },
    ...{ current_version: ACTION.current_version, deployed_version: ACTION.deployed_version },
  },
};
const API = {
  id: '62debacc54b4171c0378ea1f',
  name: 'API',
  identifier: 'https://api.example.com/',
  is_system: false,
  scopes: [{ value: 'read:things', description: 'Read things' }],
};
const ROLE = { id: 'rol_ULMlbmvvd3mzoPwt', name: 'Reader', description: 'Reads', type: 'tenant' };
const PERMISSION = {
  resource_server_identifier: 'https://api.example.com/',
  permission_name: 'read:things',
  resource_server_name: 'API',
  description: 'Read things',
};

test('a replay starts with what the recording found: its roles with permissions, its bindings with Actions', async () => {
  const counted = { start: 0, limit: 50, total: 1 };
  const pairs = [
    get('/resource-servers?include_totals=true', { resource_servers: [API], ...counted }),
    get('/roles?include_totals=true', { roles: [ROLE], ...counted }),
    get(`/roles/${ROLE.id}/permissions?include_totals=true`, { permissions: [PERMISSION], ...counted }),
    get('/actions/triggers/post-login/bindings', { bindings: [BINDING], total: 1, per_page: 50 }),
    get('/actions/actions', { actions: [ACTION], total: 1, per_page: 50 }),
  ];
  const results = await replay({ name: 'made up', pairs });
  expect(results.map(({ differences }) => differences)).toEqual(pairs.map(() => []));
});

test('what the recording itself made is not there when it starts', async () => {
  const created: RecordedPair = {
    method: 'POST',
    path: '/api/v2/roles',
    body: { name: 'Reader', description: 'Reads' },
    status: 200,
    response: ROLE,
  };
  const pairs = [
    get('/roles?include_totals=true', { roles: [], start: 0, limit: 50, total: 0 }),
    created,
    get('/roles?include_totals=true', { roles: [ROLE], start: 0, limit: 50, total: 1 }),
    get(`/roles/${ROLE.id}`, ROLE),
  ];
  const results = await replay({ name: 'made up', pairs });
  expect(results.map(({ differences }) => differences)).toEqual(pairs.map(() => []));
});

test('an answer that the local tenant would not give is noticed', async () => {
  const pairs = [
    get('/roles?include_totals=true', { roles: [{ ...ROLE, type: 'red' }], start: 0, limit: 50, total: 1 }),
  ];
  const [result] = await replay({ name: 'made up', pairs });
  expect(result?.differences).toEqual(['value roles[].type']);
});
