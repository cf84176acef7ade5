import { createHmac, timingSafeEqual } from 'node:crypto';
import { isJsonObject } from '../../json.ts';

/**
 * JWTs with HMAC-SHA-256, in a few lines of our own because Actions call `encodeToken` and `validateToken` synchronously
 * and every library at hand answers with a promise. The tests hold them to jose in both directions.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-3.1
 */
export function signHs256(payload: Readonly<Record<string, unknown>>, secret: string): string {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(payload)}`;
  return `${signed}.${signature(signed, secret).toString('base64url')}`;
}

/**
 * The claims of a JWT, once its algorithm, signature and times hold.
 * @param now Milliseconds since the epoch.
 * @throws {Error} that says which of them does not.
 */
export function verifyHs256(token: string, secret: string, now: number): Readonly<Record<string, unknown>> {
  const [header, body, mac, ...rest] = token.split('.');
  if (header === undefined || body === undefined || mac === undefined || rest.length > 0) {
    throw new Error('The token is no JWT.');
  }
  if (decode(header)['alg'] !== 'HS256') throw new Error('The token is not signed with HS256.');
  const expected = signature(`${header}.${body}`, secret);
  const given = Buffer.from(mac, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Error("The token's signature is invalid.");
  }
  const claims = decode(body);
  const seconds = now / 1_000;
  if (claims['exp'] !== undefined && !(typeof claims['exp'] === 'number' && claims['exp'] > seconds)) {
    throw new Error('The token has expired.');
  }
  if (claims['nbf'] !== undefined && !(typeof claims['nbf'] === 'number' && claims['nbf'] <= seconds)) {
    throw new Error('The token is not valid yet.');
  }
  return claims;
}

const signature = (signed: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(signed).digest();

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decode(part: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    throw new Error('The token is no JWT.');
  }
  if (!isJsonObject(value)) throw new Error('The token is no JWT.');
  return value;
}
