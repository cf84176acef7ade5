import { codeOf } from '../bundle/built-code.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { continueAddress, stepUpClientIn } from '../tenant-config/tenant-config.ts';
import type { ClientGrantConfig, TenantConfig } from '../tenant-config/tenant-config.ts';
import { markersIn } from '../tenant-config/markers.ts';
import { flatten } from './flatten.ts';
import { resourceFields } from './resource-fields.ts';
import type { FieldOptions, RawResource } from './resource-fields.ts';
import { flowOf, grantName } from './tenant-model.ts';
import type { Resource, ResourceKind, TenantModel } from './tenant-model.ts';

const BUILT_PROFILE_SCRIPT = '@@DIDIT_FETCH_USER_PROFILE@@';

/**
 * What a configuration asks for.
 *
 * @param config With its placeholders filled in, or as it is written.
 * @param written The same as it is written: it tells where secrets come from. Default: `config`, whose placeholders then stand
 *   for themselves.
 * @param domain Of the tenant. Default: nobody knows it, and it is where its placeholder is.
 */
export function modelFromConfig(
  config: TenantConfig,
  bundles: readonly Bundle[],
  written: TenantConfig = config,
  domain = '##AUTH0_DOMAIN##',
): TenantModel {
  const stepUp = stepUpClientIn(config, domain);
  const resource = (kind: ResourceKind, name: string, raw: RawResource, source: unknown): Resource => ({
    kind,
    name,
    fields: resourceFields(kind, raw, { secretFrom: placeholdersOf(source) }),
  });
  const builtCode = codeOf(bundles);
  return {
    resources: [
      ...config.connections.map((connection, index) =>
        resource(
          'connection',
          connection.name,
          { ...connection, options: withBuiltScript(connection.options, bundles) },
          written.connections[index],
        ),
      ),
      ...config.actions.map((action, index) =>
        resource(
          'Action',
          action.name,
          // What an Action does not mention it does not have: the deploy sends both lists whole.
          { dependencies: [], secrets: [], ...action, code: builtCode(action.name) },
          written.actions[index],
        ),
      ),
      ...config.clients.map((client, index) =>
        resource('application', client.name, { ...client }, written.clients[index]),
      ),
      ...config.clientGrants.map((grant, index) =>
        resource('grant', grantNameOf(grant), { ...grant }, written.clientGrants[index]),
      ),
      ...(config.resourceServers ?? []).map((server, index) =>
        resource('API', server.identifier, { ...server }, written.resourceServers?.[index]),
      ),
      ...(config.organizations ?? []).map((organization, index) =>
        resource('organization', organization.name, { ...organization }, written.organizations?.[index]),
      ),
    ],
    flow: flowOf(config.triggers['post-login']),
    stepUp: {
      callback: continueAddress(domain),
      ...(stepUp === undefined ? {} : { application: stepUp }),
    },
    names: new Map(
      config.actions.flatMap(({ name, code }) => {
        const [, released] = BUILT_ACTION.exec(code) ?? [];
        return released === undefined ? [] : [[released, name]];
      }),
    ),
  };
}

/**
 * The placeholders of each secret of a resource. That it is a secret follows from where it stands: a secret's placeholder stands
 * nowhere else (`secrets/secret-sinks.ts`).
 *
 * @param source A resource of `tenant.yaml` as it is written.
 */
function placeholdersOf(source: unknown): FieldOptions['secretFrom'] {
  const written = new Map(flatten(source, '', { isSecret: () => false }));
  return (path) => {
    const field = written.get(path);
    const text = field?.kind === 'set' ? field.items.join(' ') : field?.kind === 'value' ? field.value : '';
    const found = markersIn(String(text));
    return found.length === 0 ? undefined : found.map(({ written }) => written).join(' ');
  };
}

/** What the build makes of `actions/NAME.ts`. */
const BUILT_ACTION = /^(?:\.\/)?dist\/actions\/([^/]+)\.js$/;

export const grantNameOf = (grant: ClientGrantConfig): string =>
  grantName(grant.client_id, grant.audience, { ...grant });

/** What the build fills in is no value of a person's: it is there whether the other placeholders are filled in or not. */
function withBuiltScript(
  options: TenantConfig['connections'][number]['options'],
  bundles: readonly Bundle[],
): RawResource {
  const script = bundles.find(({ target }) => target.kind === 'connection-script')?.code;
  return script !== undefined && options.scripts.fetchUserProfile === BUILT_PROFILE_SCRIPT
    ? { ...options, scripts: { ...options.scripts, fetchUserProfile: script } }
    : options;
}
