/**
 * Options of an oauth2 connection whose values are not secrets, by their whole paths. Whatever else a connection has, now or in a
 * later version of the service, may authenticate it.
 *
 * @see https://auth0.com/docs/authenticate/identity-providers/social-identity-providers/oauth2
 */
const PUBLIC_OPTIONS: readonly RegExp[] = [
  /^(?:client_id|icon_url|authorizationURL|tokenURL|logoutUrl|scope|pkce_enabled|useOauthSpecScope)$/,
  /^(?:set_user_root_attributes|non_persistent_attrs)$/,
  /^scripts\./,
  // Which claim becomes which attribute.
  /^fieldsMap\./,
  // `alias` names a parameter of the application's own request to /authorize.
  /^upstream_params\.[^.]+\.alias$/,
  /^upstream_params\.(?:acr_values|audience|display|max_age|prompt|resource|response_mode|scope|ui_locales)\.value$/,
];

/**
 * Whether an option of a connection may hold a secret for all that is known of it. An address is not kept secret as a whole, so
 * that its host can be judged; what may authenticate in it is hidden where it is shown.
 *
 * @param path Below `options`.
 * @param value A leaf: text, number, flag or list of texts.
 */
export const isUnknownOption = (path: string, value: unknown): boolean =>
  value !== null &&
  typeof value !== 'boolean' &&
  !(typeof value === 'string' && /^https?:\/\//i.test(value)) &&
  !PUBLIC_OPTIONS.some((known) => known.test(path));
