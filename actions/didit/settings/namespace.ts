/** Hosts whose namespaces Auth0 keeps for itself: claims under them are dropped without a word. */
const AUTH0_HOSTS = /(^|\.)(auth0\.com|webtask\.io|webtask\.run)$/;

/** Characters of a namespace: its claims are to stay short. */
const MAX_NAMESPACE_CHARACTERS = 200;

/**
 * Whether a text can stand before the names of our claims: an https URL outside Auth0's own domains, without credentials, query
 * or fragment, that ends with a slash.
 *
 * @see https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
 */
export function isNamespace(text: string): boolean {
  if (text.length > MAX_NAMESPACE_CHARACTERS || !/^https:\/\/[\x21-\x7e]+\/$/.test(text)) return false;
  try {
    const url = new URL(text);
    // Written as the URL standard writes it: no credentials, default port or upper-case host to compare wrongly later.
    return url.href === text && url.username === '' && !/[?#]/.test(text) && !AUTH0_HOSTS.test(url.hostname);
  } catch {
    return false;
  }
}
