import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEnvironment } from '../scripts/environment.ts';
import { problemsOf } from './problems-of.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'environment-'));
  writeFileSync(join(folder, '.env'), 'AUTH0_DOMAIN=one.example.com\nDIDIT_CLIENT_ID="of the # file"\n');
  writeFileSync(
    join(folder, '.env.production'),
    'AUTH0_DOMAIN=production.example.com\nDIDIT_CLIENT_SECRET=secret-of-the-file\n',
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const read = (name: string | undefined, environment: Readonly<Record<string, string>> = {}) =>
  readEnvironment(name, environment, folder);

describe('without --env', () => {
  test('.env is read, and the environment overrides it', () => {
    const variables = read(undefined, { AUTH0_DOMAIN: 'two.example.com' });
    expect(variables.get('AUTH0_DOMAIN')).toBe('two.example.com');
    expect(variables.get('DIDIT_CLIENT_ID')).toBe('of the # file');
  });

  test('an empty variable, as a CI service makes it of a missing secret, overrides nothing', () => {
    expect(read(undefined, { AUTH0_DOMAIN: '' }).get('AUTH0_DOMAIN')).toBe('one.example.com');
  });

  test('there need not be a file', () => {
    expect([...readEnvironment(undefined, { A: 'b' }, join(folder, 'nowhere'))]).toEqual([['A', 'b']]);
  });
});

describe('with --env NAME', () => {
  test('only .env.NAME is read', () => {
    const variables = read('production', { PATH: '/bin' });
    expect(variables.get('AUTH0_DOMAIN')).toBe('production.example.com');
    expect(variables.has('DIDIT_CLIENT_ID')).toBe(false);
  });

  test('a variable that the environment sets to something else is refused, by name and not by value', () => {
    const [problem, ...others] = problemsOf(() =>
      read('production', { AUTH0_DOMAIN: 'staging.example.com', DIDIT_CLIENT_SECRET: 'secret-of-the-shell' }),
    );
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'ENV_AMBIGUOUS',
      place: { file: '.env.production', key: 'AUTH0_DOMAIN, DIDIT_CLIENT_SECRET' },
    });
    expect(JSON.stringify(problem)).not.toContain('secret-of');
  });

  test('a variable that the environment sets to the same is no reason to stop', () => {
    const variables = read('production', { AUTH0_DOMAIN: 'production.example.com' });
    expect(variables.get('DIDIT_CLIENT_SECRET')).toBe('secret-of-the-file');
  });

  test.each([
    ['nowhere', 'ENV_FILE_MISSING'],
    ['../production', 'ENV_NAME_INVALID'],
  ])('--env %s is refused', (name, code) => {
    expect(problemsOf(() => read(name)).map((problem) => problem.code)).toEqual([code]);
  });
});
