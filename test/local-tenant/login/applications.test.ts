import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyWebUrl } from '../../any-text.ts';
import { isAllowedReturn, isAllowedUrl } from '../../../scripts/auth0/application-urls.ts';
import { isPublicClient } from '../../../scripts/local-tenant/login/applications.ts';
import { client } from './tenant-under-test.ts';

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

test('who has a secret to keep: the setting decides, then the type', () => {
  expect(
    [
      {},
      { token_endpoint_auth_method: 'none' },
      { token_endpoint_auth_method: null, app_type: 'spa' },
      { app_type: 'native' },
      { app_type: 'native', token_endpoint_auth_method: 'client_secret_post' },
    ].map((settings) => isPublicClient(client('x', settings))),
  ).toEqual([false, true, true, true, false]);
});
