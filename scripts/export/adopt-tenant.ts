import { isCollection, isMap, isScalar, isSeq } from 'yaml';
import type { Document, ParsedNode } from 'yaml';
import { isUrl } from '../base/is-url.ts';
import { recordOf, recordsOf, textOf } from '../base/json-values.ts';
import { Problem, Problems } from '../base/problem.ts';
import { checkSettings } from '../settings/check.ts';
import { checkTogether } from '../settings/check-together.ts';
import { settingValues } from '../settings/setting-values.ts';
import { SETTINGS } from '../settings/table.ts';
import { textOfDocument } from '../tenant-config/document-text.ts';
import { likeAMarker } from '../tenant-config/markers.ts';
import { placeholdersIn, resolvePlaceholders } from '../tenant-config/placeholders.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import type { TenantConfigInFile } from '../tenant-config/read-tenant-config.ts';
import { parseTenantFile } from '../tenant-config/read-tenant-file.ts';
import { DIDIT_CONNECTION } from '../tenant-config/tenant-config.ts';
import type { TenantConfig } from '../tenant-config/tenant-config.ts';
import { validateTenantConfig } from '../tenant-config/validate-tenant-config.ts';
import { ownClientNames } from '../tenant-access/complete-config.ts';
import type { ConnectionState, TenantState } from '../tenant-model/tenant-state.ts';
import { withOrganizations } from './adopt-organizations.ts';
import { exportTenantFile } from './export-tenant-file.ts';
import type { ExportProblem } from './export-writer.ts';

/** What is asked for beside what the tenant has. */
export interface AdoptAnswers {
  /** Stands before the name of each claim. */
  readonly namespace: string;
  /** Names of `require`, with commas between; `none` for no rule. */
  readonly require: string;
  readonly mode: 'report' | 'enforce' | 'off';
  /** Names of applications that a connection is enabled for that is made only now. */
  readonly applications: readonly string[];
}

export interface AdoptedFile {
  readonly text: string;
  /** Settings that a file cannot hold as the tenant has them. */
  readonly problems: readonly ExportProblem[];
  /** Claims of the file as it was that the connection's scopes never give. */
  readonly leftOut: readonly string[];
}

/** Lists of which an adopted file keeps what our Actions need, and the samples go. */
const EMPTIED = [['actions'], ['triggers', 'post-login'], ['clientGrants']] as const;

/**
 * The repository's `tenant.yaml` and a tenant as one file: the connection and its applications as the tenant has them, our
 * Actions and what they need, organizations, and the rules that were asked for. The samples go. Comments and placeholders stay.
 *
 * @param read The file as it is in the repository.
 * @param connection As it is called on the tenant, or will be.
 * @param state With that connection, if there is one, and with the organizations that are to be listed.
 * @param values For the placeholders.
 * @throws {Problems} as `checkKept`; as `validateTenantConfig`, where the answers and the tenant contradict each other.
 */
export function adoptTenant(
  read: TenantConfigInFile,
  connection: string,
  state: TenantState,
  values: PlaceholderValues,
  answers: AdoptAnswers,
): AdoptedFile {
  const { tenantFile } = read;
  const existing = state.connections.find(({ name }) => name === connection);
  checkKept(tenantFile.file, connection, existing?.metadata ?? {}, answers.applications);
  const seed = parseTenantFile(seedText(read, connection, state), tenantFile.file);
  const known = new Map([
    ...placeholdersIn(seed).map(({ name }): [string, string] => [name, `known-later-${name}`]),
    ...values,
    ...(existing === undefined ? [] : valuesOf(existing)),
  ]);
  const config = validateTenantConfig(seed, resolvePlaceholders(seed, known));
  const exported = exportTenantFile(seed, config, state, known, () => undefined);
  const { document } = parseTenantFile(exported.text, tenantFile.file);
  if (existing === undefined) enable(document, state, answers.applications);
  putBack(document, read, connection);
  const leftOut = writeSettings(document, read, existing, answers);
  readable(document);
  const adopted = parseTenantFile(textOfDocument(document), tenantFile.file);
  validateTenantConfig(adopted, adopted.data);
  const problems = [...exported.problems];
  const organizations = state.organizations ?? [];
  const text = withOrganizations(adopted.text, tenantFile.file, organizations, known, problems);
  return { text, problems, leftOut };
}

