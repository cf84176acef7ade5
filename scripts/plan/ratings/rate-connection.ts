import { SNAPSHOT_ATTRIBUTE } from '../../../actions/didit/snapshot.ts';
import { holdsMarker } from '../../tenant-config/markers.ts';
import { isUrl } from '../../base/is-url.ts';
import { hideUserInfo } from '../../secrets/secret-in-url.ts';
import type { Field, Resource } from '../../tenant-model/tenant-model.ts';
import { otherHosts, secretInWords } from './rate-action.ts';
import { rateSetting, wider } from './rate-setting.ts';
import type { Sides } from './rate-setting.ts';
import { rated } from './security-codes.ts';
import type { SecurityRating } from './security-codes.ts';

/** What a security reviewer has to know of one setting of a connection that is there. */
export function rateConnection(resource: Resource, path: string, sides: Sides): readonly SecurityRating[] {
  const { before, after } = sides;
  if (path.startsWith('options.scripts.'))
    return [...otherHosts(sides), rated('profile_script', path.replace('options.scripts.', ''))];
  switch (path) {
    case 'options.pkce_enabled':
      return rateOffPkce(after);
    case 'options.scope':
      return [...wider('scopes_widened', sides), ...narrower('scope', sides)];
    case 'options.set_user_root_attributes':
      return [
        ...rateNoNewUsers(after),
        rated('root_attributes', `${shown(before) ?? 'on_each_login'} → ${shown(after) ?? 'on_each_login'}`),
      ];
    case 'options.client_id':
      return [rated('didit_client', `${shown(before) ?? 'none'} → ${shown(after) ?? 'none'}`)];
    case 'options.client_secret':
      return [rated('didit_client', `client_secret: ${secretInWords(before)} → ${secretInWords(after)}`)];
    case 'enabled_clients':
      return [
        ...wider('application_enabled', sides),
        ...wider('application_disabled', { before: after, after: before }),
      ];
    case 'authentication.active':
      return [...rateSetting(resource, path, sides), ...closed(path, sides)];
    case 'options.non_persistent_attrs':
      return [...rateSetting(resource, path, sides), ...notKept(sides)];
    default:
      return /^options\.[^.]+URL$/i.test(path) && path !== 'options.icon_url'
        ? rateAddress(path, sides)
        : [...otherHost(path, sides), ...rateSetting(resource, path, sides)];
  }
}

/** Nobody signs in through a connection that takes no part in that. */
const closed = (path: string, { after }: Sides): readonly SecurityRating[] =>
  after?.kind === 'value' && after.value === false ? [rated('application_disabled', `${path} is false`)] : [];

/** An answer of Didit's that no user keeps is there in the login that brings it, at most. */
const notKept = (sides: Sides): readonly SecurityRating[] =>
  wider('evidence_reduced', sides)
    .filter(({ because }) => because === SNAPSHOT_ATTRIBUTE)
    .map(({ code, because }) => rated(code, `${because} is no longer kept`));

/** What people share no more: rules and claims that rest on it have nothing to go by. */
function narrower(what: string, { before, after }: Sides): readonly SecurityRating[] {
  if (after?.kind === 'secret') return [];
  return wider('evidence_reduced', { before: after, after: before }).map(({ code, because }) =>
    rated(code, `${what} ${because} is no longer asked for`),
  );
}

/** Where the connection makes no users. */
export const rateNoNewUsers = (field: Field | undefined): readonly SecurityRating[] =>
  field?.kind === 'value' && field.value === 'never_on_login'
    ? [rated('new_people_locked_out', 'set_user_root_attributes is never_on_login')]
    : [];

export const rateOffPkce = (field: Field | undefined): readonly SecurityRating[] =>
  field?.kind === 'value' && field.value === true ? [] : [rated('pkce_off', 'pkce_enabled is not true')];

/** An address that requests go to: its host, the place there, which may be somebody else's, and what its query asks for. */
function rateAddress(path: string, sides: Sides): readonly SecurityRating[] {
  const [from, to] = [queryIn(sides.before), queryIn(sides.after)];
  // Named more than once, Didit may take any of them, or all.
  const [asked, asks] = [from.getAll('scope').join(' '), to.getAll('scope').join(' ')];
  from.delete('scope');
  to.delete('scope');
  return [
    ...otherHost(path, sides),
    ...otherPath(sides),
    ...(asks === '' || asked === asks
      ? []
      : [rated('scopes_widened', `scope in the address: ${asked === '' ? 'none' : asked} → ${asks}`)]),
    ...(from.toString() === to.toString()
      ? []
      : [rated('connection_request', 'another query in the address')]),
  ];
}

const queryIn = (field: Field | undefined): URLSearchParams => {
  const text = shown(field) ?? '';
  return isUrl(text) ? new URL(text).searchParams : new URLSearchParams();
};

/** On a host that serves many, the path says who is meant. */
function otherPath({ before, after }: Sides): readonly SecurityRating[] {
  const [from, to] = [before, after].map((field) => pathIn(field));
  return to === undefined || from === to || originIn(before) !== originIn(after)
    ? []
    : [rated('connection_request', 'another path in the address')];
}

const pathIn = (field: Field | undefined): string | undefined => {
  const text = shown(field);
  if (text === undefined || !isUrl(text)) return text;
  const { pathname, hash } = new URL(text);
  return `${pathname}${hash}`;
};

function otherHost(path: string, { before, after }: Sides): readonly SecurityRating[] {
  if (!path.startsWith('options.')) return [];
  // An address that is kept secret may be anybody's.
  if (/url$/i.test(path) && after?.kind === 'secret') {
    return [
      rated('endpoint_host', hideUserInfo(`${originIn(before) ?? 'none'} → an address that is not shown`)),
    ];
  }
  const [from, to] = [originIn(before), originIn(after) ?? unknownIn(path, after)];
  if (to === undefined || from === to) return [];
  // What stands before a host may be a password.
  return [rated('endpoint_host', hideUserInfo(`${from ?? 'none'} → ${to}`))];
}

/** An address that is filled in at the deploy: it may be on any host. */
function unknownIn(path: string, field: Field | undefined): string | undefined {
  const text = shown(field);
  return /url$/i.test(path) && text !== undefined && holdsMarker(text) ? text : undefined;
}

/**
 * Scheme, host and port of an address; `undefined` for a setting that is not an address. Of one that is written in a way in which
 * programs may find another host (a name before it, an encoded dot, a third slash), all of it up to the path as it is written.
 */
export function originIn(field: Field | undefined): string | undefined {
  const text = shown(field);
  if (text === undefined || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return undefined;
  if (!isUrl(text)) return text;
  const { protocol, host } = new URL(text);
  const [written = text] = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(text) ?? [];
  return /^[^:]+:\/\/(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d+)?$/i.test(written) ? `${protocol}//${host}` : written;
}

const shown = (field: Field | undefined): string | undefined =>
  field?.kind === 'value' && typeof field.value === 'string' ? field.value : undefined;
