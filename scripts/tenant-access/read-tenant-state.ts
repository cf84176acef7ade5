import { allEnded, Problem } from '../base/problem.ts';
import { isRecord, recordOf, recordsOf, textOf, textsOf, without } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { withoutKeyId } from '../tenant-model/shared-key.ts';
import { connectionNamed, enabledClientsOf } from './connection-named.ts';
import type { ManagementApi } from './management-api.ts';
import { notAsDocumented } from './list-pages.ts';
import { readOrganizations } from './read-organizations.ts';
import type {
  ActionContent,
  ActionState,
  ConnectionState,
  TenantState,
} from '../tenant-model/tenant-state.ts';

const BINDINGS = '/actions/triggers/post-login/bindings';

/** What has to be looked for by its name. */
export interface ThingsToRead {
  readonly connections: readonly { readonly name: string }[];
  /** Default: none are asked for, and none are read that are nobody's here. */
  readonly organizations?: readonly { readonly name: string }[];
}

/**
 * Reads what the tenant has. Takes about seven calls; where organizations are asked for, two more for each of these, and one for
 * a hundred that the tenant has.
 *
 * @throws {Problem} `SCOPE_MISSING`, and as `ManagementApi.list`.
 */
export async function readTenantState(
  api: Pick<ManagementApi, 'domain' | 'get' | 'list'>,
  { connections: named, organizations: namedOrganizations }: ThingsToRead,
): Promise<TenantState> {
  const [clients, connections, actions, bindings, resourceServers, clientGrants, organizations] =
    await allEnded([
      api.list('/clients?is_global=false', 'clients'),
      allEnded(named.map(({ name }) => readConnection(api, name))),
      api.list('/actions/actions', 'actions'),
      api.list(BINDINGS, 'bindings'),
      api.list('/resource-servers', 'resource_servers'),
      api.list('/client-grants', 'client_grants'),
      namedOrganizations === undefined
        ? undefined
        : readOrganizations(
            api,
            namedOrganizations.map(({ name }) => name),
          ),
    ]);
  return {
    clients: clients.map((client) => ({
      client_id: textOf(client['client_id']),
      name: textOf(client['name']),
      client_secret: typeof client['client_secret'] === 'string' ? client['client_secret'] : undefined,
      settings: without(client, ['client_id', 'name', 'client_secret', 'signing_keys']),
    })),
    connections: connections.filter((connection) => connection !== undefined),
    actions: actions.map(actionState),
    bindings: bindings.map((binding) => ({
      action_name: boundAction(api.domain, binding),
      display_name: textOf(binding['display_name']),
    })),
    resourceServers: resourceServers.map((server) => ({
      id: textOf(server['id']),
      identifier: textOf(server['identifier']),
      settings: without(server, ['id', 'identifier', 'signing_secret']),
    })),
    clientGrants: clientGrants.map((grant) => ({
      id: textOf(grant['id']),
      client_id: textOf(grant['client_id']),
      audience: textOf(grant['audience']),
      scope: textsOf(grant['scope']),
      settings: without(grant, ['id', 'client_id', 'audience', 'scope']),
    })),
    ...(organizations === undefined ? {} : { organizations }),
  };
}

/**
 * Whether what has a name of the file is of the kind that the file means: no connection ever gets another strategy, and no Action
 * another trigger. One of another kind is somebody else's.
 *
 * @throws {Problem} `NAME_IN_USE`.
 */
export function checkKinds(
  domain: string,
  connections: readonly ConnectionState[],
  actions: readonly ActionState[] = [],
): void {
  for (const { name, settings } of connections) {
    const strategy = textOf(settings['strategy']);
    if (strategy === 'oauth2') continue;
    throw nameInUse(
      domain,
      `connection ${name}`,
      `The tenant has a connection "${name}" of the strategy ${strategy}. What leads to Didit is of the strategy oauth2.`,
    );
  }
  for (const { name, supportedTriggers } of actions) {
    if (supportedTriggers.length === 0 || supportedTriggers.some(({ id }) => id === 'post-login')) continue;
    const triggers = supportedTriggers.map(({ id }) => id).join(', ');
    throw nameInUse(
      domain,
      `Action ${name}`,
      `The tenant has an Action "${name}" for ${triggers}. The Actions of tenant.yaml are for post-login.`,
    );
  }
}

