/** An answer of `/oauth/token` that is not a token: Auth0's status, `error` and `error_description`. */
export class TokenRefusal extends Error {
  readonly status: number;
  readonly error: string;

  constructor(status: number, error: string, description: string) {
    super(description);
    this.name = 'TokenRefusal';
    this.status = status;
    this.error = error;
  }
}

/** What Auth0 answers for credentials that are wrong or missing, without saying which. */
export const unauthorized = (): TokenRefusal => new TokenRefusal(401, 'access_denied', 'Unauthorized');

export const invalidGrant = (description: string): TokenRefusal =>
  new TokenRefusal(403, 'invalid_grant', description);

export const invalidRequest = (description: string): TokenRefusal =>
  new TokenRefusal(400, 'invalid_request', description);
