import type { Document, ParsedNode } from 'yaml';
import type { Problem } from '../problem.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { clientIdOf, clientNamed } from './changes.ts';
import { unmentionedOptions } from './connection-update.ts';
import { exportWriter } from './export-writer.ts';
import type { ExportWriter, Path } from './export-writer.ts';
import { recordOf, without } from './json-values.ts';
import { sameMeaning, sameScopes } from './same-meaning.ts';
import type { TenantState } from './tenant-state.ts';

export interface ExportedFile {
  /** `tenant.yaml` as the tenant is. */
  readonly text: string;
  /** Code that runs on the tenant and is not what is built here: file, relative to the project's root, and text. */
  readonly codeFiles: ReadonlyMap<string, string>;
  /** Names of connections that are in the text although the tenant has none: without any, it would be no valid file. */
  readonly keptConnections: readonly string[];
  /** `PLACEHOLDER_ON_TENANT` for each setting that cannot stand in a file; it is as the file had it. */
  readonly problems: readonly Problem[];
}

/** Where the code of an Action goes that differs from the built one. */
const CODE_FOLDER = 'exported-actions';

/**
 * The file with the tenant's current state of everything that it lists: comments, order and placeholders stay where the
 * values are the same. What the tenant does not have is left out; secrets are never read.
 *
 * @param config The file with its placeholders filled in.
 * @param values What they were filled in with.
 */
export function exportTenantFile(
  tenantFile: TenantFile,
  config: TenantConfig,
  state: TenantState,
  values: PlaceholderValues,
  codeOf: (actionName: string) => string | undefined,
): ExportedFile {
  const document = tenantFile.document.clone();
  const write = exportWriter(document, tenantFile, values);
  const codeFiles = new Map<string, string>();
  const nameOf = (id: string): string => state.clients.find((client) => client.client_id === id)?.name ?? id;

  const isOnTenant = (name: string): boolean => clientNamed(state, name) !== undefined;
  const hasConnections = state.connections.length > 0;

  // Lists are walked from their ends, so that taking one out does not move the ones that follow.
  for (const [index, connection] of [...config.connections.entries()].reverse()) {
    const path: Path = ['connections', index];
    const existing = state.connections.find(({ name }) => name === connection.name);
    if (existing === undefined) {
      if (hasConnections) document.deleteIn(path);
      else write.enabled(path, connection.enabled_clients, connection.enabled_clients?.filter(isOnTenant));
      continue;
    }
    const { options, metadata, enabled_clients } = connection;
    const fields = without({ ...connection }, ['name', 'strategy', 'options', 'metadata', 'enabled_clients']);
    write.changed(path, fields, existing.settings);
    write.all([...path, 'metadata'], metadata ?? {}, existing.metadata);
    const enabled = existing.enabledClients.map(nameOf);
    write.enabled(path, enabled_clients, enabled);
    for (const [option, value] of Object.entries(options)) {
      const now = existing.options[option];
      if (option === 'scope' && sameScopes(value, now)) continue;
      if (!sameMeaning(value, now)) write.value([...path, 'options', option], now);
    }
    for (const option of unmentionedOptions(options, existing.options))
      write.value([...path, 'options', option], existing.options[option]);
  }

  const actions = config.actions.filter((action) => state.actions.some(({ name }) => name === action.name));
  for (const [index, action] of [...config.actions.entries()].reverse()) {
    const path: Path = ['actions', index];
    const runs = state.actions.find(({ name }) => name === action.name)?.deployed;
    if (runs === undefined) {
      document.deleteIn(path);
      continue;
    }
    if (runs.code !== codeOf(action.name)) {
      const file = `${CODE_FOLDER}/${action.name.replaceAll(/[^\w-]/g, '_')}.js`;
      codeFiles.set(file, runs.code);
      write.value([...path, 'code'], file);
    }
    write.changed(path, { runtime: action.runtime, dependencies: action.dependencies }, { ...runs });
  }
  const listed = new Set(actions.map(({ name }) => name));
  const bound = state.bindings.filter(({ action_name }) => listed.has(action_name));
  if (JSON.stringify(bound) !== JSON.stringify(config.triggers['post-login']))
    write.value(['triggers', 'post-login'], bound);

  for (const [index, grant] of [...config.clientGrants.entries()].reverse()) {
    const id = clientIdOf(state, grant.client_id);
    const existing = state.clientGrants.find(
      ({ client_id, audience }) => client_id === id && audience === grant.audience,
    );
    if (existing === undefined) document.deleteIn(['clientGrants', index]);
    else
      write.changed(
        ['clientGrants', index],
        { scope: grant.scope },
        { ...existing.settings, scope: existing.scope },
      );
  }
  for (const [index, client] of [...config.clients.entries()].reverse()) {
    const path: Path = ['clients', index];
    const existing = clientNamed(state, client.name);
    if (existing === undefined) {
      document.deleteIn(path);
      continue;
    }
    const { client_metadata: metadata } = client;
    const fields = without({ ...client }, ['name', 'client_metadata']);
    write.changed(path, fields, existing.settings);
    write.all([...path, 'client_metadata'], metadata ?? {}, recordOf(existing.settings['client_metadata']));
  }
  for (const [index, server] of [...(config.resourceServers ?? []).entries()].reverse()) {
    const existing = state.resourceServers.find(({ identifier }) => identifier === server.identifier);
    if (existing === undefined) document.deleteIn(['resourceServers', index]);
    else {
      write.changed(['resourceServers', index], without({ ...server }, ['identifier']), existing.settings);
    }
  }
  addEnabledClients(document, write, config, state);
  const keptConnections = hasConnections ? [] : config.connections.map(({ name }) => name);
  return { text: document.toString({ lineWidth: 0 }), codeFiles, keptConnections, problems: write.problems };
}

/** Applications that the connection is enabled for have to be listed to be named. */
function addEnabledClients(
  document: Document<ParsedNode>,
  write: ExportWriter,
  config: TenantConfig,
  state: TenantState,
): void {
  const listed = new Set(config.clients.map(({ name }) => name));
  const enabled = new Set(state.connections.flatMap(({ enabledClients }) => enabledClients));
  for (const { client_id, name, settings } of state.clients) {
    if (!enabled.has(client_id) || listed.has(name) || !write.canStand(['clients'], name)) continue;
    document.addIn(
      ['clients'],
      document.createNode({ name, app_type: settings['app_type'] ?? 'regular_web' }),
    );
  }
}
