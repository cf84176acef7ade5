import { createHash } from 'node:crypto';
import { Problem } from '../base/problem.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { changedThings, findChanges } from '../tenant-model/changes.ts';
import type { ChangeOptions, DeployChanges, Wanted } from '../tenant-model/changes.ts';
import { withDifferentKeys } from '../tenant-model/shared-key.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

export interface ReadBack {
  /** First 12 hexadecimal digits of the SHA-256 of the code that logins run, by Action. */
  readonly codeHashes: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  /** Those of them that have nothing to do with the step that comes last: a connection's own fields and options. */
  readonly earlyProblems: readonly Problem[];
}

/**
 * Compares what the tenant has after a deploy with what was sent: the CLI reports success where parts of it failed
 * (enabled applications, for one). What a second deploy would send again has not arrived.
 *
 * Problems: `READ_BACK_MISSING`, `READ_BACK_DIFFERS`.
 *
 * @param sent What was sent; default nothing. Secrets cannot be compared, but the tenant tells when they were last set.
 * @param before The state before the deploy.
 */
export function compareReadBack(
  wanted: Wanted,
  state: TenantState,
  domain: string,
  options: Pick<ChangeOptions, 'replaceOptions'> = {},
  sent?: { readonly changes: DeployChanges; readonly before: TenantState },
): ReadBack {
  const { config } = wanted;
  const missing = (what: string): Problem =>
    new Problem({
      code: 'READ_BACK_MISSING',
      message: `${what} is not there.`,
      place: { tenant: domain, resource: what },
    });
  const different = (what: string, how: string): Problem =>
    new Problem({
      code: 'READ_BACK_DIFFERS',
      message: `${what} ${how}.`,
      place: { tenant: domain, resource: what },
    });
  const changes = findChanges(wanted, state, options);
  const notAsSent = (isLast: boolean): readonly Problem[] =>
    changedThings(changes)
      .filter(({ kind }) => (kind === 'connection') === isLast)
      .flatMap(({ kind, name, isNew, fields }) => {
        const what = `${kind} ${name}`;
        if (isNew) return [missing(what)];
        return fields.length === 0 ? [] : [different(what, `is not what was sent: ${fields.join(', ')}`)];
      });
  const lastOnes = notAsSent(true);
  const earlyProblems = [
    ...notAsSent(false),
    ...changes.connections
      .filter(({ applications }) => applications.enable.length + applications.disable.length > 0)
      .map(({ config: { name }, applications: { enable, disable } }) =>
        different(
          `connection ${name}`,
          [
            ...enable.map((application) => `is not enabled for application ${application}`),
            ...disable.map((application) => `is still enabled for application ${application}`),
          ].join(', '),
        ),
      ),
    ...(changes.bindings === undefined
      ? []
      : [different('post-login bindings', bindingsDifference(config, state))]),
    ...(sent === undefined
      ? []
      : staleSecrets(sent.changes, sent.before, state).map((name) =>
          different(`Action ${name}`, 'still runs with the secrets from before'),
        )),
    ...withDifferentKeys(config.actions, state.actions).map((name) =>
      different(`Action ${name}`, 'does not have the same key as those that it shares it with'),
    ),
    ...duplicateClients(config, state).map((name) =>
      different(`application ${name}`, 'is there more than once'),
    ),
  ];
  return {
    codeHashes: codeHashes(config, state),
    problems: [...earlyProblems, ...lastOnes],
    earlyProblems,
  };
}

function bindingsDifference(config: TenantConfig, state: TenantState): string {
  const ours = new Set(config.actions.map(({ name }) => name));
  const bound = state.bindings.map(({ action_name }) => action_name).filter((name) => ours.has(name));
  const wanted = config.triggers['post-login'].map(({ action_name }) => action_name);
  return `are ${bound.join(', ') || 'none'} instead of ${wanted.join(', ')}`;
}

function codeHashes(config: TenantConfig, state: TenantState): ReadonlyMap<string, string> {
  return new Map(
    config.actions.flatMap(({ name }): [string, string][] => {
      const deployed = state.actions.find((action) => action.name === name)?.deployed;
      return deployed === undefined
        ? []
        : [[name, createHash('sha256').update(deployed.code).digest('hex').slice(0, 12)]];
    }),
  );
}

/** Actions whose secrets were sent and that still run with those of before, as far as their times tell. */
function staleSecrets(changes: DeployChanges, before: TenantState, state: TenantState): readonly string[] {
  return changes.actions
    .filter(({ secrets, isNew }) => secrets !== undefined && !isNew)
    .map(({ config: { name } }) => name)
    .filter((name) => {
      const versionOf = (of: TenantState) => of.actions.find((action) => action.name === name)?.deployed;
      const then = versionOf(before);
      return then !== undefined && then.versionId === versionOf(state)?.versionId;
    });
}

/** Names are not unique at Auth0: a repeated call can make a second application. */
export const duplicateClients = (config: TenantConfig, state: TenantState): readonly string[] =>
  config.clients
    .map(({ name }) => name)
    .filter((name) => state.clients.filter((client) => client.name === name).length > 1);
