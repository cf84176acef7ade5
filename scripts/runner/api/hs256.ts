import jwt from 'jsonwebtoken';

/**
 * JWTs with HMAC-SHA-256 for `api.redirect`. Actions call `encodeToken` and `validateToken` synchronously; jose, which
 * makes all other tokens here, answers with promises only.
 */
export const signHs256 = (payload: Readonly<Record<string, unknown>>, secret: string): string =>
  jwt.sign({ ...payload }, secret, { algorithm: 'HS256' });

/**
 * The claims of a JWT, once its algorithm, signature and times hold.
 * @param now Milliseconds since the epoch.
 * @throws {Error} that says which of them does not.
 */
export function verifyHs256(token: string, secret: string, now: number): Readonly<Record<string, unknown>> {
  const claims = jwt.verify(token, secret, {
    algorithms: ['HS256'],
    clockTimestamp: Math.floor(now / 1_000),
  });
  if (typeof claims === 'string') throw new Error('The token holds no claims.');
  return claims;
}
