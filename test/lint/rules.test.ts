// @module-tag long
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { managementApi } from '../../scripts/auth0/management-api.ts';
import { recordOf } from '../../scripts/base/json-values.ts';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { TENANT_SCHEMA } from '../../scripts/tenant-config/tenant-schema.ts';

/** The project's own configuration, with these rules alone: without types they need no second. */
const RULES = [
  'no-console',
  'no-restricted-properties',
  'no-restricted-globals',
  'no-restricted-imports',
  'no-restricted-syntax',
  'regexp/no-super-linear-backtracking',
  'regexp/no-super-linear-move',
];
const eslint = new ESLint({
  cwd: PROJECT_ROOT,
  overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
  ruleFilter: ({ ruleId }) => RULES.includes(ruleId),
});

async function refusedBy(file: string, text: string): Promise<readonly (string | null)[]> {
  const [result] = await eslint.lintText(text, { filePath: join(PROJECT_ROOT, file) });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId);
}

describe('printing past the one place that makes text safe is refused', () => {
  test.each([
    ['console.log(name);', 'no-console'],
    ['console.error(name);', 'no-console'],
    ['console.table(names);', 'no-console'],
    ['process.stdout.write(name);', 'no-restricted-properties'],
    ["process['stderr'].write(name);", 'no-restricted-properties'],
    ['const { stdout } = process;', 'no-restricted-properties'],
    ["import { stdout } from 'node:process';", 'no-restricted-imports'],
    ["import process from 'node:process';", 'no-restricted-imports'],
    ["import { log } from 'node:console';", 'no-restricted-imports'],
  ])('%s', async (text, rule) => {
    for (const file of ['scripts/plan.ts', 'scripts/undo/put-back.ts', 'scripts/plan/render/terminal.ts'])
      expect(await refusedBy(file, text)).toContain(rule);
    expect(await refusedBy('scripts/command/print.ts', text)).toEqual([]);
  });

  test('and what goes through it is not', async () => {
    expect(await refusedBy('scripts/plan.ts', 'print(safe`${name}`);')).toEqual([]);
  });
});

test('an answer that is read past the one place that limits it is refused', async () => {
  for (const file of ['scripts/plan.ts', 'scripts/prove/exchange.ts', 'scripts/login/remote-login.ts'])
    expect(await refusedBy(file, 'await (await fetch(address)).text();')).toEqual(['no-restricted-globals']);
  expect(await refusedBy('scripts/base/fetch-whole.ts', 'await fetch(address);')).toEqual([]);
});

test('an answer of Node that depends on how often it was asked is not asked for', async () => {
  for (const file of ['scripts/plan.ts', 'scripts/runner/api/redirect.ts', 'actions/didit/text.ts'])
    expect(await refusedBy(file, 'URL.canParse(text);')).toEqual(['no-restricted-syntax']);
});

describe('a regular expression that a long text keeps busy for ever is refused', () => {
  const BACKTRACKING = 'regexp/no-super-linear-backtracking';

  test.each([
    String.raw`/^(?:[a-z]+)*$/`,
    String.raw`/^[a-z]*(?:[ _-]?[a-z]+)*\d$/`,
    String.raw`/\s*(\s*x)?$/`,
  ])('everywhere: %s', async (pattern) => {
    for (const file of ['scripts/plan.ts', 'actions/didit/claims.ts', 'test/free-port.ts'])
      expect(await refusedBy(file, `${pattern}.test(text);`)).toContain(BACKTRACKING);
  });

  test('in Actions also where it only begins again at each place', async () => {
    const text = String.raw`/\(\D*0/.test(text);`;
    expect(await refusedBy('actions/didit/text.ts', text)).toEqual(['regexp/no-super-linear-move']);
    expect(await refusedBy('actions/didit/text.ts', String.raw`/\([^\d(]*0/.test(text);`)).toEqual([]);
  });

  test('also as a pattern in a schema, where lint cannot see it', async () => {
    const patternsIn = (schema: unknown): readonly string[] =>
      Object.entries(recordOf(schema)).flatMap(([key, value]) =>
        key === 'pattern' && typeof value === 'string' ? [value] : patternsIn(value),
      );
    const lists = (schema: unknown): unknown =>
      JSON.parse(JSON.stringify(schema), (_key, value: unknown) =>
        Array.isArray(value) ? Object.fromEntries(value.entries()) : value,
      );
    const patterns = new Set([TENANT_SCHEMA, managementApi()].flatMap((schema) => patternsIn(lists(schema))));
    expect(patterns.size).toBeGreaterThan(10);
    const text = [...patterns].map((pattern) => `${String(new RegExp(pattern))}.test(text);`).join('\n');
    expect(await refusedBy('scripts/plan.ts', text)).toEqual([]);
    expect(await refusedBy('scripts/plan.ts', `${text}\n${String.raw`/^(?:a+)*$/u`}.test(text);`)).toContain(
      BACKTRACKING,
    );
  });
});