/**
 * Our settings of the connection stay as they are, since they are somebody's decision, and so do names. What no file can hold has
 * to be corrected on the tenant first.
 *
 * @throws {Problems} `PLACEHOLDER_ON_TENANT`, `SETTING_INVALID`.
 */
function checkKept(
  file: string,
  connection: string,
  metadata: ConnectionState['metadata'],
  applications: readonly string[],
): void {
  const kept = Object.entries(metadata).filter(([key]) => SETTINGS.some((known) => known.key === key));
  const remedy = 'Correct it on the tenant, then run this again.';
  const place = (key: string) => ({ file, key: `connections.${connection}.${key}` });
  const texts = [
    ...kept.map(([key, text]) => [`metadata.${key}`, text] as const),
    ...applications.map((name) => ['enabled_clients', name] as const),
  ];
  Problems.throwIfAny([
    ...texts.flatMap(([key, text]) => {
      const marker = likeAMarker(text);
      const message = `The tenant has the text ${marker ?? ''} there. In a file it would be a placeholder.`;
      return marker === undefined
        ? []
        : [new Problem({ code: 'PLACEHOLDER_ON_TENANT', message, place: place(key), remedy })];
    }),
    ...checkSettings('connection', Object.fromEntries(kept)).map(({ key, setting, wrong }) => {
      const what = setting === undefined ? key : `${setting} of ${key}`;
      const message = `A file cannot hold what the tenant has there: ${what}: ${wrong}.`;
      return new Problem({ code: 'SETTING_INVALID', message, place: place(`metadata.${key}`), remedy });
    }),
  ]);
}

/** The connection, and the applications that the tenant has, with what it says of them to come. */
function seedText(
  { tenantFile, config }: TenantConfigInFile,
  name: string,
  { clients, connections }: TenantState,
): string {
  const isThere = connections.some((connection) => connection.name === name);
  const document = tenantFile.document.clone();
  const connection = ['connections', 0];
  config.connections.slice(1).forEach(() => document.deleteIn(['connections', 1]));
  document.setIn([...connection, 'name'], name);
  document.deleteIn([...connection, 'enabled_clients']);
  if (isThere) for (const { key } of SETTINGS) document.deleteIn([...connection, 'metadata', key]);
  for (const path of EMPTIED) document.setIn(path, document.createNode([]));
  const listed = document.getIn(['clients'], true);
  if (isSeq(listed))
    listed.items = listed.items.filter((item) => clients.some((client) => client.name === nameOf(item)));
  return textOfDocument(document);
}

const nameOf = (item: unknown): string => (isMap(item) ? textOf(item.get('name')) : '');

/** What stands behind placeholders of ours on a tenant that they were not deployed to: they stay placeholders. */
const valuesOf = ({ options }: ConnectionState): readonly (readonly [string, string])[] =>
  [
    ['DIDIT_CLIENT_ID', textOf(options['client_id'])] as const,
    ['DIDIT_FETCH_USER_PROFILE', textOf(recordOf(options['scripts'])['fetchUserProfile'])] as const,
  ].filter(([, value]) => value !== '');

/** A connection that is new has the applications that were asked for, as the tenant has them. */
function enable(document: Document<ParsedNode>, { clients }: TenantState, names: readonly string[]): void {
  if (names.length === 0) return;
  document.setIn(['connections', 0, 'enabled_clients'], document.createNode(names));
  for (const name of names) {
    const type = clients.find((client) => client.name === name)?.settings['app_type'];
    document.addIn(['clients'], document.createNode({ name, ...(type == null ? {} : { app_type: type }) }));
  }
}

