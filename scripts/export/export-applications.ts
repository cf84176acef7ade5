import { Problem } from '../base/problem.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import type { ExportWriter } from './export-writer.ts';
import { recordOf } from '../base/json-values.ts';
import type { JsonRecord } from '../base/json-values.ts';
import { isOwnMetadata } from '../tenant-model/metadata.ts';
import { isEmpty } from '../tenant-model/same-meaning.ts';
import { isWithin } from './setting-names.ts';
import type { SettingName } from './setting-names.ts';
import type { ClientState, TenantState } from '../tenant-model/tenant-state.ts';

export interface EnabledApplications {
  /** Applications to list so that they can be named, in the file's form. */
  readonly added: readonly JsonRecord[];
  /** Whether all applications of a connection can be named. */
  readonly canName: (enabledClients: readonly string[]) => boolean;
}

/**
 * What is written of applications of others that a connection is enabled for: their own rules too, since a deploy takes rules off
 * that a listed application does not have in the file. One whose rules cannot be written is not listed at all.
 *
 * @param refused Settings that cannot stand in a file as the tenant has them.
 */
export function enabledApplications(
  config: TenantConfig,
  { clients, connections }: TenantState,
  write: ExportWriter,
  refused: readonly SettingName[],
): EnabledApplications {
  const listed = new Set(config.clients.map(({ name }) => name));
  const enabled = new Set(connections.flatMap(({ enabledClients }) => enabledClients));
  const others = clients.filter(({ client_id, name }) => enabled.has(client_id) && !listed.has(name));
  const added = others.filter(
    (client) =>
      // A file names applications, and a name says nothing where two have it.
      clients.filter(({ name }) => name === client.name).length === 1 &&
      !hasRefusedRules(client.name, refused) &&
      canBeWritten(client, write),
  );
  const nameable = new Set(
    clients
      .filter((client) => listed.has(client.name) || added.includes(client))
      .map(({ client_id }) => client_id),
  );
  return {
    added: added.map((client) => inFileForm(client, refused)),
    canName: (enabledClients) => enabledClients.every((id) => nameable.has(id)),
  };
}

/** `APPLICATION_NOT_EXPORTED` for a connection with an application that cannot be named. */
export const unnameable = (file: string, connection: string): Problem<'APPLICATION_NOT_EXPORTED'> =>
  new Problem({
    code: 'APPLICATION_NOT_EXPORTED',
    message:
      'The connection is enabled for an application that a file cannot hold as it is (its name, or its own rules), so the list is not exported.',
    place: { file, key: `connections.${connection}.enabled_clients` },
  });

const typeOf = (name: string): SettingName => ['clients', name, 'app_type'];

const hasRefusedRules = (name: string, refused: readonly SettingName[]): boolean =>
  refused.some((setting) => isWithin(setting, ['clients', name]) && !isWithin(setting, typeOf(name)));

const ownMetadata = ({ settings }: ClientState): JsonRecord =>
  Object.fromEntries(
    Object.entries(recordOf(settings['client_metadata'])).filter(
      ([name, value]) => isOwnMetadata(name) && !isEmpty(value),
    ),
  );

const canBeWritten = (client: ClientState, write: ExportWriter): boolean =>
  write.canStand(['clients'], client.name) &&
  Object.entries(ownMetadata(client)).every(([rule, text]) =>
    write.canStand(['clients', client.name, 'client_metadata', rule], text),
  );

function inFileForm(client: ClientState, refused: readonly SettingName[]): JsonRecord {
  const rules = ownMetadata(client);
  const type = client.settings['app_type'];
  const hasType = !isEmpty(type) && !refused.some((setting) => isWithin(typeOf(client.name), setting));
  return {
    name: client.name,
    ...(hasType ? { app_type: type } : {}),
    ...(isEmpty(rules) ? {} : { client_metadata: rules }),
  };
}
