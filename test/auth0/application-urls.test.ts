import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAllowedReturn, isAllowedUrl } from '../../scripts/auth0/application-urls.ts';
import { anyWebUrl } from '../any-text.ts';

describe('a callback URL', () => {
  test.each([
    ['https://*.example.com/cb', 'https://a.example.com/cb', true],
    ['https://*.example.com/cb', 'https://a.b.example.com/cb', false],
    ['https://*.example.com/cb', 'https://.example.com/cb', false],
    ['https://*.example.com/cb', 'https://evil.com/x.example.com/cb', false],
    ['https://*.example.com/cb', 'https://evil.com#.example.com/cb', false],
    ['https://*.example.com/cb', 'https://user@.example.com/cb', false],
    ['https://*.example.com/cb', 'http://a.example.com/cb', false],
    ['https://pre-*.example.com/cb', 'https://pre-1.example.com/cb', true],
    ['https://*', 'https://anything', false],
    ['https://example.com/*', 'https://example.com/x', false],
    ['https://*.*.example.com', 'https://a.b.example.com', false],
    ['https://example.com/cb', 'https://example.com/cb', true],
    ['https://example.com/cb', 'https://example.com/cb/', false],
    ['https://example.com/cb', 'https://example.com/cb?x=1', false],
    ['myapp://cb', 'myapp://cb', true],
  ])('allowed as %s: is %s? %s', (pattern, url, expected) => {
    expect(isAllowedUrl([pattern], url)).toBe(expected);
  });

  test('of any kind that a wildcard lets through is on the wildcard’s own domain', () => {
    fc.assert(
      fc.property(fc.oneof(anyWebUrl, fc.string()), (text) => {
        const url = `https://${text}.example.com/cb`;
        fc.pre(isAllowedUrl(['https://*.example.com/cb'], url));
        expect(new URL(url).hostname).toMatch(/\.example\.com$/);
      }),
    );
  });
});

describe('a callback URL with the name of an organization', () => {
  const pattern = 'https://{organization_name}.example.com/cb';
  test.each([
    ['acme', 'https://acme.example.com/cb', true],
    ['acme', 'https://other.example.com/cb', false],
    ['acme', 'https://acme.example.com/cb?x=1', false],
    ['acme', pattern, false],
    ['$&', 'https://$&.example.com/cb', true],
    [undefined, 'https://acme.example.com/cb', false],
    [undefined, 'https://.example.com/cb', false],
    [undefined, pattern, false],
  ])('in a login to %s: is %s allowed? %s', (organization, url, expected) => {
    expect(isAllowedUrl([pattern], url, organization)).toBe(expected);
  });

  test('is allowed beside those without', () => {
    expect(isAllowedUrl(['https://example.com/cb', pattern], 'https://example.com/cb', 'acme')).toBe(true);
    expect(isAllowedUrl(['https://*.example.com/cb', pattern], 'https://b.example.com/cb', 'acme')).toBe(
      true,
    );
  });
});

describe('a logout URL', () => {
  test.each([
    ['https://example.com/bye', 'https://example.com/bye?from=a&to=b#c', true],
    ['https://example.com/bye?from=x', 'https://example.com/bye?from=y', true],
    ['https://example.com/bye#x', 'https://example.com/bye', true],
    ['https://*.example.com', 'https://a.example.com?x', true],
    ['https://example.com/bye', 'https://example.com/bye/?x', false],
    ['https://example.com/bye', 'https://evil.com/?https://example.com/bye', false],
    ['https://*.example.com', 'https://evil.com?.example.com', false],
    ['https://*.example.com', 'https://evil.com#.example.com', false],
  ])('allowed as %s: may a logout lead to %s? %s', (pattern, url, expected) => {
    expect(isAllowedReturn([pattern], url)).toBe(expected);
  });
});
