import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findChanges } from '../../scripts/tenant-model/changes.ts';
import type { DeployChanges } from '../../scripts/tenant-model/changes.ts';
import { completeConfig, prepareConfig } from '../../scripts/tenant-access/complete-config.ts';
import { exportTenantFile } from '../../scripts/export/export-tenant-file.ts';
import { readTenantState } from '../../scripts/tenant-access/read-tenant-state.ts';
import type { ConnectionState, TenantState } from '../../scripts/tenant-model/tenant-state.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';
import { apiOf, deployedTenant } from '../plan/fake-tenant.ts';
import { sample } from '../plan/sample.ts';
import { codeOfDeploy } from '../deploy/deploy-inputs.ts';

const { tenantFile, bundles } = sample();
const VALUES = new Map([
  ['AUTH0_DOMAIN', 'tenant.example.com'],
  ['DIDIT_CLIENT_ID', 'client-at-didit'],
  ['DIDIT_CLIENT_SECRET', 'secret-at-didit'],
  ['DIDIT_FETCH_USER_PROFILE', '// fetch-user-profile\n'],
]);
const source = { tenantFile, values: VALUES };
const config = prepareConfig(source);
const codeOf = codeOfDeploy({ ...source, bundles });
const deployed = await readTenantState(
  apiOf(deployedTenant({ ...sample(), tenantFile, config, bundles })),
  config,
);

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('', '##NAME##', '@@NAME@@', 'Bearer token', 'https://example.com/', 'tenant.example.com'),
);
const anyValue = fc.oneof(
  text,
  fc.boolean(),
  fc.integer(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Of others: what YAML and JavaScript have a meaning for, too. */
const key = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom('<<', '__proto__', 'constructor', '*a', '- a'),
);

const rules = fc.oneof(
  fc.constantFrom(
    'require=verified apply_to=all',
    'require=age_over_18',
    'mode=report',
    'id_token=verified',
    'namespace=https://example.com/ access_token=email',
    'mode=on fields=email',
    'require=verifed',
  ),
  text,
);
const metadata = fc
  .tuple(
    fc.dictionary(fc.constantFrom('didit_policy', 'didit_claims', 'didit_sync', 'didit_other'), rules),
    fc.dictionary(key, text, { maxKeys: 3 }),
  )
  .map(([own, theirs]) => ({ ...theirs, ...own }));

/** Options and fields that a file knows, with values that it may not know, and others. */
const options = fc
  .tuple(
    fc.dictionary(
      fc.constantFrom(
        ...['client_id', 'authorizationURL', 'tokenURL', 'scope', 'pkce_enabled', 'scripts', 'icon_url'],
        ...['set_user_root_attributes', 'upstream_params', 'customHeaders', 'logoutUrl', 'foo_option'],
      ),
      anyValue,
      { maxKeys: 4 },
    ),
    fc.dictionary(key, anyValue, { maxKeys: 2 }),
  )
  .map(([known, others]) => ({ ...others, ...known }));
const connectionFields = fc.dictionary(
  fc.constantFrom('display_name', 'is_domain_connection', 'authentication', 'realms', 'show_as_button'),
  anyValue,
  { maxKeys: 2 },
);
const clientFields = fc.dictionary(
  fc.constantFrom(
    ...['app_type', 'description', 'callbacks', 'grant_types', 'jwt_configuration', 'refresh_token'],
    ...['oidc_conformant', 'token_endpoint_auth_method', 'allowed_logout_urls'],
  ),
  anyValue,
  { maxKeys: 3 },
);
const secretName = fc.oneof(
  fc.constantFrom(
    ...['DIDIT_CONNECTION', 'DIDIT_HANDOVER_KEY', 'DIDIT_RECORD_KEY', 'AUTH0_DOMAIN'],
    ...['AUTH0_MANAGEMENT_CLIENT_SECRET', 'A-B', 'A_B', 'KEY'],
  ),
  fc.string({ minLength: 1, maxLength: 128 }),
);

const appType = fc.constantFrom('spa', 'regular_web', 'zendesk', '', undefined);
const others = fc.array(
  fc.record({
    // Auth0 takes no application without a name, and none with < or > in it.
    name: fc.oneof(fc.constantFrom('Other', 'Other 2', '##APP##'), fc.stringMatching(/^[^<>]+$/)),
    type: appType,
    metadata,
    isEnabled: fc.boolean(),
  }),
  { maxLength: 3 },
);

const anyTenant: fc.Arbitrary<TenantState> = fc
  .record({
    options,
    connectionFields,
    connectionMetadata: fc.option(metadata),
    clientFields,
    clientMetadata: fc.option(metadata),
    secrets: fc.array(fc.option(fc.uniqueArray(secretName, { maxLength: 5 })), {
      minLength: 3,
      maxLength: 3,
    }),
    others,
    runtime: fc.constantFrom('node22', 'node18', ''),
    bindingName: fc.oneof(fc.constant('didit-claims'), text),
    enabled: fc.boolean(),
    gone: fc.subarray([...config.actions, ...config.clients].map(({ name }) => name)),
  })
  .map((drawn) => {
    const names = new Set(config.clients.map(({ name }) => name));
    const more = drawn.others
      .filter(({ name }) => !names.has(name))
      .map(({ name, type, metadata: own, isEnabled }, index) => ({
        isEnabled,
        client: {
          client_id: `id-other-${index}`,
          name,
          client_secret: undefined,
          settings: { ...(type === undefined ? {} : { app_type: type }), client_metadata: own },
        },
      }));
    const isThere = ({ name }: { readonly name: string }): boolean =>
      // A tenant that lacks most of it tells little.
      drawn.gone.length > 2 || !drawn.gone.includes(name);
    const clients = deployed.clients.filter(isThere).map((client) =>
      client.name === 'Didit Sample Application'
        ? {
            ...client,
            settings: {
              ...client.settings,
              ...drawn.clientFields,
              ...(drawn.clientMetadata === null ? {} : { client_metadata: drawn.clientMetadata }),
            },
          }
        : client,
    );
    const actions = deployed.actions.filter(isThere);
    return {
      ...deployed,
      clients: [...clients, ...more.map(({ client }) => client)],
      clientGrants: deployed.clientGrants.filter(({ client_id }) =>
        clients.some((client) => client.client_id === client_id),
      ),
      bindings: deployed.bindings
        .filter(({ action_name }) => actions.some(({ name }) => name === action_name))
        .map((binding) =>
          binding.action_name === 'didit-claims' ? { ...binding, display_name: drawn.bindingName } : binding,
        ),
      actions: actions.map((action, index) => {
        const names = drawn.secrets[index] ?? null;
        return action.deployed === undefined
          ? action
          : {
              ...action,
              deployed: {
                ...action.deployed,
                ...(index === 0 ? { runtime: drawn.runtime } : {}),
                ...(names === null
                  ? {}
                  : { secrets: names.map((name) => ({ name, updated_at: '2026-01-01T00:00:00.000Z' })) }),
              },
            };
      }),
      connections: deployed.connections.map((connection): ConnectionState => ({
        ...connection,
        options: { ...connection.options, ...drawn.options },
        settings: { ...connection.settings, ...drawn.connectionFields },
        metadata: drawn.connectionMetadata ?? connection.metadata,
        enabledClients: [
          ...(drawn.enabled ? connection.enabledClients : []),
          ...more.filter(({ isEnabled }) => isEnabled).map(({ client }) => client.client_id),
        ].filter((id) =>
          [...clients, ...more.map(({ client }) => client)].some(({ client_id }) => client_id === id),
        ),
      })),
    };
  });

/** Of an item of a list, the list: one item that a file cannot hold keeps all of it out. */
const listOf = (path: string): string => path.replace(/\.\d+(?:\..*)?$/, '');

/** What a deploy would change, by the keys that an export tells. */
function changedKeys(changes: DeployChanges): readonly string[] {
  const named = (
    kind: string,
    list: readonly { readonly config: object; readonly fields: readonly string[]; readonly isNew: boolean }[],
  ): readonly string[] =>
    list.flatMap(({ config: item, fields, isNew }) => {
      const name =
        'identifier' in item
          ? String(item.identifier)
          : 'name' in item
            ? String(item.name)
            : 'client_id' in item
              ? String(item.client_id)
              : '';
      return isNew ? [`new ${kind}.${name}`] : fields.map((field) => `${kind}.${name}.${listOf(field)}`);
    });
  return [
    ...named('clients', changes.clients),
    ...named('clientGrants', changes.clientGrants),
    ...named('resourceServers', changes.resourceServers),
    ...named('actions', changes.actions),
    ...named('connections', changes.connections),
    ...changes.connections.flatMap(({ config: { name }, applications }) =>
      [...applications.enable, ...applications.disable].map(
        (application) => `connections.${name}.enabled_clients.${application}`,
      ),
    ),
    ...(changes.bindings === undefined ? [] : ['triggers.post-login']),
  ];
}

test('an export is a file that the commands let in, and a deploy of it changes nothing but what was told about', () => {
  fc.assert(
    fc.property(anyTenant, (state) => {
      const exported = exportTenantFile(tenantFile, config, state, VALUES, codeOf);
      const file = parseTenantFile(exported.text, 'exported.yaml');
      validateTenantConfig(file, file.document.toJS());
      const secrets = exported.newSecrets.map(({ variable }): [string, string] => [variable, 'didit_given']);
      const values = new Map([...secrets, ...VALUES]);
      const { config: after } = completeConfig({ tenantFile: file, values }, state);

      const changes = findChanges({ config: after, bundles }, state);
      // The plan writes names that are no identifiers as JSON, an error as they are.
      const plain = (key: string): string => key.replaceAll(/["\\]/g, '');
      const parsed = (key: string): string =>
        key.replaceAll(/"(?:[^"\\]|\\.)*"/g, (quoted) => String(JSON.parse(quoted)));
      const told = exported.problems.map(({ place }) => plain(place.key ?? ''));
      const silent = changedKeys(changes)
        .map((key) => plain(parsed(key)))
        .filter(
          (key) =>
            !told.some((other) => `${key}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${key}.`)),
        );
      expect(silent).toEqual([]);
      expect(told).not.toContain('the whole file');
      // Not even what was told about touches the rules of others.
      const own = config.clients.map(({ name }) => name);
      expect(changes.clients.filter(({ config: { name } }) => !own.includes(name))).toEqual([]);
    }),
    { numRuns: 30 },
  );
});
