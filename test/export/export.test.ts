import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { exportTenantFile } from '../../scripts/export/export-tenant-file.ts';
import type { ExportedFile } from '../../scripts/export/export-tenant-file.ts';
import type { ConnectionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import { writeOutput } from '../../scripts/base/write-files.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import type { TenantConfig } from '../../scripts/tenant-config/tenant-config.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';
import { problemsOf } from '../problems-of.ts';
import { codeOfDeploy, deployOf, tenantFileWith } from '../deploy/deploy-inputs.ts';

const EMPTY: TenantState = {
  clients: [],
  connections: [],
  actions: [],
  bindings: [],
  resourceServers: [],
  clientGrants: [],
};
const SAMPLE = 'Didit Sample Application';

function exported(
  state: Partial<TenantState>,
  changes: Parameters<typeof tenantFileWith>[0] = [],
): ExportedFile & { readonly config: TenantConfig } {
  const deploy = deployOf(tenantFileWith(changes), () => 'one', {
    AUTH0_DOMAIN: 'tenant.example.com',
    DIDIT_CLIENT_ID: 'didit-client-id',
    DIDIT_CLIENT_SECRET: 'didit-client-secret',
  });
  const file = exportTenantFile(
    deploy.tenantFile,
    prepareConfig(deploy),
    { ...EMPTY, ...state },
    deploy.values,
    codeOfDeploy(deploy),
  );
  const parsed = parseTenantFile(file.text, 'exported.yaml');
  return { ...file, config: validateTenantConfig(parsed, parsed.document.toJS()) };
}

const sample: TenantState['clients'][number] = {
  client_id: 'id',
  name: SAMPLE,
  client_secret: undefined,
  settings: { app_type: 'regular_web' },
};

/** Enabled for nobody. */
const connection = (name: string): ConnectionState => ({
  id: `con_${name}`,
  name,
  options: {
    client_id: 'didit-client-id',
    authorizationURL: 'https://auth.didit.me',
    tokenURL: 'https://apx.didit.me/auth/v2/token',
    scope: 'openid',
    pkce_enabled: true,
    scripts: { fetchUserProfile: 'function () {}' },
  },
  metadata: {},
  settings: {},
  enabledClients: [],
});

describe('an export', () => {
  test('of an empty tenant is a valid file: the connections stay, for no application, and it says so', () => {
    const { config, keptConnections } = exported({});
    expect(config).toMatchObject({
      actions: [],
      clients: [],
      clientGrants: [],
      connections: [{ name: 'didit' }],
    });
    expect(config.connections[0]).not.toHaveProperty('enabled_clients');
    expect(keptConnections).toEqual(['didit']);
  });

  test('of a tenant without a connection keeps the applications that it has', () => {
    const { config } = exported({ clients: [sample] });
    expect(config.connections[0]?.enabled_clients).toEqual([SAMPLE]);
  });

  test('of a connection that is enabled for nobody is a valid file, too', () => {
    const { config } = exported({ connections: [connection('didit')], clients: [sample] });
    expect(config.connections[0]).toMatchObject({ name: 'didit', options: { scope: 'openid' } });
    expect(config.connections[0]).not.toHaveProperty('enabled_clients');
  });
});

test('a connection that the tenant lacks stays where an Action on the tenant names it', () => {
  const second = {
    name: 'second',
    strategy: 'oauth2',
    options: { ...connection('second').options, client_secret: '##DIDIT_CLIENT_SECRET##' },
  };
  const content = {
    code: 'code',
    runtime: 'node22',
    dependencies: [],
    secrets: [{ name: 'DIDIT_CONNECTION', updated_at: '2026-01-01T00:00:00.000Z' }],
  };
  const action = {
    id: 'action',
    name: 'didit-claims',
    supportedTriggers: [{ id: 'post-login', version: 'v3' }],
    status: 'built',
    draft: content,
    deployed: { ...content, versionId: 'version' },
  };
  const changes = [[['connections', 1], second]] as const;
  const names = ({ config }: ReturnType<typeof exported>): readonly string[] =>
    config.connections.map(({ name }) => name);

  const without = exported({ connections: [connection('second')] }, changes);
  expect([names(without), without.keptConnections]).toEqual([['second'], []]);
  const named = exported({ connections: [connection('second')], actions: [action] }, changes);
  expect([names(named), named.keptConnections]).toEqual([['didit', 'second'], ['didit']]);
  expect(named.problems).toEqual([]);
  expect(named.config.actions).toMatchObject([{ secrets: [{ name: 'DIDIT_CONNECTION', value: 'didit' }] }]);
});

describe('the file of an export', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'export-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  test('is written, and whether something else was there is told', () => {
    const file = join(root, 'tenant.yaml');
    expect(['one', 'one', 'two'].map((text) => writeOutput(file, text))).toEqual([
      'new',
      'the same',
      'replaced',
    ]);
    expect(readFileSync(file, 'utf8')).toBe('two');
  });

  test.each([
    ['a folder', () => root, 'Move the folder away'],
    [
      'a file in a folder that is not there',
      () => join(root, 'missing', 'tenant.yaml'),
      'Correct the path, or make the folder',
    ],
  ])('cannot be %s', (_case, fileIn, remedy) => {
    expect(problemsOf(() => writeOutput(fileIn(), 'text'))).toMatchObject([
      {
        code: 'OUTPUT_UNWRITABLE',
        place: { file: fileIn() },
        remedy: expect.stringContaining(remedy) as string,
      },
    ]);
  });

  test('has its folder made where that is asked for', () => {
    const folder = join(root, 'exported-actions');
    expect(writeOutput(join(folder, 'action.js'), 'code', true)).toBe('new');
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    expect(writeOutput(join(folder, 'action.js'), 'code', true)).toBe('new');
  });
});
