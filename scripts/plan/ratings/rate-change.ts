import type { FieldChange, ModelPair } from '../diff/change.ts';
import { itemsAt, resourceIn } from '../model/tenant-model.ts';
import type { Field, Resource } from '../model/tenant-model.ts';
import { rated } from './security-codes.ts';
import type { SecurityCode, SecurityRating } from './security-codes.ts';

/** Lists of addresses that an application's users, codes and tokens may be sent to. */
const REDIRECT_LISTS = ['callbacks', 'allowed_logout_urls', 'allowed_origins', 'web_origins'];

/** What a security reviewer has to know of one change. */
export function rateChange(change: FieldChange, { before, after }: ModelPair): readonly SecurityRating[] {
  const resource = resourceIn(after, change.kind, change.name);
  if (change.path === undefined) {
    const isNew = resource !== undefined && resourceIn(before, change.kind, change.name) === undefined;
    return isNew ? rateNew(resource) : [];
  }
  switch (change.kind) {
    case 'connection':
      return rateConnection(change.path, change);
    case 'Action':
      return rateAction(change.path, change);
    case 'application':
      return rateApplication(change.path, change);
    case 'grant':
      return change.path === 'scope' ? wider('grant_scopes', change) : [];
    case 'API':
      return [];
  }
}

/** Where the browser and the codes of a new connection go. */
const endpointsOf = ({ fields }: Resource): string =>
  [...fields]
    .flatMap(([path, field]) => {
      const origin = originIn(field);
      return path.startsWith('options.') && origin !== undefined ? [`${path} ${origin}`] : [];
    })
    .join(', ');

type Sides = Pick<FieldChange, 'before' | 'after'>;

function rateNew(resource: Resource): readonly SecurityRating[] {
  switch (resource.kind) {
    case 'connection':
      return [
        rated('connection_added', endpointsOf(resource)),
        ...itemsAt(resource, 'enabled_clients').map((name) => rated('application_enabled', name)),
      ];
    case 'Action':
      return [...resource.fields.keys()].flatMap((path) =>
        rateAction(path, { before: undefined, after: resource.fields.get(path) }),
      );
    case 'grant':
      return itemsAt(resource, 'scope').map((scope) => rated('grant_scopes', scope));
    case 'application':
    case 'API':
      return [];
  }
}

function rateConnection(path: string, { before, after }: Sides): readonly SecurityRating[] {
  if (path.startsWith('options.scripts.'))
    return [rated('profile_script', path.replace('options.scripts.', ''))];
  switch (path) {
    case 'options.pkce_enabled':
      return isTrue(after) ? [] : [rated('pkce_off', 'pkce_enabled is not true')];
    case 'options.scope':
      return wider('scopes_widened', { before, after });
    case 'options.set_user_root_attributes':
      return [
        rated('root_attributes', `${shown(before) ?? 'on_each_login'} → ${shown(after) ?? 'on_each_login'}`),
      ];
    case 'options.client_id':
      return [rated('didit_client', `${shown(before) ?? 'none'} → ${shown(after) ?? 'none'}`)];
    case 'enabled_clients':
      return [
        ...wider('application_enabled', { before, after }),
        ...wider('application_disabled', { before: after, after: before }),
      ];
    default:
      return path.startsWith('options.') ? otherHost(path, { before, after }) : [];
  }
}

function rateAction(path: string, { before, after }: Sides): readonly SecurityRating[] {
  const [part, ...rest] = path.split('.');
  const name = rest.join('.');
  if (part === 'secrets' && name !== '' && before === undefined) return [rated('action_secret_added', name)];
  if (part === 'dependencies' && name !== '' && after !== undefined) {
    return [rated('action_dependency', `${name} ${shown(after) ?? ''}`)];
  }
  return [];
}

function rateApplication(path: string, sides: Sides): readonly SecurityRating[] {
  if (REDIRECT_LISTS.includes(path)) return wider('redirect_added', sides);
  if (path === 'grant_types') return wider('client_authentication', sides);
  if (path === 'token_endpoint_auth_method' && shown(sides.after) === 'none') {
    return [rated('client_authentication', `${shown(sides.before) ?? 'not set'} → none`)];
  }
  return [];
}

/** One rating for each item that was not there. */
function wider(code: SecurityCode, { before, after }: Sides): readonly SecurityRating[] {
  const known = before?.kind === 'set' ? before.items : [];
  const wanted = after?.kind === 'set' ? after.items : [];
  return wanted.filter((item) => !known.includes(item)).map((item) => rated(code, item));
}

function otherHost(path: string, { before, after }: Sides): readonly SecurityRating[] {
  // An address that is kept secret may be anybody's.
  if (/url$/i.test(path) && after?.kind === 'secret') {
    return [rated('endpoint_host', `${originIn(before) ?? 'none'} → an address that is not shown`)];
  }
  const [from, to] = [originIn(before), originIn(after)];
  return to === undefined || from === to ? [] : [rated('endpoint_host', `${from ?? 'none'} → ${to}`)];
}

/** Scheme, host and port of an address; `undefined` for a setting that is none. */
function originIn(field: Field | undefined): string | undefined {
  const text = shown(field);
  if (text === undefined || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return undefined;
  if (!URL.canParse(text)) return text;
  const { protocol, host } = new URL(text);
  return `${protocol}//${host}`;
}

const shown = (field: Field | undefined): string | undefined =>
  field?.kind === 'value' && typeof field.value === 'string' ? field.value : undefined;

const isTrue = (field: Field | undefined): boolean => field?.kind === 'value' && field.value === true;