const nameInUse = (domain: string, resource: string, message: string): Problem =>
  new Problem({
    code: 'NAME_IN_USE',
    message: `${message} Nothing was changed.`,
    place: { tenant: domain, resource },
  });

/** All bindings are sent together: one that names no Action would take somebody's Action out of the login. */
function boundAction(domain: string, binding: JsonRecord): string {
  const name = textOf(recordOf(binding['action'])['name']);
  if (name !== '') return name;
  throw notAsDocumented(domain, BINDINGS, 'a binding names no Action');
}

function actionState(action: JsonRecord): ActionState {
  const version = action['deployed_version'];
  return {
    id: textOf(action['id']),
    name: textOf(action['name']),
    supportedTriggers: recordsOf(action['supported_triggers']).map(({ id, version: number }) => ({
      id: textOf(id),
      version: textOf(number),
    })),
    status: textOf(action['status']),
    draft: actionContent(action),
    deployed: isRecord(version) ? { ...actionContent(version), versionId: textOf(version['id']) } : undefined,
  };
}

function actionContent(content: JsonRecord): ActionContent {
  const { secrets, keyId } = withoutKeyId(
    recordsOf(content['secrets']).map(({ name, updated_at }) => ({
      name: textOf(name),
      updated_at: textOf(updated_at),
    })),
  );
  const modules = recordsOf(content['modules']).map(
    ({ module_name: name, module_version_number: version }) => `${textOf(name)} ${textOf(version)}`,
  );
  return {
    code: textOf(content['code']),
    runtime: textOf(content['runtime']),
    dependencies: recordsOf(content['dependencies']).map(({ name, version, registry_url }) => ({
      name: textOf(name),
      version: textOf(version),
      ...(textOf(registry_url) === '' ? {} : { registry_url: textOf(registry_url) }),
    })),
    secrets,
    ...(modules.length === 0 ? {} : { modules }),
    ...(keyId === undefined ? {} : { keyId }),
  };
}

/**
 * A tenant leaves the options of a connection out where it may not show them. To compare, save or restore nothing instead of them
 * would be wrong everywhere.
 * @see https://auth0.com/docs/troubleshoot/product-lifecycle/deprecations-and-migrations/migrate-connection-options-scope
 */
const optionsNotShown = (domain: string, name: string): Problem =>
  new Problem({
    code: 'SCOPE_MISSING',
    message: `${domain} does not show this client the options of connection "${name}".`,
    place: { tenant: domain },
    remedy: 'Grant the client the scope read:connections_options.',
  });

async function readConnection(
  api: Pick<ManagementApi, 'domain' | 'get' | 'list'>,
  name: string,
): Promise<ConnectionState | undefined> {
  const found = await connectionNamed(api, name);
  if (found === undefined) return undefined;
  const id = textOf(found['id']);
  if (!isRecord(found['options'])) throw optionsNotShown(api.domain, name);
  const enabledClients = await enabledClientsOf(api, id);
  if (enabledClients === undefined) return undefined;
  const { client_secret: secret, ...options } = recordOf(found['options']);
  return {
    id,
    name,
    options,
    client_secret: typeof secret === 'string' && secret !== '' ? secret : undefined,
    metadata: Object.fromEntries(
      Object.entries(recordOf(found['metadata'])).map(([key, value]) => [key, textOf(value)]),
    ),
    settings: without(found, ['id', 'name', 'options', 'metadata', 'enabled_clients']),
    enabledClients,
  };
}