/** Our Actions with their bindings, the client that they use and its grants: all that is no sample. */
function putBack(document: Document<ParsedNode>, read: TenantConfigInFile, connection: string): void {
  const { tenantFile, config } = read;
  const before = tenantFile.document.clone();
  for (const [index, { secrets = [] }] of config.actions.entries())
    for (const [position, { name }] of secrets.entries())
      if (name === DIDIT_CONNECTION)
        before.setIn(['actions', index, 'secrets', position, 'value'], connection);
  for (const path of [['actions'], ['triggers', 'post-login'], ['clientGrants']])
    document.setIn(path, before.getIn(path, true));
  const used = new Set([
    ...config.clientGrants.map(({ client_id }) => client_id),
    ...ownClientNames(config, '##AUTH0_DOMAIN##'),
  ]);
  enableOwn(document, config, used);
  const clients = before.getIn(['clients'], true);
  const adopted = document.getIn(['clients'], true);
  if (!isSeq(clients) || !isSeq(adopted)) return;
  const isOurs = (item: unknown): boolean => used.has(nameOf(item));
  // The list of before: the comment above its first item is its own.
  clients.items = [...clients.items.filter(isOurs), ...adopted.items.filter((item) => !isOurs(item))];
  document.setIn(['clients'], clients);
  const servers = document.getIn(['resourceServers'], true);
  if (isSeq(servers) && servers.items.length === 0) document.deleteIn(['resourceServers']);
}

/** A client that our Actions sign people in with stays enabled. */
function enableOwn(
  document: Document<ParsedNode>,
  { connections }: TenantConfig,
  own: ReadonlySet<string>,
): void {
  const path = ['connections', 0, 'enabled_clients'];
  const enabled = document.getIn(path, true);
  const there: readonly unknown[] = isSeq(enabled) ? enabled.toJSON() : [];
  for (const name of connections[0]?.enabled_clients ?? []) {
    if (!own.has(name) || there.includes(name)) continue;
    if (document.hasIn(path)) document.addIn(path, name);
    else document.setIn(path, document.createNode([name]));
  }
}

/** @returns Claims that were left out. */
function writeSettings(
  document: Document<ParsedNode>,
  { config }: TenantConfigInFile,
  existing: ConnectionState | undefined,
  { namespace, require, mode }: AdoptAnswers,
): readonly string[] {
  const before = config.connections[0]?.metadata ?? {};
  const [adopted] = recordsOf(recordOf(document.toJS({ maxAliasCount: -1 }))['connections']);
  const options = recordOf(adopted?.['options']);
  const scopes = [options['scope']]
    .flat()
    .join(' ')
    .split(/[\s,]+/);
  const sync = existing?.metadata['didit_sync'] ?? before['didit_sync'] ?? 'mode=on';
  const tokens = (['id_token', 'access_token'] as const).map((token) => {
    const wanted = (settingValues('didit_claims', before['didit_claims'] ?? '')?.get(token) ?? 'none').split(
      ',',
    );
    const isGiven = (claim: string): boolean =>
      checkTogether({
        connection: {
          didit_claims: `namespace=https://example.com/ id_token=${claim} access_token=none`,
          didit_sync: sync,
        },
        client: {},
        scopes,
      }).length === 0;
    return { token, given: wanted.filter(isGiven), leftOut: wanted.filter((claim) => !isGiven(claim)) };
  });
  const claims = tokens.map(({ token, given }) => `${token}=${given.join(',') || 'none'}`).join(' ');
  const wanted = {
    didit_policy: `mode=${mode}${require === 'none' ? '' : ` require=${require}`} on_unavailable=deny`,
    didit_claims: `namespace=${namespace} ${claims}`,
    didit_sync: sync,
  };
  // What the tenant has already is kept: it is somebody's decision.
  for (const [key, text] of Object.entries(wanted))
    document.setIn(['connections', 0, 'metadata', key], existing?.metadata[key] ?? text);
  return existing?.metadata['didit_claims'] === undefined
    ? [...new Set(tokens.flatMap(({ leftOut }) => leftOut))]
    : [];
}

