import { markersIn } from '../tenant-config/markers.ts';
import { declaredIn } from '../tenant-config/placeholders.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
import { isSecretVariable, valuesOfKind } from '../secrets/variables.ts';
import { completeConfig } from './complete-config.ts';
import type { ConfigSource } from './complete-config.ts';
import { recordOf, recordsOf, textOf } from '../base/json-values.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';

/**
 * The secrets that a command holds, and that must not be in anything it prints: values of the secret variables, documented and
 * declared, its own credentials, the secret of the Actions' own client and those of connections. Nothing else of the environment:
 * `SHLVL=1` is no secret, and an error without its ones and zeros says nothing.
 */
export const knownSecrets = (
  source: ConfigSource,
  state: Pick<TenantState, 'clients' | 'connections'>,
  accessToken: string,
): readonly string[] => [
  ...secretValues(source).values(),
  ...completeConfig(source, state).secrets,
  // Whatever the tenant told of others' secrets: an error may repeat what was sent.
  ...state.connections.flatMap(({ client_secret: secret }) => secret ?? []),
  accessToken,
];

const secretValues = ({ tenantFile, values }: ConfigSource): ReadonlyMap<string, string> =>
  valuesOfKind(['secret', 'deploy credential'], declaredIn(tenantFile.data), values);

/** Filled in elsewhere: the tenant's name, which is the first line of every plan, and code. */
const NOT_SHOWN = ['AUTH0_DOMAIN', 'DIDIT_FETCH_USER_PROFILE'];

/** The public variables that a file names, with the values that this environment has for them. */
export function publicValues({ tenantFile, values }: ConfigSource): ReadonlyMap<string, string> {
  const named = new Set(markersIn(tenantFile.text).map(({ name }) => name));
  const known = valuesOfKind(['public'], declaredIn(tenantFile.data), values);
  return new Map([...known].filter(([name]) => named.has(name) && !NOT_SHOWN.includes(name)));
}

/** What proves a command to its tenant, and is sent as nothing else. */
export const deployCredentials = (
  { tenantFile, values }: ConfigSource,
  { accessToken }: { readonly accessToken: string },
): readonly string[] => [
  ...valuesOfKind(['deploy credential'], declaredIn(tenantFile.data), values).values(),
  accessToken,
];

/**
 * Secrets of Actions in what is about to be sent. Among them is the secret of the Actions' own client, which may have been made
 * a step before.
 *
 * @param assets In auth0-deploy-cli's form, placeholders filled in.
 */
export function secretsSent(
  tenantFile: TenantFile,
  assets: Readonly<Record<string, unknown>>,
): readonly string[] {
  const file: unknown = tenantFile.data;
  const written = recordsOf(recordOf(file)['actions']);
  const declared = declaredIn(file);
  const isSecret = (action: unknown, name: unknown): boolean => {
    const found = written.find((candidate) => candidate['name'] === action);
    // It goes by the name that it has once placeholders are filled in: where nothing is written so, all of it counts.
    if (found === undefined) return true;
    return recordsOf(found['secrets'])
      .filter((secret) => secret['name'] === name)
      .some(({ value }) =>
        markersIn(textOf(value)).some((marker) => isSecretVariable(marker.name, declared)),
      );
  };
  return recordsOf(assets['actions']).flatMap((action) =>
    recordsOf(action['secrets'])
      .filter(({ name }) => isSecret(action['name'], name))
      .map(({ value }) => textOf(value)),
  );
}
