import { isDeepStrictEqual } from 'node:util';
import type { Document, ParsedNode } from 'yaml';
import { textOfDocument } from '../tenant-config/document-text.ts';
import type { Path } from '../tenant-config/finding.ts';
import { placeholdersIn, VARIABLES } from '../tenant-config/placeholders.ts';
import { DOCUMENTED_VARIABLES } from '../secrets/variables.ts';
import type { PlaceholderValues } from '../tenant-config/placeholders.ts';
import type { TenantFile } from '../tenant-config/read-tenant-file.ts';
import { refreshTokensOf, serviceDefaultAt } from '../auth0/service-defaults.ts';
import { DIDIT_CONNECTION } from '../tenant-config/tenant-config.ts';
import type { ActionConfig, ConnectionConfig, TenantConfig } from '../tenant-config/tenant-config.ts';
import { connectionSettings } from '../tenant-model/resource-fields.ts';
import { clientNamed, grantIn, currentName, sameDependencies } from '../tenant-model/changes.ts';
import { unmentionedOptions } from '../tenant-model/connection-update.ts';
import { flowOf } from '../tenant-model/tenant-model.ts';
import { enabledApplications, unnameable } from './export-applications.ts';
import type { EnabledApplications } from './export-applications.ts';
import { newSecrets } from './export-secrets.ts';
import type { NewSecret } from './export-secrets.ts';
import { exportWriter } from './export-writer.ts';
import type { ExportProblem, ExportWriter } from './export-writer.ts';
import { recordOf, without } from '../base/json-values.ts';
import { sameScopes, sameToTheService } from '../tenant-model/same-meaning.ts';
import type { SettingName } from './setting-names.ts';
import type {
  ActionContent,
  ActionState,
  ConnectionState,
  TenantState,
} from '../tenant-model/tenant-state.ts';

export interface ExportSource {
  readonly tenantFile: TenantFile;
  /** With its placeholders filled in. */
  readonly config: TenantConfig;
  readonly state: TenantState;
  /** What the placeholders were filled in with. */
  readonly values: PlaceholderValues;
  readonly codeOf: (actionName: string) => string | undefined;
}

export interface WrittenTenant {
  readonly text: string;
  readonly codeFiles: ReadonlyMap<string, string>;
  readonly keptConnections: readonly string[];
  readonly newSecrets: readonly NewSecret[];
  readonly problems: readonly ExportProblem[];
}

/** Where the code of an Action goes that differs from the built one. */
const CODE_FOLDER = 'exported-actions';

/**
 * The file with the tenant's values in it, whether they are valid there or not.
 *
 * @param refused Settings that stay as they were in the file, or out of it.
 */
export function writeTenant(source: ExportSource, refused: readonly SettingName[]): WrittenTenant {
  const { tenantFile, config, state, values } = source;
  const document = tenantFile.document.clone();
  const told = state.connections.flatMap(({ client_secret: secret }) => secret ?? []);
  const write = exportWriter(document, tenantFile, values, config, refused, told);
  const codeFiles = new Map<string, string>();
  const applications = enabledApplications(config, state, write, refused);

  const { kept, problems } = writeConnections(source, document, write, applications);
  const secrets = writeActions(source, document, write, codeFiles);
  writeBindings(source, write);
  writeGrants(source, write);
  writeApplications(source, write);
  writeApis(source, write);
  writeOrganizations(source, write);
  for (const application of applications.added) document.addIn(['clients'], document.createNode(application));
  return {
    text: textOfDocument(document),
    codeFiles,
    keptConnections: kept,
    newSecrets: secrets,
    problems: [...write.problems, ...problems],
  };
}

/** A list with positions, from its end: taking one out does not move the ones that follow. */
const fromTheEnd = <Item>(items: readonly Item[]): readonly (readonly [number, Item])[] =>
  [...items.entries()].reverse();

function writeConnections(
  { config, state, tenantFile }: ExportSource,
  document: Document<ParsedNode>,
  write: ExportWriter,
  applications: EnabledApplications,
): { readonly kept: readonly string[]; readonly problems: readonly ExportProblem[] } {
  const isOnTenant = (name: string): boolean => clientNamed(state, name) !== undefined;
  const kept: string[] = [];
  const problems: ExportProblem[] = [];
  for (const [index, connection] of fromTheEnd(config.connections)) {
    const path: Path = ['connections', index];
    const existing = state.connections.find(({ name }) => name === connection.name);
    if (existing !== undefined) {
      writeConnection(path, connection, existing, write);
      const names = existing.enabledClients.map(
        (id) => state.clients.find((client) => client.client_id === id)?.name ?? id,
      );
      const isRefused = write.isRefused([...path, 'enabled_clients']);
      if (applications.canName(existing.enabledClients) && !isRefused)
        write.enabled(path, connection.enabled_clients, names);
      else if (!write.isRefused(path)) {
        // Not as the file had it: without the key, nobody is shut out who gets in now.
        document.deleteIn([...path, 'enabled_clients']);
        if (!isRefused) problems.push(unnameable(tenantFile.file, connection.name));
      }
    } else if (isNeeded(connection, config, state)) {
      kept.unshift(connection.name);
      write.enabled(path, connection.enabled_clients, connection.enabled_clients?.filter(isOnTenant));
    } else write.removed(path);
  }
  return { kept, problems };
}

