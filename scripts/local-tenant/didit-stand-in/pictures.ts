import { createHmac } from 'node:crypto';
import type { TenantContext } from '../context.ts';
import { randomIdentifier } from '../identifiers.ts';
import { sameSecret } from '../secrets.ts';
import { STAND_IN_PATH } from './hosts.ts';

/** Seconds that a picture can be fetched. Didit calls its picture URLs temporary without a figure. */
const PICTURE_SECONDS = 3600;

function signatureOf(context: TenantContext, persona: string, expires: string): string {
  const keys = context.store.collection<{ readonly key: string }>('didit-picture-keys');
  let key = keys.get('current')?.key;
  if (key === undefined) {
    key = randomIdentifier(43);
    keys.put('current', { key });
  }
  return createHmac('sha256', key).update(`${persona}\n${expires}`).digest('base64url');
}

/** A URL of the persona's picture that works for `PICTURE_SECONDS`. */
export function temporaryPicture(context: TenantContext, persona: string): string {
  const expires = String(Math.floor(context.now() / 1000) + PICTURE_SECONDS);
  const query = new URLSearchParams({ expires, signature: signatureOf(context, persona, expires) });
  return `${context.url()}${STAND_IN_PATH}/pictures/${encodeURIComponent(persona)}?${query.toString()}`;
}

/** The picture behind such a URL: 403 once it has expired or when it was tampered with, as object stores answer. */
export function showPicture(
  context: TenantContext,
  persona: string,
  query: { readonly expires: string | undefined; readonly signature: string | undefined },
): Response {
  const { expires = '', signature = '' } = query;
  const isGenuine = sameSecret(signature, signatureOf(context, persona, expires));
  if (!isGenuine || Number(expires) * 1000 <= context.now())
    return new Response('Request has expired', { status: 403 });
  return new Response(PORTRAIT, {
    headers: { 'content-type': 'image/svg+xml', 'cache-control': 'private, no-store' },
  });
}

const PORTRAIT = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <rect width="64" height="64" fill="#dde3ea"/>
  <circle cx="32" cy="24" r="12" fill="#7a8797"/>
  <path d="M8 64c0-16 10-24 24-24s24 8 24 24z" fill="#7a8797"/>
</svg>
`;
