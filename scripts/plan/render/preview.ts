import type { TenantConfig } from '../../tenant-config/tenant-config.ts';
import { changedThings } from '../../tenant-model/changes.ts';
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
  moved: 'sent, as the local tenant uses another port',
  'in doubt': 'sent, as it is not known whether the last ones arrived',
  changed: 'sent, as the tenant has another one',
  'values changed': 'sent, as the last deploy from here sent other values',
  'options changed': 'sent, as Auth0 needs it again whenever options change',
  'connection is new': 'sent, one of them names a new connection',
  'unpublished in the draft': 'sent, the draft on the tenant has others that never ran',
  'shared key is new': 'sent, a new key for all Actions that share it',
  'shared key differs': 'sent, a new key for all Actions that share it: they do not have the same one',
};

/** What a deploy is going to send. */
export function previewDeploy(
  changes: DeployChanges,
  config: TenantConfig,
  state: TenantState,
): readonly PreviewLine[] {
  return [
    ...changedThings(changes).flatMap(({ kind, name, isNew, fields }): readonly PreviewLine[] => {
      const scopes = changes.clientGrants.find((grant) => grantNameOf(grant.config) === name)?.config.scope;
      const what = kind === 'grant' ? `grant ${name} (${(scopes ?? []).join(' ')})` : `${kind} ${name}`;
      return [
        ...(isNew ? [{ verb: 'create' as const, what }] : []),
        ...(!isNew && fields.length > 0
          ? [{ verb: 'update' as const, what: `${what} · ${fields.join(', ')}` }]
          : []),
        ...(kind === 'Action' ? actionLines(changes, name) : []),
        ...(kind === 'connection' ? connectionLines(changes, name) : []),
      ];
    }),
    ...bindingLines(changes, config, state),
  ];
}

const secretsLine = (what: string, reason: SecretReason | undefined): readonly PreviewLine[] =>
  reason === undefined ? [] : [{ verb: 'secrets', what: `${what}: ${SENT_BECAUSE[reason]}` }];

const actionLines = ({ actions }: DeployChanges, name: string): readonly PreviewLine[] =>
  actions
    .filter(({ config: { name: of, secrets = [] } }) => of === name && secrets.length > 0)
    .flatMap(({ config: { secrets = [] }, secrets: reason }) =>
      secretsLine(`Action ${name} · ${secrets.map((secret) => secret.name).join(', ')}`, reason),
    );

const connectionLines = ({ connections }: DeployChanges, name: string): readonly PreviewLine[] =>
  connections
    .filter(({ config }) => config.name === name)
    .flatMap(({ secret, applications }) => [
      ...secretsLine(`connection ${name} · options.client_secret`, secret),
      ...(['enable', 'disable'] as const).flatMap((verb) =>
        applications[verb].map((application) => ({
          verb,
          what: `connection ${name} for application ${application}`,
        })),
      ),
    ]);

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
