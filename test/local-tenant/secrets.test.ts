import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyCharacter } from '../any-text.ts';
import { provesKey, readBasicCredentials, sameSecret, sha256 } from '../../scripts/local-tenant/secrets.ts';

describe('HTTP Basic client credentials', () => {
  test('for any id and secret, what a client sends by RFC 6749 is what is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.string({ unit: anyCharacter }), (id, secret) => {
        fc.pre(id.isWellFormed() && secret.isWellFormed());
        const encoded = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
        const header = `Basic ${Buffer.from(encoded).toString('base64')}`;
        expect(readBasicCredentials(header)).toEqual({ clientId: id, clientSecret: secret });
      }),
    );
  });

  test('any other header is none, and never an error', () => {
    for (const header of [
      undefined,
      '',
      'Basic',
      'Basic ',
      'Basic !',
      'Bearer abc',
      `Basic ${btoa('no colon')}`,
      `Basic ${btoa('%:x')}`,
    ])
      expect(readBasicCredentials(header)).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        readBasicCredentials(`Basic ${text}`);
        readBasicCredentials(text);
      }),
    );
  });

  test('a plus in the header is a space, as forms have it', () => {
    expect(readBasicCredentials(`Basic ${btoa('a+b:c%2Bd')}`)).toEqual({
      clientId: 'a b',
      clientSecret: 'c+d',
    });
  });
});

describe('PKCE', () => {
  test('the challenge of RFC 7636’s own example is proved by its verifier', () => {
    const proofKey = { challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', method: 'S256' };
    expect(provesKey(proofKey, 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(true);
    expect(provesKey(proofKey, 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl')).toBe(false);
    expect(provesKey(proofKey, proofKey.challenge)).toBe(false);
    expect(provesKey(proofKey, undefined)).toBe(false);
  });

  test('plain compares as it is, and a verifier without a challenge is a stripped challenge', () => {
    expect(provesKey({ challenge: 'x', method: 'plain' }, 'x')).toBe(true);
    expect(provesKey(undefined, undefined)).toBe(true);
    expect(provesKey(undefined, 'x')).toBe(false);
  });
});

test('secrets are the same only when they are equal, whatever their length', () => {
  expect([sameSecret('a', 'a'), sameSecret('a', 'b'), sameSecret('a', 'aa'), sameSecret('', '')]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(sha256('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU');
});
