import fc from 'fast-check';
import { jwtVerify, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { signHs256, verifyHs256 } from '../../../scripts/local-tenant/actions-runtime/api/hs256.ts';
import { isJsonObject } from '../../../scripts/local-tenant/json.ts';

const NOW = Date.UTC(2026, 0, 1);
const SECRET = 'a shared secret';
const key = new TextEncoder().encode(SECRET);

const claims = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => !['exp', 'nbf', '__proto__'].includes(name)),
  fc.oneof(fc.string(), fc.integer(), fc.boolean()),
);

describe('JWTs of api.redirect', () => {
  test('are read by jose, and those of jose are read', async () => {
    await fc.assert(
      fc.asyncProperty(claims, async (payload) => {
        const { payload: read } = await jwtVerify(signHs256(payload, SECRET), key, {
          currentDate: new Date(NOW),
        });
        expect(read).toEqual(payload);
        const signed = await new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(key);
        expect(verifyHs256(signed, SECRET, NOW)).toEqual(payload);
      }),
      { numRuns: 50 },
    );
  });

  test('with anything changed are refused, unless they still say the same', () => {
    const payload = { sub: 'user-1', admin: false };
    const token = signHs256(payload, SECRET);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.string({ minLength: 0, maxLength: 2 }), (at, replacement) => {
        const changed = token.slice(0, at) + replacement + token.slice(at + 1);
        let read: unknown;
        try {
          read = verifyHs256(changed, SECRET, NOW);
        } catch {
          return;
        }
        // The last character of a base64url text has bits that mean nothing.
        expect(read).toEqual(payload);
      }),
      { numRuns: 500 },
    );
  });

  test('are refused with another secret', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (secret) => {
        fc.pre(secret !== SECRET);
        expect(() => verifyHs256(signHs256({}, secret), SECRET, NOW)).toThrow('signature is invalid');
      }),
    );
  });

  test('are the only texts that are read', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\w-]*\.[\w-]*\.[\w-]*$/)), (text) => {
        expect(() => verifyHs256(text, SECRET, NOW)).toThrow(Error);
      }),
    );
  });

  test.each([
    ['ends this second', { exp: NOW / 1_000 }, 'expired'],
    ['ends at no time', { exp: 'never' }, 'expired'],
    ['begins in a second', { nbf: NOW / 1_000 + 1 }, 'not valid yet'],
    ['begins at no time', { nbf: null }, 'not valid yet'],
  ])('are refused when one %s', (_what, times, message) => {
    expect(() => verifyHs256(signHs256(times, SECRET), SECRET, NOW)).toThrow(message);
  });

  test('are read up to their last second', () => {
    const times = { exp: NOW / 1_000 + 1, nbf: NOW / 1_000 };
    expect(isJsonObject(verifyHs256(signHs256(times, SECRET), SECRET, NOW))).toBe(true);
  });
});
