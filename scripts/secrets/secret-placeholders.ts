/**
 * Placeholders whose values may be shown: the tenant's name, the public half of credentials, and what the build fills in. All
 * others are taken for secrets.
 */
const PUBLIC_PLACEHOLDER = /^(?:AUTH0_DOMAIN|DIDIT_FETCH_USER_PROFILE|\w+_CLIENT_ID)$/;

/** @param name Without its marks. */
export const isSecretPlaceholder = (name: string): boolean => !PUBLIC_PLACEHOLDER.test(name);
