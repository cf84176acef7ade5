import { namedHosts } from '../../bundle/named-hosts.ts';
import type { Field } from '../../tenant-model/tenant-model.ts';
import { inWords } from './rate-setting.ts';
import type { Sides } from './rate-setting.ts';
import { rated } from './security-codes.ts';
import type { SecurityRating } from './security-codes.ts';

/** The secret that says which host an Action sends its own credentials to. */
const HOST_SECRET = 'AUTH0_DOMAIN';

/**
 * What a security reviewer has to know of one setting of an Action that is there. What nobody has thought of has to be looked at.
 */
export function rateAction(path: string, sides: Sides): readonly SecurityRating[] {
  const { before, after } = sides;
  if (path === 'code') return [...otherHosts(sides), rated('action_code', codeInWords(before, after))];
  const [part, ...rest] = path.split('.');
  const name = rest.join('.');
  // An empty list, which says that there are none: what was in it is rated itself.
  if (name === '' && (part === 'secrets' || part === 'dependencies')) return [];
  switch (part) {
    case 'secrets':
      return rateSecret(name, sides);
    case 'dependencies': {
      const version = after?.kind === 'value' && typeof after.value === 'string' ? after.value : 'is removed';
      return [rated('action_dependency', `${name} ${version}`)];
    }
    default:
      return [rated('setting_not_judged', inWords(sides))];
  }
}

function rateSecret(name: string, { before, after }: Sides): readonly SecurityRating[] {
  if (after === undefined) return [rated('action_secret_removed', name)];
  const change = before === undefined ? '' : `: ${secretInWords(before)} → ${secretInWords(after)}`;
  const code = before === undefined ? 'action_secret_added' : 'action_secret_changed';
  return [
    ...(name === HOST_SECRET && (before !== undefined || !isOwnHost(after))
      ? [
          rated(
            'endpoint_host',
            `${before === undefined ? 'none' : secretInWords(before)} → ${secretInWords(after)}`,
          ),
        ]
      : []),
    rated(code, `${name}${change}`),
  ];
}

/**
 * The hosts that code names and did not name before, each. Those that it makes of what it learns at a login, only a login tells.
 */
export const otherHosts = ({ before, after }: Sides): readonly SecurityRating[] => {
  const known = hostsOf(before);
  return hostsOf(after)
    .filter((host) => !known.includes(host))
    .map((host) => rated('action_host', host));
};

/** Code that cannot be read may name any. */
const hostsOf = (field: Field | undefined): readonly string[] =>
  field?.kind === 'code' ? (namedHosts(field.text) ?? ['*']) : [];

const isOwnHost = (field: Field): boolean => field.kind === 'secret' && field.from === `##${HOST_SECRET}##`;

function codeInWords(before: Field | undefined, after: Field | undefined): string {
  const size = (field: Field | undefined): string =>
    field === undefined
      ? 'none'
      : field.kind === 'code'
        ? `${Buffer.byteLength(field.text)} bytes`
        : 'not shown';
  return before === undefined ? `new, ${size(after)}` : `${size(before)} → ${size(after)}`;
}

/** Where the value of a secret comes from, or that it is written out; the name of a connection is not a secret. */
export function secretInWords(field: Field | undefined): string {
  if (field === undefined) return 'not set';
  if (field.kind !== 'secret') return 'a value';
  return field.from ?? field.connection ?? 'a value that is not shown';
}
