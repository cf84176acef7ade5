import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { bundleProfileScript, loadActions } from './built-actions.ts';

const actions = await loadActions();

const codeOf = (name: string): string => actions.find((action) => action.name === name)?.code ?? '';

describe.each(actions)('the bundle $name', ({ code, handler }) => {
  test("has a handler that Auth0's loader accepts", () => {
    expect(handler.constructor.name).toBe('AsyncFunction');
  });

  test('has less than 30,000 bytes, readable as it is', () => {
    expect(Buffer.byteLength(code)).toBeLessThan(30_000);
    expect(code).toContain('\n  ');
  });

  test('loads nothing but the cryptography of Node', () => {
    expect(new Set(Array.from(code.matchAll(/\brequire\(([^)]*)\)/g), ([, what]) => what))).toEqual(
      new Set(['"node:crypto"']),
    );
    expect(code).not.toMatch(/\bimport\(/);
  });

  test('carries neither prose nor what only the tools need', () => {
    expect(code).not.toMatch(/Levenshtein|editDistance|What has to be true|Takes effect with the next build/);
  });

  test('does not read what Didit sends: that is for the profile script', () => {
    expect(code).not.toMatch(/apx\.didit\.me|readProfile|is_over_18/);
  });
});

test('the bundle didit-step-up has less than 25,000 bytes', () => {
  expect(Buffer.byteLength(codeOf('didit-step-up'))).toBeLessThan(25_000);
});

test('all together have less than 95,000 bytes, and less than 65,000 minified', async () => {
  const all = actions.map(({ code }) => code).join('');
  expect(Buffer.byteLength(all)).toBeLessThan(95_000);
  const minified = await Promise.all(actions.map(({ code }) => transform(code, { minify: true })));
  expect(Buffer.byteLength(minified.map(({ code }) => code).join(''))).toBeLessThan(65_000);
});

describe('no bundle contains what it has no use for', () => {
  test.each([
    [
      'didit-access-policy',
      [
        'fetch(',
        'AUTH0_MANAGEMENT_CLIENT_SECRET',
        'createCipheriv',
        'setCustomClaim',
        'setAppMetadata',
        'setMetadata',
        'id_token',
      ],
    ],
    [
      'didit-claims',
      [
        'fetch(',
        'AUTH0_MANAGEMENT_CLIENT_SECRET',
        'createCipheriv',
        'access.deny',
        'setAppMetadata',
        'setMetadata',
        'didit_not_verified',
      ],
    ],
    [
      'didit-profile-sync',
      ['setCustomClaim', 'access.deny', 'didit_not_verified', 'verified_claims', 'trust_framework'],
    ],
    [
      'didit-step-up',
      [
        'AUTH0_MANAGEMENT_CLIENT_SECRET',
        'createCipheriv',
        'verified_claims',
        'didit_not_verified',
        '/users-by-email',
      ],
    ],
  ])('%s', (name, unused) => {
    expect(unused.filter((text) => codeOf(name).includes(text))).toEqual([]);
  });

  test('(and what it does use is found this way)', () => {
    expect(codeOf('didit-profile-sync')).toContain('AUTH0_MANAGEMENT_CLIENT_SECRET');
    expect(codeOf('didit-profile-sync')).toContain('createCipheriv');
    expect(codeOf('didit-profile-sync')).toContain('setMetadata');
    expect(codeOf('didit-access-policy')).toContain('access.deny');
    expect(codeOf('didit-claims')).toContain('setCustomClaim');
  });
});

test('the profile script, which may run where there is no fetch, holds none of what came with it or after it', async () => {
  const { code } = await bundleProfileScript('');
  expect(code).toContain('typeof fetch');
  expect(code).not.toMatch(
    /\.findLast\(|Object\.hasOwn\(|\.at\(|\.replaceAll\(|structuredClone|AbortSignal\.timeout/,
  );
});
