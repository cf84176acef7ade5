import { Problem } from '../base/problem.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import { MADE_BY_THE_DEPLOY, placeholdersIn, resolvePlaceholders } from '../tenant-config/placeholders.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
import { stepUpClientIn } from '../tenant-config/tenant-config.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { validateTenantConfig } from '../tenant-config/validate-tenant-config.ts';
import { clientNamed } from '../tenant-model/changes.ts';
import { withoutFormerNames } from '../tenant-model/renames.ts';
import { subjectTypeOf } from '../tenant-model/tenant-model.ts';
import type { TenantState } from '../tenant-model/tenant-state.ts';
import type { NotLookedAt } from './granted-scopes.ts';
import { variablePlace } from './target.ts';

/** What it takes to be told the secret of an application. */
export const READ_KEYS = 'read:client_keys';

/**
 * A client of the Actions' own: the placeholders of its id and its secret, and which of the file's clients it is, by its name.
 */
interface OwnClient {
  readonly id: string;
  readonly secret: string;
  readonly nameIn: (config: TenantConfig, domain: string) => string | undefined;
}

const OWN_CLIENTS: readonly OwnClient[] = [
  {
    id: 'AUTH0_MANAGEMENT_CLIENT_ID',
    secret: 'AUTH0_MANAGEMENT_CLIENT_SECRET',
    nameIn: (config, domain) =>
      config.clientGrants.find(
        (grant) =>
          grant.audience === `https://${domain}/api/v2/` &&
          subjectTypeOf({ ...grant }) === 'client' &&
          grant.client_id !== stepUpClientIn(config, domain),
      )?.client_id,
  },
  { id: 'DIDIT_STEP_UP_CLIENT_ID', secret: 'DIDIT_STEP_UP_CLIENT_SECRET', nameIn: stepUpClientIn },
];

/** Placeholders that the deploy itself can fill in once the clients of the Actions exist. */
export const OWN_PLACEHOLDERS: readonly string[] = OWN_CLIENTS.flatMap(({ id, secret }) => [id, secret]);

/**
 * Names of the clients that the Actions of a file use.
 *
 * @param domain As the file has it: the placeholder, where it is not filled in.
 */
export const ownClientNames = (config: TenantConfig, domain: string): readonly string[] =>
  OWN_CLIENTS.flatMap(({ nameIn }) => nameIn(config, domain) ?? []);

/** Whether somebody has said which clients the Actions of a file use: then the tenant is not asked for a secret. */
export const hasOwnClients = ({ tenantFile, values }: ConfigSource): boolean =>
  placeholdersIn(tenantFile).every(
    ({ name }) => !OWN_PLACEHOLDERS.includes(name) || (values.get(name) ?? '') !== '',
  );

/** Stands where a value of the deploy's own will be. Never sent: `missingOwn` finds it. */
const knownLater = (name: string): string => `known-later ${name}`;

/** Whether a value is not known so far: the tenant does not tell it, or has yet to make it. */
export const isKnownLater = (value: string): boolean =>
  OWN_PLACEHOLDERS.some((name) => value === knownLater(name));

export interface ConfigSource {
  readonly tenantFile: TenantFile;
  /** From the environment, the target and the build. Those of the Actions' own clients may be missing. */
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

/**
 * The same with what the tenant knows: the ids and the secrets of the Actions' own clients, as far as they can be read; and which
 * cannot.
 */
export function completeConfig(
  source: ConfigSource,
  state: Pick<TenantState, 'clients'>,
): {
  readonly config: TenantConfig;
  readonly secrets: readonly string[];
  readonly notLookedAt: readonly NotLookedAt[];
} {
  const domain = source.values.get('AUTH0_DOMAIN') ?? '';
  const prepared = prepareConfig(source);
  const isGiven = (name: string): boolean => (source.values.get(name) ?? '') !== '';
  const named = new Set(placeholdersIn(source.tenantFile).map(({ name }) => name));
  const notLookedAt: NotLookedAt[] = [];
  const found = new Map(
    OWN_CLIENTS.flatMap(({ id, secret, nameIn }): [string, string][] => {
      const name = nameIn(prepared, domain);
      const client = name === undefined ? undefined : clientNamed(state, name);
      if (client === undefined) return [];
      const { client_id: clientId, client_secret: clientSecret } = client;
      if (clientSecret === undefined && named.has(secret) && !isGiven(secret))
        notLookedAt.push({ what: `the secret of application "${client.name}"`, scopes: [READ_KEYS] });
      return clientSecret === undefined
        ? [[id, clientId]]
        : [
            [id, clientId],
            [secret, clientSecret],
          ];
    }),
  );
  const values = new Map([...found, ...source.values]);
  return {
    config: withoutFormerNames(configWith(source, found)),
    secrets: OWN_CLIENTS.map(({ secret }) => values.get(secret) ?? '').filter((secret) => secret !== ''),
    notLookedAt,
  };
}

function configWith(
  { tenantFile, values, variablesFile }: ConfigSource,
  found: PlaceholderValues,
): TenantConfig {
  const planted = MADE_BY_THE_DEPLOY.find((name) => (values.get(name) ?? '') !== '');
  if (planted !== undefined) throw variableNotTaken(planted, variablesFile);
  const standIns = OWN_PLACEHOLDERS.map((name): [string, string] => [name, knownLater(name)]);
  return validateTenantConfig(
    tenantFile,
    resolvePlaceholders(tenantFile, new Map([...standIns, ...found, ...values]), variablesFile),
    values.get('AUTH0_DOMAIN'),
  );
}

/** A key that somebody set would be one that somebody knows. */
const variableNotTaken = (name: string, variablesFile: string | undefined): Problem =>
  new Problem({
    code: 'VARIABLE_NOT_TAKEN',
    message: `${name} is set, and the deploy makes this key itself: it takes none that somebody may know.`,
    place: variablePlace(name, variablesFile),
  });

/** A placeholder of one of the Actions' own clients that something about to be sent still misses the value of. */
export const missingOwn = (assets: unknown): string | undefined => {
  const text = JSON.stringify(assets);
  return OWN_PLACEHOLDERS.find((name) => text.includes(JSON.stringify(knownLater(name))));
};

/** Where a secret of one of the Actions' own clients is missing: what the tenant has not given. */
export function ownSecretProblem(tenantFile: TenantFile, key: string): Problem {
  const use = placeholdersIn(tenantFile).find(({ name }) => name === key);
  return new Problem({
    code: 'MANAGEMENT_CLIENT_SECRET',
    message: 'The secret of a client that the Actions use cannot be read from the tenant.',
    place: { file: tenantFile.file, ...(use === undefined ? {} : { line: use.line }), key },
    remedy: `Grant the deploy client the scope read:client_keys, or set ${pairOf(key).join(' and ')}.`,
  });
}

const pairOf = (name: string): readonly string[] =>
  OWN_CLIENTS.map(({ id, secret }) => [id, secret]).find((pair) => pair.includes(name)) ?? [name];
