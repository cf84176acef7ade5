import type { FieldChange, ModelPair } from '../../tenant-model/diff/change.ts';
import { changeVerb } from '../change-verb.ts';
import { itemsAt, resourceIn } from '../../tenant-model/tenant-model.ts';
import type { Resource } from '../../tenant-model/tenant-model.ts';
import type { PlanTarget } from '../plan.ts';
import { rateAction } from './rate-action.ts';
import { originIn, rateConnection, rateOffPkce } from './rate-connection.ts';
import { rateSetting } from './rate-setting.ts';
import { rated } from './security-codes.ts';
import type { SecurityRating } from './security-codes.ts';

/**
 * What a security reviewer has to know of one change. What a tenant keeps does not change.
 *
 * @param target What is compared: a tenant with what it will be, or two files. Default: two files.
 */
export function rateChange(
  change: FieldChange,
  { before, after }: ModelPair,
  target: PlanTarget['kind'] = 'revision',
): readonly SecurityRating[] {
  const resource = resourceIn(after, change.kind, change.name);
  if (change.path === undefined) {
    const isNew = resource !== undefined && resourceIn(before, change.kind, change.name) === undefined;
    return isNew ? rateNew(resource) : [];
  }
  if (resource === undefined || changeVerb(change, resource, target) === 'unmanage') return [];
  switch (change.kind) {
    case 'connection':
      return rateConnection(resource, change.path, change);
    case 'Action':
      return rateAction(change.path, change);
    case 'application':
    case 'grant':
    case 'API':
      return rateSetting(resource, change.path, change);
  }
}

function rateNew(resource: Resource): readonly SecurityRating[] {
  switch (resource.kind) {
    case 'connection':
      return [
        rated('connection_added', endpointsOf(resource)),
        ...rateOffPkce(resource.fields.get('options.pkce_enabled')),
        ...itemsAt(resource, 'enabled_clients').map((name) => rated('application_enabled', name)),
        ...newSettings(resource, (path) => !LOOKED_AT_WITH_A_NEW_CONNECTION.test(path)),
      ];
    case 'Action':
      return [...resource.fields].flatMap(([path, field]) =>
        rateAction(path, { before: undefined, after: field }),
      );
    case 'grant': {
      const ratings = newSettings(resource, () => true);
      return ratings.some(({ code }) => code === 'grant_scopes')
        ? ratings
        : [rated('grant_scopes', 'a new grant, without scopes so far'), ...ratings];
    }
    // Nobody relies on it yet.
    case 'application':
    case 'API':
      return [];
  }
}

/** What every connection has, and its rating names, or the profile script that makes it one. */
const LOOKED_AT_WITH_A_NEW_CONNECTION =
  /^enabled_clients$|^options\.(?:client_id|client_secret|scope|pkce_enabled|set_user_root_attributes|scripts\..*|[^.]+URL)$/i;

const newSettings = (resource: Resource, isRated: (path: string) => boolean): readonly SecurityRating[] =>
  [...resource.fields].flatMap(([path, field]) =>
    isRated(path) ? rateSetting(resource, path, { before: undefined, after: field }) : [],
  );

/** Where the browser and the codes of a new connection go. */
const endpointsOf = ({ fields }: Resource): string =>
  [...fields]
    .flatMap(([path, field]) => {
      const origin = originIn(field);
      return path.startsWith('options.') && origin !== undefined ? [`${path} ${origin}`] : [];
    })
    .join(', ');
