import type { TenantContext } from '../context.ts';

/** Where the local tenant mounts the stand-in. */
export const STAND_IN_PATH = '/didit-stand-in';

/** Who is going to sign in, as the console has set it for the path of the stand-in. */
export const EXPECTED_PERSONA_COOKIE = 'expected-persona';

const DIDIT_HOSTS = ['auth.didit.me', 'apx.didit.me'];

export const isDiditUrl = (url: string): boolean =>
  URL.canParse(url) && DIDIT_HOSTS.includes(new URL(url).hostname);

/**
 * Where the local tenant reaches a URL of the connection. Didit's own hosts are answered by the stand-in, so that tenant.yaml
 * is deployed unchanged and no local login ever reaches the real Didit; every other URL stays as it is.
 */
export function standInUrl(context: TenantContext, url: string): string {
  if (!isDiditUrl(url)) return url;
  const { pathname, search } = new URL(url);
  return `${context.url()}${STAND_IN_PATH}${pathname === '/' ? '' : pathname}${search}`;
}
