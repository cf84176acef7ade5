const isUrl = (value: string, protocols?: readonly string[]): boolean => {
  const url = URL.parse(value);
  return url !== null && (protocols === undefined || protocols.includes(url.protocol));
};

/** Auth0 lets a host's first label be `*`, and `{organization_name}` stand in for a label. */
const withoutPlaceholders = (value: string): string =>
  value.replaceAll(/\{[a-z_]+\}/g, 'placeholder').replace('://*.', '://wildcard.');

/** E.g. `org_` and 16 letters and digits. */
const isId =
  (prefix: string, length = 16) =>
  (value: string): boolean =>
    new RegExp(`^${prefix}_[a-zA-Z0-9]{${length}}$`).test(value);

const isEmail = (value: string): boolean => /^[^\s@]+@[^\s@.]+\.[^\s@]+$/.test(value);

/**
 * What a string has to look like that the description gives a format: the service's own formats, read from their names and from
 * ids that were recorded.
 */
export const FORMATS: Readonly<Record<string, (value: string) => boolean>> = {
  // Native applications register schemes of their own, so any absolute URL will do.
  'callback-url': (value) => isUrl(withoutPlaceholders(value)),
  'url-with-placeholders': (value) => isUrl(withoutPlaceholders(value)),
  'absolute-uri-or-empty': (value) => value === '' || isUrl(value, ['http:', 'https:']),
  'absolute-https-uri-or-empty': (value) => value === '' || isUrl(value, ['https:']),
  'absolute-https-uri-with-placeholders-or-empty': (value) =>
    value === '' || isUrl(withoutPlaceholders(value), ['https:']),
  'strict-uri': (value) => isUrl(value, ['http:', 'https:']),
  'email-or-empty': (value) => value === '' || isEmail(value),
  email: (value) => isEmail(value),
  'date-time': (value) => !Number.isNaN(Date.parse(value)),
  'client-id': (value) => /^[\w-]{20,64}$/.test(value),
  'client-grant-id': isId('cgr'),
  'connection-id': isId('con'),
  'connection-profile-id': isId('cop', 22),
  'organization-id': isId('org'),
  'role-id': isId('rol'),
  'user-attribute-profile-id': isId('uap', 22),
  'user-id': (value) => value.includes('|'),
  'user-id-with-max-length': (value) => value.includes('|'),
  'organization-name': (value) => /^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/.test(value),
};