/** Whether a file without the connection would be none: it has to have one, and Actions name theirs. */
const isNeeded = ({ name }: ConnectionConfig, config: TenantConfig, state: TenantState): boolean =>
  state.connections.length === 0 ||
  config.actions.some(
    (action) =>
      deployedAs(action, state) !== undefined &&
      action.secrets?.some((secret) => secret.name === DIDIT_CONNECTION && secret.value === name),
  );

function writeConnection(
  path: Path,
  { name, options, metadata = {}, ...connection }: ConnectionConfig,
  existing: ConnectionState,
  write: ExportWriter,
): void {
  const resource = { kind: 'connection', name } as const;
  const fields = without(connection, ['strategy', 'enabled_clients']);
  write.changed(path, fields, existing.settings, resource);
  write.all([...path, 'metadata'], metadata, existing.metadata);
  // The file names where the secret comes from, whatever the tenant has.
  for (const [option, value] of Object.entries(without(options, ['client_secret']))) {
    const now = existing.options[option];
    const setting = `options.${option}`;
    const isSame =
      option === 'scope' ? sameScopes(value, now) : sameToTheService(resource, setting, value, now);
    if (!isSame) write.value([...path, 'options', option], now ?? serviceDefaultAt(resource, setting));
  }
  for (const option of unmentionedOptions(options, existing.options))
    write.value([...path, 'options', option], existing.options[option]);
}

const actionNamed = (name: string, { actions }: TenantState): ActionState | undefined =>
  actions.find((action) => action.name === name);

const deployedAs = ({ name }: ActionConfig, state: TenantState): ActionContent | undefined =>
  actionNamed(name, state)?.deployed;

/** Names with nothing but other letters than a file's name has here come to the same, and some disks take `A.js` for `a.js`. */
function codeFileOf(name: string, taken: ReadonlyMap<string, string>): string {
  const start = `${CODE_FOLDER}/${name.replaceAll(/[^\w-]/g, '_')}`;
  const isTaken = (file: string): boolean =>
    [...taken.keys()].some((other) => other.toLowerCase() === file.toLowerCase());
  let file = `${start}.js`;
  for (let number = 2; isTaken(file); number += 1) file = `${start}-${number}.js`;
  return file;
}

/** @returns Secrets that the file did not list. */
function writeActions(
  { config, state, tenantFile, codeOf }: ExportSource,
  document: Document<ParsedNode>,
  write: ExportWriter,
  codeFiles: Map<string, string>,
): readonly NewSecret[] {
  const taken = new Set(placeholdersIn(tenantFile).map(({ name }) => name));
  const found: NewSecret[] = [];
  for (const [index, action] of fromTheEnd(config.actions)) {
    const path: Path = ['actions', index];
    const runs = deployedAs(action, state);
    if (runs === undefined) {
      write.removed(path);
      continue;
    }
    // Somebody may have written into it what belongs into a secret.
    if (runs.code !== codeOf(action.name) && write.isPublic([...path, 'code'], runs.code)) {
      const file = codeFileOf(action.name, codeFiles);
      codeFiles.set(file, runs.code);
      write.value([...path, 'code'], file);
    }
    const { runtime, supported_triggers } = action;
    const supportedTriggers = actionNamed(action.name, state)?.supportedTriggers;
    write.changed(
      path,
      { runtime, supported_triggers },
      { runtime: runs.runtime, supported_triggers: supportedTriggers },
    );
    if (!sameDependencies(action.dependencies ?? [], runs.dependencies))
      write.value([...path, 'dependencies'], runs.dependencies);
    found.unshift(...writeSecrets(path, action, runs, document, write, taken));
  }
  return found;
}

