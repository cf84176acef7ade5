import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { mergeBindings } from './merge-bindings.ts';
import type { TenantState } from './tenant-state.ts';

/** One thing that a deploy is about to do, in words. Never a value: some are secrets. */
export interface PreviewLine {
  readonly verb: 'create' | 'update' | 'erase' | 'disable' | 'keep';
  readonly what: string;
}

/** What a deploy of `config` would do to a tenant in this state. */
export function previewDeploy(config: TenantConfig, state: TenantState): readonly PreviewLine[] {
  const clientIdOf = (name: string): string | undefined =>
    state.clients.find((client) => client.name === name)?.client_id;
  const clientNameOf = (id: string): string =>
    state.clients.find((client) => client.client_id === id)?.name ?? id;
  const createOrUpdate = (kind: string, name: string, exists: boolean): PreviewLine => ({
    verb: exists ? 'update' : 'create',
    what: `${kind} ${name}`,
  });

  return [
    ...(config.resourceServers ?? []).map(({ identifier }) =>
      createOrUpdate('API', identifier, state.resourceServers.some((server) => server.identifier === identifier)),
    ),
    ...config.clients.map(({ name }) => createOrUpdate('application', name, clientIdOf(name) !== undefined)),
    ...config.clientGrants.map(({ client_id, audience, scope }) =>
      createOrUpdate(
        'grant',
        `${client_id} → ${audience} (${scope.join(' ')})`,
        state.clientGrants.some(
          (grant) => grant.client_id === clientIdOf(client_id) && grant.audience === audience,
        ),
      ),
    ),
    ...config.connections.flatMap((connection): PreviewLine[] => {
      const existing = state.connections.find(({ name }) => name === connection.name);
      if (existing === undefined) return [createOrUpdate('connection', connection.name, false)];
      const enabled = connection.enabled_clients;
      return [
        createOrUpdate('connection', connection.name, true),
        ...Object.keys(existing.options)
          .filter((option) => !(option in connection.options))
          .map((option): PreviewLine => ({
            verb: 'erase',
            what: `connection ${connection.name} · options.${option}`,
          })),
        ...existing.enabledClients
          .map(clientNameOf)
          .filter((name) => enabled !== undefined && !enabled.includes(name))
          .map((name): PreviewLine => ({
            verb: 'disable',
            what: `connection ${connection.name} for application ${name}`,
          })),
      ];
    }),
    ...config.actions.map(({ name }) =>
      createOrUpdate(
        'Action',
        name,
        state.actions.some((action) => action.name === name),
      ),
    ),
    ...bindingLines(config, state),
  ];
}

function bindingLines(config: TenantConfig, state: TenantState): readonly PreviewLine[] {
  const ours = new Set(config.actions.map(({ name }) => name));
  return mergeBindings(state.bindings, config.triggers['post-login'], ours).map(({ action_name }, index) => ({
    verb: ours.has(action_name)
      ? state.bindings.some((bound) => bound.action_name === action_name)
        ? 'update'
        : 'create'
      : 'keep',
    what: `post-login binding ${index + 1}: ${action_name}`,
  }));
}
