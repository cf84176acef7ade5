import { fetchWhole } from '../base/fetch-whole.ts';
import { textOf } from '../base/json-values.ts';
import type { LocalTenant } from '../local-tenant/index.ts';
import { connectToTenant } from '../tenant-access/management-api.ts';
import { CONSOLE_PATH } from './access.ts';

/**
 * An address that opens the console of a local tenant in one browser, once; `undefined` where the tenant has no console, as one
 * that a command keeps for itself.
 *
 * @param to A page of the console to begin with, such as `/console/logins/ID`. Default: the list of logins.
 */
export async function consoleLink(
  tenant: Pick<LocalTenant, 'url' | 'domain' | 'management' | 'authorityFile' | 'consoleLink'>,
  to?: string,
): Promise<string | undefined> {
  const link = tenant.consoleLink === undefined ? await askedLink(tenant) : tenant.consoleLink();
  return link === undefined || to === undefined ? link : `${link}?to=${encodeURIComponent(to)}`;
}

/** Of a tenant that another process runs. */
async function askedLink({
  url,
  domain,
  management,
  authorityFile,
}: Pick<LocalTenant, 'url' | 'domain' | 'management' | 'authorityFile'>): Promise<string | undefined> {
  const { accessToken } = await connectToTenant({
    domain,
    credentials: { kind: 'client', ...management },
    authorityFile,
  });
  const answer = await fetchWhole(`${url}${CONSOLE_PATH}/links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}` },
  });
  if (!answer.ok) return undefined;
  const body: unknown = await answer.json();
  return typeof body === 'object' && body !== null && 'link' in body ? textOf(body.link) : undefined;
}
