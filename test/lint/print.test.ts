import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

/** The project's own configuration, with these rules alone: without types they need no second. */
const RULES = ['no-console', 'no-restricted-properties', 'no-restricted-imports'];
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
