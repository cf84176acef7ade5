import fc from 'fast-check';
import { jwtVerify, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { signHs256, verifyHs256 } from '../../scripts/runner/api/hs256.ts';

const NOW = Date.UTC(2026, 0, 1);
const SECRET = 'a shared secret';
const key = new TextEncoder().encode(SECRET);

describe('JWTs of api.redirect', () => {
  test('are read by another library, and those of another library are read', async () => {
    const claims = fc.dictionary(
      // The library stumbles over a claim named like a member of every object, such as `constructor`.
      fc.stringMatching(/^[a-z]{4,12}$/).filter((name) => !(name in {})),
      fc.oneof(fc.string(), fc.integer(), fc.boolean()),
    );
    await fc.assert(
      fc.asyncProperty(claims, async (given) => {
        const payload = { ...given, iat: NOW / 1_000 };
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

  test('are refused with another secret', () => {
    expect(() => verifyHs256(signHs256({}, 'another secret'), SECRET, NOW)).toThrow('invalid signature');
  });

  test.each([
    ['ends this second', { exp: NOW / 1_000 }, 'expired'],
    ['begins in a second', { nbf: NOW / 1_000 + 1 }, 'not active'],
  ])('are refused when one %s', (_what, times, message) => {
    expect(() => verifyHs256(signHs256(times, SECRET), SECRET, NOW)).toThrow(message);
  });

  test('are read up to their last second', () => {
    const times = { iat: NOW / 1_000, exp: NOW / 1_000 + 1, nbf: NOW / 1_000 };
    expect(verifyHs256(signHs256(times, SECRET), SECRET, NOW)).toEqual(times);
  });
});
