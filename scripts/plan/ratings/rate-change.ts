import { isUrl } from '../../base/is-url.ts';
import type { FieldChange, ModelPair } from '../../tenant-model/diff/change.ts';
import { markersIn, replaceMarkers } from '../../tenant-config/markers.ts';
import { CONTINUE_ADDRESS } from '../../tenant-config/tenant-config.ts';
import { changeVerb } from '../change-verb.ts';
import { isStepUp, itemsAt, resourceIn, textAt } from '../../tenant-model/tenant-model.ts';
import type { Resource, TenantModel } from '../../tenant-model/tenant-model.ts';
import type { PlanTarget } from '../plan.ts';
import { otherHosts, rateAction } from './rate-action.ts';
import { hideUserInfo } from '../../secrets/secret-in-url.ts';
import { originIn, rateConnection, rateNoNewUsers, rateOffPkce } from './rate-connection.ts';
import { rateSetting, wider } from './rate-setting.ts';
import type { Sides } from './rate-setting.ts';
import { rated } from './security-codes.ts';
import type { SecurityRating } from './security-codes.ts';
import { NEW_APPLICATION } from './weaker-settings.ts';

/**
 * What a security reviewer has to know of one change. What a tenant keeps does not change.
 *
 * @param target What is compared: a tenant with what it will be, or two files. Default: two files.
 */
export function rateChange(
  change: FieldChange,
  { after }: ModelPair,
  target: PlanTarget['kind'] = 'revision',
): readonly SecurityRating[] {
  const resource = resourceIn(after, change.kind, change.name);
  // No longer listed: a tenant keeps it.
  if (resource === undefined) return [];
  const stepUp = target === 'revision' ? mayBecomeStepUp(after, resource, change) : [];
  if (change.path === undefined) return [...rateNew(resource), ...rateName(resource.name), ...stepUp];
  if (changeVerb(change, resource, target) === 'unmanage') return [];
  // What `formerly` asks for: it stays what it is.
  if (change.path === 'name' && (change.kind === 'Action' || change.kind === 'application')) return [];
  switch (change.kind) {
    case 'connection':
      return rateConnection(resource, change.path, change);
    case 'Action':
      return rateAction(change.path, change);
    case 'application':
      return [...rateSetting(resource, change.path, change), ...stepUp];
    case 'API':
      return rateSetting(resource, change.path, change);
    case 'grant':
      return [...rateSetting(resource, change.path, change), ...fewerScopes(resource, change.path, change)];
    case 'organization':
      return [...rateSetting(resource, change.path, change), ...fewerConnections(change.path, change)];
  }
}

/**
 * Between two files, nobody knows which domain is the tenant's where somebody has written it out. An application that codes come
 * back to there may be the one that our Actions hold to no rules.
 */
function mayBecomeStepUp(
  model: TenantModel,
  resource: Resource,
  { kind, path = 'callbacks', before }: FieldChange,
): readonly SecurityRating[] {
  if (kind !== 'application' || path !== 'callbacks' || isStepUp(model, resource.name)) return [];
  return wider('rules_loosened', { before, after: resource.fields.get(path) })
    .filter(({ because }) => mayBeContinueAddress(because))
    .map(({ code, because }) =>
      rated(
        code,
        `if ${because} is at the tenant itself, our Actions may take it for their own step-up application`,
      ),
    );
}

/** What stands around the placeholders of an address says where it may lead. */
function mayBeContinueAddress(address: string): boolean {
  const pieces = replaceMarkers(address, () => '\n').split('\n');
  if (pieces.length === 1) return CONTINUE_ADDRESS.test(address);
  const [start = '', end = ''] = [pieces.at(0), pieces.at(-1)];
  const [isHost, path = ''] = /^https:\/\/[^/]*(\/.*)?$/.exec(start) ?? [];
  return (
    (isHost === undefined ? 'https://'.startsWith(start) : '/continue'.startsWith(path)) &&
    (end.endsWith('/continue') || '/continue'.endsWith(end))
  );
}

/** What our Actions can no longer ask the tenant for is an answer of Didit's that they do not get. */
const fewerScopes = (
  { name }: Resource,
  path: string,
  { before, after }: Sides,
): readonly SecurityRating[] =>
  path === 'scope' && MANAGEMENT_API.test(name)
    ? wider('evidence_reduced', { before: after, after: before }).map(({ code, because }) =>
        rated(code, `no longer ${because}`),
      )
    : [];

/** At the end of a grant's name, or before whom it is for. */
const MANAGEMENT_API = /\/api\/v2\/(?: |$)/;

/** Members of an organization sign in through what it lists. */
function fewerConnections(path: string, { before, after }: Sides): readonly SecurityRating[] {
  const isOff = after?.kind === 'value' && after.value === false;
  if (/^connections\..+\.is_enabled$/.test(path) && isOff)
    return [rated('application_disabled', `for its members: ${path} is false`)];
  if (path !== 'connections') return [];
  return wider('application_disabled', { before: after, after: before }).map(({ code, because }) =>
    rated(code, `for its members: ${because} is no longer among its connections`),
  );
}

