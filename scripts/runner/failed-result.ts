import type { PostLoginResult } from './messages.ts';

/** A run that failed changes nothing: no claims, no metadata, no session. */
export const failedResult = (
  decision: PostLoginResult['decision'] & { readonly kind: 'error' },
): PostLoginResult => ({
  decision,
  idTokenClaims: {},
  accessTokenClaims: {},
  addedScopes: [],
  removedScopes: [],
  appMetadata: {},
  userMetadata: {},
  recordedMethods: [],
  session: { revoked: false },
  refreshToken: { revoked: false },
});
