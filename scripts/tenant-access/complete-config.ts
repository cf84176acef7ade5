import { Problem } from '../base/problem.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import { MADE_BY_THE_DEPLOY, placeholdersIn, resolvePlaceholders } from '../tenant-config/placeholders.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { validateTenantConfig } from '../tenant-config/validate-tenant-config.ts';
import { clientNamed } from '../tenant-model/changes.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';
import { variablePlace } from './target.ts';

const CLIENT_ID_PLACEHOLDER = 'AUTH0_MANAGEMENT_CLIENT_ID';
const CLIENT_SECRET_PLACEHOLDER = 'AUTH0_MANAGEMENT_CLIENT_SECRET';

/** Placeholders that the deploy itself can fill in once the client of the Actions exists. */
export const OWN_PLACEHOLDERS: readonly string[] = [CLIENT_ID_PLACEHOLDER, CLIENT_SECRET_PLACEHOLDER];

/** Whether somebody has said which client the Actions use: then the tenant is not asked for its secret. */
export const hasOwnClient = (values: PlaceholderValues): boolean =>
  OWN_PLACEHOLDERS.every((name) => (values.get(name) ?? '') !== '');

/** Stands where a value of the deploy's own will be. Never sent: `needsMore` finds it. */
const KNOWN_LATER = 'known-later';

export interface ConfigSource {
  readonly tenantFile: TenantFile;
  /** From the environment, the target and the build. Those of the Actions' own client may be missing. */
  readonly values: PlaceholderValues;
  /** That some of them come from, as errors name it. Default `.env`. */
  readonly variablesFile?: string | undefined;
}

/**
 * What can be known without a tenant: every placeholder that the deploy cannot fill in by itself has a value, and the
 * file is right with them filled in. What only the deploy makes (`MADE_BY_THE_DEPLOY`) stands in it as its placeholder.
 *
 * @throws {Problem} `VARIABLE_NOT_TAKEN`.
 * @throws {Problems} as `resolvePlaceholders` and `validateTenantConfig`.
 */
export const prepareConfig = (source: ConfigSource): TenantConfig => configWith(source, new Map());

/** The same with what the tenant knows: the id and the secret of the Actions' own client, as far as they can be read. */
export function completeConfig(
  source: ConfigSource,
  state: Pick<TenantState, 'clients'>,
): { readonly config: TenantConfig; readonly secrets: readonly string[] } {
  const audience = `https://${source.values.get('AUTH0_DOMAIN') ?? ''}/api/v2/`;
  const { clientGrants } = prepareConfig(source);
  const clientName = clientGrants.find(
    (grant) => grant.audience === audience && grant.subject_type !== 'user',
  )?.client_id;
  const client = clientName === undefined ? undefined : clientNamed(state, clientName);
  const found = new Map<string, string>();
  if (client !== undefined) found.set(CLIENT_ID_PLACEHOLDER, client.client_id);
  if (client?.client_secret !== undefined) found.set(CLIENT_SECRET_PLACEHOLDER, client.client_secret);
  const values = new Map([...found, ...source.values]);
  return {
    config: configWith(source, found),
    secrets: [values.get(CLIENT_SECRET_PLACEHOLDER) ?? ''].filter((secret) => secret !== ''),
  };
}

function configWith(
  { tenantFile, values, variablesFile }: ConfigSource,
  found: PlaceholderValues,
): TenantConfig {
  const planted = MADE_BY_THE_DEPLOY.find((name) => (values.get(name) ?? '') !== '');
  if (planted !== undefined) throw variableNotTaken(planted, variablesFile);
  const standIns = OWN_PLACEHOLDERS.map((name): [string, string] => [name, KNOWN_LATER]);
  return validateTenantConfig(
    tenantFile,
    resolvePlaceholders(tenantFile, new Map([...standIns, ...found, ...values]), variablesFile),
  );
}

/** A key that somebody set would be one that somebody knows. */
const variableNotTaken = (name: string, variablesFile: string | undefined): Problem =>
  new Problem({
    code: 'VARIABLE_NOT_TAKEN',
    message: `${name} is set, and the deploy makes this key itself: it takes none that somebody may know.`,
    place: variablePlace(name, variablesFile),
  });

/** Whether something that is about to be sent still misses a value of the Actions' own client. */
export const needsMore = (assets: unknown): boolean =>
  JSON.stringify(assets).includes(JSON.stringify(KNOWN_LATER).slice(1, -1));

/** @throws never; gives the problem. */
export const managementSecretProblem = (tenantFile: TenantFile): Problem => {
  const use = placeholdersIn(tenantFile).find(({ name }) => name === CLIENT_SECRET_PLACEHOLDER);
  return new Problem({
    code: 'MANAGEMENT_CLIENT_SECRET',
    message: 'The secret of the client that the Actions use cannot be read from the tenant.',
    place: {
      file: tenantFile.file,
      ...(use === undefined ? {} : { line: use.line }),
      key: CLIENT_SECRET_PLACEHOLDER,
    },
    remedy: `Grant the deploy client the scope read:client_keys, or set ${OWN_PLACEHOLDERS.join(' and ')}.`,
  });
};
