import { isUrl } from '../../base/is-url.ts';
import type { TenantContext } from '../context.ts';

/** Where the local tenant mounts the stand-in. */
export const STAND_IN_PATH = '/didit-stand-in';

/** Who is going to sign in, as the console has set it for the path of the stand-in. */
export const EXPECTED_PERSONA_COOKIE = 'expected-persona';

export const isDiditUrl = (url: string): boolean =>
  isUrl(url) && /^(?:auth|apx)\.didit\.me$/.test(new URL(url).hostname);

/** Didit's own hosts are answered by the stand-in: no local login ever reaches the real Didit. Every other URL stays as it is. */
export function standInUrl(context: TenantContext, url: string): string {
  if (!isDiditUrl(url)) return url;
  const { pathname, search } = new URL(url);
  return `${context.url()}${STAND_IN_PATH}${pathname === '/' ? '' : pathname}${search}`;
}