/** A list or mapping that was empty for a while would be written on one line, and what is new in a mapping stands at its end. */
function readable(document: Document<ParsedNode>): void {
  const connection = document.getIn(['connections', 0], true);
  const clients = document.getIn(['clients'], true);
  if (!isMap(connection) || !isSeq(clients)) return;
  const isKey =
    (wanted: string) =>
    ({ key }: { readonly key: unknown }): boolean =>
      isScalar(key) && key.value === wanted;
  const enabled = connection.items.findIndex(isKey('enabled_clients'));
  const pairs = connection.items.splice(enabled, enabled === -1 ? 0 : 1);
  connection.items.splice(connection.items.findIndex(isKey('metadata')), 0, ...pairs);
  for (const node of [connection.get('metadata', true), ...pairs.map(({ value }) => value)]) inLines(node);
  for (const [index, client] of clients.items.entries()) {
    if (!isMap(client)) continue;
    client.spaceBefore = index > 0;
    inLines(client);
    for (const { value } of client.items) inLines(value);
  }
}

function inLines(node: unknown): void {
  if (isCollection(node) && node.items.length > 0) node.flow = false;
}

/** What to propose, and which questions a tenant has answered already. */
export interface AdoptProposal {
  readonly namespace: string | undefined;
  readonly require: string;
  readonly mode: AdoptAnswers['mode'];
  /** Whether the connection has rules and claims of ours: nothing is asked then. */
  readonly isAdopted: boolean;
}

/** A namespace that is the customer's own, and the mildest rule that the connection's scopes can answer. */
export function proposeAnswers(
  { connections }: TenantConfig,
  existing: ConnectionState | undefined,
  { clients }: Pick<TenantState, 'clients'>,
): AdoptProposal {
  const [connection] = connections;
  const namespace = settingValues('didit_claims', connection?.metadata?.['didit_claims'] ?? '')?.get(
    'namespace',
  );
  const hosts = clients
    .filter(({ client_id }) => existing?.enabledClients.includes(client_id))
    .flatMap(({ settings }) => [settings['callbacks']].flat())
    .flatMap((callback) => (typeof callback === 'string' && isUrl(callback) ? [new URL(callback)] : []))
    .filter(({ protocol, hostname }) => protocol === 'https:' && hostname.includes('.'));
  const [host] = hosts;
  const scopes = [existing?.options['scope'] ?? connection?.options['scope']]
    .flat()
    .join(' ')
    .split(/[\s,]+/);
  return {
    namespace:
      namespace?.includes('//example.com') === false ? namespace : host && `https://${host.hostname}/didit/`,
    require: scopes.includes('is_verified') ? 'verified' : 'none',
    mode: 'report',
    isAdopted: SETTINGS.every(({ key }) => key === 'didit_sync' || existing?.metadata[key] !== undefined),
  };
}

/** Whether a connection of the tenant leads to Didit: to the same hosts as the one of the file, or by its name. */
export function leadsToDidit(
  connection: { readonly name?: unknown; readonly options?: unknown },
  { connections: [ours] }: TenantConfig,
): boolean {
  const hostsOf = (options: unknown): readonly string[] =>
    ['authorizationURL', 'tokenURL'].flatMap((name) => {
      const url = recordOf(options)[name];
      return typeof url === 'string' && isUrl(url) ? [new URL(url).host] : [];
    });
  const theirs = hostsOf(connection.options);
  return connection.name === ours?.name || hostsOf(ours?.options).some((host) => theirs.includes(host));
}
