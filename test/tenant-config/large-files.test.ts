// @module-tag long
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { suggestionsFrom } from '../../scripts/base/nearest.ts';
import { placeOf } from '../../scripts/tenant-config/place-of.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';
import { problemsOf } from '../problems-of.ts';

const shipped = readFileSync(new URL('../../tenant.yaml', import.meta.url), 'utf8');

const many = (count: number, one: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => one(index)).join('');

/** `tenant.yaml` with more at the beginning of sections, and at the end. */
const withMore = (sections: Readonly<Record<string, string>>, end = ''): string =>
  Object.entries(sections).reduce((text, [start, more]) => {
    expect(text.split(start)).toHaveLength(2);
    return text.replace(start, (written) => written + more);
  }, shipped) + end;

const checked = (text: string): unknown => {
  const file = parseTenantFile(text, 'tenant.yaml');
  return validateTenantConfig(file, file.data);
};

/**
 * Each took time with the square of its size: minutes to hours for as much. There is no limit but that of every test: what is
 * slow again does not end.
 */
describe('a large file is read in a time that grows with its size', () => {
  test('of many keys, and of the places of them', () => {
    const count = 60_000;
    const file = parseTenantFile(
      many(count, (index) => `k${index}: v\n`),
      'tenant.yaml',
    );
    const lines = Array.from({ length: count }, (_, index) => placeOf(file, [`k${index}`]).line);
    expect(lines).toEqual(lines.map((_, index) => index + 1));
  });

  test('of many placeholders without quotes', () => {
    const count = 60_000;
    expect(parseTenantFile(`a:\n${'  - @@A@@\n'.repeat(count)}`, 'tenant.yaml').data).toEqual({
      a: Array(count).fill('@@A@@'),
    });
  });

  test('of applications and organizations that meet in millions of logins', () => {
    const text = withMore(
      {
        '\nclients:\n': many(
          4_000,
          (index) => `  - name: App ${index}\n    app_type: spa\n    organization_usage: allow\n`,
        ),
        '    enabled_clients:\n': many(4_000, (index) => `      - App ${index}\n`),
      },
      `organizations:\n${many(4_000, (index) => `  - name: org-${index}\n    connections: [{ name: didit }]\n`)}`,
    );
    expect(checked(text)).toMatchObject({ clients: { length: 4_003 }, organizations: { length: 4_000 } });
  });

  test('of many names that are misspelt', () => {
    const text = withMore({
      '\nclients:\n': many(20_000, (index) => `  - name: My application ${index}\n    app_type: spa\n`),
      '    enabled_clients:\n': many(20_000, (index) => `      - My aplication ${index}\n`),
    });
    const problems = problemsOf(() => checked(text));
    expect(problems).toHaveLength(20_000);
    expect(problems[0]).toMatchObject({
      code: 'TENANT_FILE_REFERENCE',
      remedy: 'Write "My application 0" if that is what you mean.',
    });
  });

  test('of many placeholders that nothing declares, beside many that are declared', () => {
    const text = withMore(
      {
        '    callbacks:\n      - https://app.example.com/callback\n': many(
          20_000,
          (index) => `      - '##NAMEE_${index}##'\n`,
        ),
      },
      `variables:\n${many(20_000, (index) => `  NAME_${index}: public\n`)}`,
    );
    const problems = problemsOf(() => checked(text));
    expect(problems).toHaveLength(20_000);
    expect(problems.at(-1)).toMatchObject({ code: 'PLACEHOLDER_UNDECLARED' });
  });
});

test('of many words that nobody knows, the first hundred get a suggestion', () => {
  const suggestionFor = suggestionsFrom(['callbacks', 'clients']);
  const suggested = Array.from({ length: 300 }, () => suggestionFor('calbacks'));
  expect(new Set(suggested.slice(0, 100))).toEqual(new Set(['callbacks']));
  expect(new Set(suggested.slice(100))).toEqual(new Set([undefined]));
});
