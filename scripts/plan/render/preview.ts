import type { TenantConfig } from '../../tenant-config/tenant-config.ts';
import type { DeployChanges, SecretReason } from '../../tenant-model/changes.ts';
import { grantNameOf } from '../../tenant-model/model-from-config.ts';
import type { TenantState } from '../../tenant-model/tenant-state.ts';

/** One thing that a deploy is about to do, in words. Never a value: some are secrets. */
export interface PreviewLine {
  readonly verb: 'create' | 'update' | 'enable' | 'disable' | 'secrets' | 'unbind' | 'keep';
  readonly what: string;
}

const SENT_BECAUSE: Readonly<Record<SecretReason, string>> = {
  new: 'sent, it is new',
  'names changed': 'all sent, their names changed',
  'asked for': 'sent, as --update-secrets asks',
  moved: 'sent, as the local tenant is at another port',
  'in doubt': 'sent, as it is not known whether the last ones arrived',
  'options changed': 'sent along, the options are replaced whole',
  'connection is new': 'sent, one of them names a connection that is new',
  'unpublished in the draft': 'sent, the draft on the tenant holds others that never ran',
  'shared key is new': 'sent, a new key for all Actions that share it',
  'shared key differs': 'sent, a new key for all Actions that share it: they do not have the same one',
};

/** What a deploy is going to send. */
export function previewDeploy(
  changes: DeployChanges,
  config: TenantConfig,
  state: TenantState,
): readonly PreviewLine[] {
  const line = (kind: string, name: string, changed: { isNew: boolean; fields: readonly string[] }) => ({
    verb: changed.isNew ? ('create' as const) : ('update' as const),
    what: [`${kind} ${name}`, ...(changed.fields.length === 0 ? [] : [changed.fields.join(', ')])].join(
      ' · ',
    ),
  });
  return [
    ...changes.resourceServers.map((changed) => line('API', changed.config.identifier, changed)),
    ...changes.clients.map((changed) => line('application', changed.config.name, changed)),
    ...changes.clientGrants.map((changed) =>
      line('grant', `${grantNameOf(changed.config)} (${changed.config.scope.join(' ')})`, changed),
    ),
    ...changes.actions.flatMap((changed): PreviewLine[] => {
      const { name, secrets = [] } = changed.config;
      const names = secrets.map((secret) => secret.name).join(', ');
      return [
        ...(changed.isNew || changed.fields.length > 0 ? [line('Action', name, changed)] : []),
        ...(changed.secrets === undefined || names === ''
          ? []
          : [
              {
                verb: 'secrets' as const,
                what: `Action ${name} · ${names}: ${SENT_BECAUSE[changed.secrets]}`,
              },
            ]),
      ];
    }),
    ...changes.connections.flatMap((changed): PreviewLine[] => {
      const { name } = changed.config;
      return [
        ...(changed.isNew || changed.fields.length > 0 ? [line('connection', name, changed)] : []),
        ...(changed.secret === undefined
          ? []
          : [
              {
                verb: 'secrets' as const,
                what: `connection ${name} · options.client_secret: ${SENT_BECAUSE[changed.secret]}`,
              },
            ]),
        ...changed.applications.enable.map((application) => ({
          verb: 'enable' as const,
          what: `connection ${name} for application ${application}`,
        })),
        ...changed.applications.disable.map((application) => ({
          verb: 'disable' as const,
          what: `connection ${name} for application ${application}`,
        })),
      ];
    }),
    ...bindingLines(changes, config, state),
  ];
}

function bindingLines(
  { bindings }: DeployChanges,
  config: TenantConfig,
  state: TenantState,
): readonly PreviewLine[] {
  if (bindings === undefined) return [];
  const ours = new Set(config.actions.map(({ name }) => name));
  const isBound = (name: string): boolean => state.bindings.some(({ action_name }) => action_name === name);
  return [
    ...bindings.map(({ action_name }, index) => ({
      verb: ours.has(action_name)
        ? isBound(action_name)
          ? ('update' as const)
          : ('create' as const)
        : ('keep' as const),
      what: `post-login binding ${index + 1}: ${action_name}`,
    })),
    ...state.bindings
      .filter(({ action_name }) => !bindings.some((binding) => binding.action_name === action_name))
      .map(({ action_name }) => ({ verb: 'unbind' as const, what: `post-login binding: ${action_name}` })),
  ];
}
