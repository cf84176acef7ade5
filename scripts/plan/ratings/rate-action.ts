import type { Field } from '../../tenant-model/tenant-model.ts';
import type { Sides } from './rate-setting.ts';
import { rated } from './security-codes.ts';
import type { SecurityRating } from './security-codes.ts';

/** The secret that says which host an Action sends its own credentials to. */
const HOST_SECRET = 'AUTH0_DOMAIN';

/** What a security reviewer has to know of one setting of an Action. */
export function rateAction(path: string, { before, after }: Sides): readonly SecurityRating[] {
  if (after === undefined) return [];
  if (path === 'code') return [rated('action_code', codeInWords(before, after))];
  const [part, ...rest] = path.split('.');
  const name = rest.join('.');
  if (name === '') return [];
  if (part === 'secrets') {
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
  if (part === 'dependencies') {
    const version = after.kind === 'value' && typeof after.value === 'string' ? after.value : '';
    return [rated('action_dependency', `${name} ${version}`)];
  }
  return [];
}

const isOwnHost = (field: Field): boolean => field.kind === 'secret' && field.from === `##${HOST_SECRET}##`;

function codeInWords(before: Field | undefined, after: Field): string {
  const size = (field: Field): string =>
    field.kind === 'code' ? `${Buffer.byteLength(field.text)} bytes` : 'not shown';
  return before === undefined ? `new, ${size(after)}` : `${size(before)} → ${size(after)}`;
}

/** Where the value of a secret comes from, or that it is written out; the name of a connection is not a secret. */
export function secretInWords(field: Field | undefined): string {
  if (field === undefined) return 'not set';
  if (field.kind !== 'secret') return 'a value';
  return field.from ?? field.connection ?? 'a value that is not shown';
}