/** Only names can be compared. An entry that the tenant has a secret for stays as it is. */
function writeSecrets(
  action: Path,
  { name, secrets = [] }: ActionConfig,
  runs: ActionContent,
  document: Document<ParsedNode>,
  write: ExportWriter,
  taken: ReadonlySet<string>,
): readonly NewSecret[] {
  const path: Path = [...action, 'secrets'];
  if (write.isRefused(path)) return [];
  const names = runs.secrets.map((secret) => secret.name);
  for (const [index, secret] of fromTheEnd(secrets)) {
    if (!names.includes(secret.name)) document.deleteIn([...path, index]);
  }
  const listed = secrets.map((secret) => secret.name);
  const added = newSecrets(name, listed, names, taken).filter((secret) =>
    write.canStand(action, secret.name),
  );
  for (const secret of added) {
    const entry = { name: secret.name, value: `##${secret.variable}##` };
    if (document.hasIn(path)) document.addIn(path, document.createNode(entry));
    else document.setIn(path, document.createNode([entry]));
    if (!DOCUMENTED_VARIABLES.has(secret.variable) && !document.hasIn([VARIABLES, secret.variable]))
      document.setIn([VARIABLES, secret.variable], 'secret');
  }
  return added;
}

function writeBindings({ config, state }: ExportSource, write: ExportWriter): void {
  const path: Path = ['triggers', 'post-login'];
  const listed = new Set(
    config.actions.filter((action) => deployedAs(action, state) !== undefined).map(({ name }) => name),
  );
  const bound = state.bindings.filter(({ action_name }) => listed.has(action_name));
  if (isDeepStrictEqual(flowOf(bound), flowOf(config.triggers['post-login']))) return;
  write.value(
    path,
    bound.map(({ action_name, display_name = '' }) => ({
      action_name,
      // The binding has to be there all the same: what it calls itself is no reason to bind another list.
      ...(display_name !== '' && write.canStand(path, display_name) ? { display_name } : {}),
    })),
  );
}

function writeGrants({ config, state }: ExportSource, write: ExportWriter): void {
  for (const [index, grant] of fromTheEnd(config.clientGrants)) {
    const path: Path = ['clientGrants', index];
    const existing = grantIn(state, grant);
    if (existing === undefined) write.removed(path);
    else
      write.changed(
        path,
        // A file cannot hold that it has all scopes, and the export says so.
        without({ allow_all_scopes: false, ...grant }, ['client_id', 'audience', 'subject_type']),
        { ...existing.settings, scope: existing.scope },
        { kind: 'grant', name: '' },
      );
  }
}

function writeApplications({ config, state }: ExportSource, write: ExportWriter): void {
  for (const [index, { name, client_metadata = {}, ...fields }] of fromTheEnd(config.clients)) {
    const path: Path = ['clients', index];
    const existing = clientNamed(state, name)?.settings;
    if (existing === undefined) {
      write.removed(path);
      continue;
    }
    const refreshTokens = refreshTokensOf(existing);
    // A file may call a setting by its old name.
    const now = Object.fromEntries(Object.keys(fields).map((field) => [field, existing[currentName(field)]]));
    write.changed(path, fields, now, { kind: 'application', name, refreshTokens });
    write.all([...path, 'client_metadata'], client_metadata, recordOf(existing['client_metadata']));
  }
}

function writeApis({ config, state }: ExportSource, write: ExportWriter): void {
  for (const [index, { identifier, ...fields }] of fromTheEnd(config.resourceServers ?? [])) {
    const path: Path = ['resourceServers', index];
    const existing = state.resourceServers.find((server) => server.identifier === identifier);
    if (existing === undefined) write.removed(path);
    else write.changed(path, fields, existing.settings, { kind: 'API', name: identifier });
  }
}

function writeOrganizations({ config, state }: ExportSource, write: ExportWriter): void {
  // What nobody has looked for is not known to be gone.
  if (state.organizations === undefined) return;
  for (const [index, organization] of fromTheEnd(config.organizations ?? [])) {
    const { name, metadata = {}, connections: listed = [], ...fields } = organization;
    const path: Path = ['organizations', index];
    const existing = state.organizations.find((found) => found.name === name);
    if (existing === undefined) {
      write.removed(path);
      continue;
    }
    // In the order of the file: it means nothing.
    const inOrder = existing.connections.toSorted(
      (one, other) => placeIn(listed, one.name) - placeIn(listed, other.name),
    );
    const wanted = organization.connections === undefined ? fields : { ...fields, connections: listed };
    const now = { ...existing.settings, connections: inOrder.map(connectionSettings) };
    write.changed(path, wanted, now, { kind: 'organization', name });
    write.all([...path, 'metadata'], metadata, recordOf(existing.settings['metadata']));
  }
}

function placeIn(list: readonly { readonly name: string }[], name: string): number {
  const index = list.findIndex((item) => item.name === name);
  return index === -1 ? list.length : index;
}