/**
 * Between two files, nobody knows which name a placeholder comes to: it may be one that is there, with other settings. The
 * tenant's own domain is the same wherever it stands.
 */
const rateName = (name: string): readonly SecurityRating[] =>
  markersIn(name).some((marker) => marker.name !== 'AUTH0_DOMAIN')
    ? [rated('setting_not_judged', 'its name is filled in at the deploy, and may be one that is there')]
    : [];

function rateNew(resource: Resource): readonly SecurityRating[] {
  switch (resource.kind) {
    case 'connection':
      return [
        rated(
          'connection_added',
          endpointsOf(resource)
            .map(({ path, origin }) => `${path} ${hideUserInfo(origin)}`)
            .join(', '),
        ),
        ...hostsOfScripts(resource),
        ...rateOffPkce(resource.fields.get('options.pkce_enabled')),
        ...rateNoNewUsers(resource.fields.get('options.set_user_root_attributes')),
        ...itemsAt(resource, 'enabled_clients').map((name) => rated('application_enabled', name)),
        ...newSettings(resource, (path) => !LOOKED_AT_WITH_A_NEW_CONNECTION.test(path)),
      ];
    case 'Action':
      // What runs it and when is part of being new: the flow says whether logins run it.
      return [...resource.fields].flatMap(([path, field]) =>
        path === 'runtime' || path === 'supported_triggers'
          ? []
          : rateAction(path, { before: undefined, after: field }),
      );
    case 'grant': {
      const ratings = newSettings(resource, () => true);
      return ratings.length > 0 ? ratings : [rated('grant_scopes', 'a new grant, without scopes so far')];
    }
    case 'application':
      return [
        rated('application_added', reachOf(resource)),
        // What it does not say, the service does: the first party is trusted by everybody.
        ...(resource.fields.has('is_first_party')
          ? []
          : [rated('consent_skipped', 'first-party, as all are that do not say')]),
        ...[...resource.fields].flatMap(([path, after]) => {
          const before = path === 'is_first_party' ? ({ kind: 'value', value: false } as const) : undefined;
          return rateSetting(resource, path, { before, after }, NEW_APPLICATION).map(({ code, because }) =>
            rated(code, `${path}: ${because}`),
          );
        }),
      ];
    case 'API':
      // Nobody relies on it, and nobody has its scopes yet.
      return newSettings(resource, (path) => path !== 'scopes');
    case 'organization':
      return newSettings(resource, () => true);
  }
}

/** But for those of its own endpoints, which are named with it. */
function hostsOfScripts(connection: Resource): readonly SecurityRating[] {
  const endpoints = endpointsOf(connection).flatMap(({ origin }) =>
    isUrl(origin) ? [new URL(origin).hostname] : [],
  );
  return [...connection.fields]
    .flatMap(([path, after]) =>
      path.startsWith('options.scripts.') ? otherHosts({ before: undefined, after }) : [],
    )
    .filter(({ because }) => !endpoints.includes(because));
}

/** How many addresses the summary of a new application names. */
const NAMED_ADDRESSES = 3;

/** Whom a new application can act for, and where its codes and tokens go. */
function reachOf(resource: Resource): string {
  const callbacks = itemsAt(resource, 'callbacks');
  const more = callbacks.length - NAMED_ADDRESSES;
  const grants = itemsAt(resource, 'grant_types');
  return [
    textAt(resource, 'app_type') ?? 'without a type',
    `grant types: ${grants.length === 0 ? 'those that Auth0 chooses, implicit among them' : grants.join(', ')}`,
    ...(callbacks.length === 0
      ? []
      : [
          `callbacks: ${callbacks.slice(0, NAMED_ADDRESSES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
        ]),
  ].join('; ');
}

/** What every connection has, and its rating names, or the profile script that makes it one. */
const LOOKED_AT_WITH_A_NEW_CONNECTION =
  /^enabled_clients$|^options\.(?:client_id|client_secret|scope|pkce_enabled|set_user_root_attributes|scripts\..*|[^.]+URL)$/i;

const newSettings = (resource: Resource, isRated: (path: string) => boolean): readonly SecurityRating[] =>
  [...resource.fields].flatMap(([path, field]) =>
    isRated(path) ? rateSetting(resource, path, { before: undefined, after: field }) : [],
  );

/** Where the browser and the codes of a new connection go. */
const endpointsOf = ({ fields }: Resource): readonly { readonly path: string; readonly origin: string }[] =>
  [...fields].flatMap(([path, field]) => {
    const origin = originIn(field);
    return path.startsWith('options.') && origin !== undefined ? [{ path, origin }] : [];
  });
