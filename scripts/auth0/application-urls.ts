const ORGANIZATION_NAME = '{organization_name}';

/**
 * Whether `url` is among an application's allowed ones. They match exactly, except for a `*` in place of one subdomain, and for
 * `{organization_name}`, which stands for the name of the organization that the request is about.
 *
 * @param organization Its name. Without one, what holds the placeholder matches nothing.
 * @see https://auth0.com/docs/get-started/applications/wildcards-for-subdomains
 */
export const isAllowedUrl = (allowed: readonly string[], url: string, organization?: string): boolean =>
  allowed.some((pattern) => {
    if (!pattern.includes(ORGANIZATION_NAME)) return pattern === url || matchesWildcard(pattern, url);
    return organization !== undefined && pattern.replace(ORGANIZATION_NAME, () => organization) === url;
  });

function matchesWildcard(pattern: string, url: string): boolean {
  const [, before, after] = /^(https?:\/\/[^/*]*)\*(\.[^*]+)$/.exec(pattern) ?? [];
  if (before === undefined || after === undefined) return false;
  if (!url.startsWith(before) || !url.endsWith(after) || url.length < before.length + after.length + 1)
    return false;
  return /^[a-z0-9-]+$/i.test(url.slice(before.length, url.length - after.length));
}

/**
 * As `isAllowedUrl`, for `/v2/logout`: a query, and what stands behind `#`, do not count there.
 *
 * @see https://auth0.com/docs/get-started/applications/application-settings
 */
export const isAllowedReturn = (allowed: readonly string[], url: string): boolean =>
  isAllowedUrl(allowed.map(withoutQuery), withoutQuery(url));

const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '');
