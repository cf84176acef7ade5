import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { PROBLEM_CODES } from '../../scripts/base/problem-codes.ts';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { renderErrorsDocument } from '../../scripts/generate/errors-document.ts';

interface Found {
  readonly codes: readonly string[];
  /** Codes that are not written out where the problem is made. */
  readonly computed: readonly string[];
}

/** The codes of all problems that a source text makes. */
function codesIn(text: string): Found {
  const codes: string[] = [];
  const computed: string[] = [];
  const readCode = (code: ts.Expression): void => {
    if (ts.isStringLiteral(code)) codes.push(code.text);
    // The code of another problem, which was made elsewhere.
    else if (!(ts.isPropertyAccessExpression(code) && code.name.text === 'code'))
      computed.push(code.getText());
  };
  const readParts = (parts: ts.Expression | undefined): void => {
    if (parts !== undefined && ts.isConditionalExpression(parts)) {
      readParts(parts.whenTrue);
      readParts(parts.whenFalse);
      return;
    }
    const code =
      parts !== undefined && ts.isObjectLiteralExpression(parts)
        ? parts.properties.find((property) => property.name?.getText() === 'code')
        : undefined;
    if (code !== undefined && ts.isPropertyAssignment(code)) readCode(code.initializer);
    else computed.push((code ?? parts)?.getText() ?? 'nothing');
  };
  const visit = (node: ts.Node): void => {
    const makes =
      ts.isNewExpression(node) && node.expression.getText() === 'Problem'
        ? node
        : ts.isCallExpression(node) && node.expression.getText() === 'diskProblem'
          ? node
          : undefined;
    if (makes !== undefined) readParts(makes.arguments?.[0]);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true));
  return { codes, computed };
}

describe('the codes of the sources', () => {
  const read = (pattern: string): readonly string[] =>
    globSync(pattern, { cwd: PROJECT_ROOT }).map((file) => readFileSync(join(PROJECT_ROOT, file), 'utf8'));
  const found = read('scripts/**/*.ts').map(codesIn);
  // Plain JavaScript prints its error itself: it runs where TypeScript cannot.
  const printed = read('scripts/**/*.mjs').flatMap((text) =>
    [...text.matchAll(/error ([A-Z_]+):/g)].map(([, code = '']) => code),
  );

  test('are those of the table, all of them and no others', () => {
    const made = new Set([...found.flatMap(({ codes }) => codes), ...printed]);
    expect([...made].sort()).toEqual(Object.keys(PROBLEM_CODES).sort());
  });

  test('are written out where the problem is made, so that a search finds it', () => {
    expect(found.flatMap(({ computed }) => computed)).toEqual([]);
  });
});

describe('a search for codes', () => {
  test.each([
    ["throw new Problem({ code: 'A_B', message, place });", { codes: ['A_B'], computed: [] }],
    [
      "const p = (): Problem => new Problem(yes ? { code: 'A' } : { code: 'B' });",
      { codes: ['A', 'B'], computed: [] },
    ],
    ['new Problem({ code: other.code, message });', { codes: [], computed: [] }],
    ['new Problem({ code: `A_${kind}`, message });', { codes: [], computed: ['`A_${kind}`'] }],
    ['new Problem({ code, message });', { codes: [], computed: ['code'] }],
    ['new Problem({ code: codes[0], message });', { codes: [], computed: ['codes[0]'] }],
    ['new Problem(parts);', { codes: [], computed: ['parts'] }],
    ["new Problems([]); log({ code: 'A' });", { codes: [], computed: [] }],
  ])('reads %s', (text, expected) => {
    expect(codesIn(text)).toEqual(expected);
  });
});

test('docs/errors.md has one row for each code, with every column but the place filled in', () => {
  const rows = renderErrorsDocument()
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | '));
  expect(rows.map(([code = '']) => code.replaceAll(/[|` ]/g, '')).sort()).toEqual(
    Object.keys(PROBLEM_CODES).sort(),
  );
  for (const [code, means = '', , remedy = ''] of rows) {
    expect(means, code).toMatch(/^\S.*\.$/);
    expect(remedy, code).toMatch(/^\S.*\S \|$/);
  }
});
