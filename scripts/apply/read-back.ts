import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Problem } from '../problem.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import type { TenantState } from './tenant-state.ts';

export interface ReadBack {
  /** First 12 hexadecimal digits of the SHA-256 of the code that logins run, by Action. */
  readonly codeHashes: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
}

/**
 * Compares what the tenant has after a deploy with what was sent: the CLI reports success where parts of it failed
 * (enabled applications, for one).
 *
 * Problems: `READ_BACK_MISSING`, `READ_BACK_DIFFERS`.
 *
 * @param codeOf The built code of an Action.
 */
export function compareReadBack(
  config: TenantConfig,
  state: TenantState,
  codeOf: (actionName: string) => string | undefined,
  domain: string,
): ReadBack {
  const problem = (code: 'READ_BACK_MISSING' | 'READ_BACK_DIFFERS', what: string, how: string): Problem =>
    new Problem({
      code,
      message: `${what} ${how}.`,
      place: { file: domain, key: what },
      remedy: "Deploy again. If it stays so, look at the tenant's logs for what refused the change.",
    });
  const problems: Problem[] = [];
  const codeHashes = new Map<string, string>();

  for (const { name } of config.actions) {
    const deployed = state.actions.find((action) => action.name === name)?.deployed?.code;
    if (deployed === undefined)
      problems.push(problem('READ_BACK_MISSING', `Action ${name}`, 'is not deployed'));
    else if (deployed !== codeOf(name))
      problems.push(problem('READ_BACK_DIFFERS', `Action ${name}`, 'runs other code than was built'));
    if (deployed !== undefined)
      codeHashes.set(name, createHash('sha256').update(deployed).digest('hex').slice(0, 12));
  }

  const ours = new Set(config.actions.map(({ name }) => name));
  const wanted = config.triggers['post-login'].map(({ action_name }) => action_name);
  const bound = state.bindings.map(({ action_name }) => action_name).filter((name) => ours.has(name));
  if (!isDeepStrictEqual(bound, wanted)) {
    problems.push(
      problem(
        'READ_BACK_DIFFERS',
        'post-login bindings',
        `are ${bound.join(', ') || 'none'} instead of ${wanted.join(', ')}`,
      ),
    );
  }

  for (const connection of config.connections) {
    const existing = state.connections.find(({ name }) => name === connection.name);
    if (existing === undefined) {
      problems.push(problem('READ_BACK_MISSING', `connection ${connection.name}`, 'is not there'));
      continue;
    }
    for (const [option, value] of Object.entries(connection.options)) {
      // Write-only at Auth0: it cannot be compared.
      if (option === 'client_secret') continue;
      if (!isDeepStrictEqual(existing.options[option], value)) {
        problems.push(
          problem(
            'READ_BACK_DIFFERS',
            `connection ${connection.name} · options.${option}`,
            'is not what was sent',
          ),
        );
      }
    }
    const enabledNames = new Set(
      existing.enabledClients.map((id) => state.clients.find((client) => client.client_id === id)?.name),
    );
    for (const name of connection.enabled_clients ?? []) {
      if (!enabledNames.has(name)) {
        problems.push(
          problem(
            'READ_BACK_DIFFERS',
            `connection ${connection.name}`,
            `is not enabled for application ${name}`,
          ),
        );
      }
    }
  }
  return { codeHashes, problems };
}
