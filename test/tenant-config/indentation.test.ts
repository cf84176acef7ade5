import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemsIn } from '../../scripts/base/problem.ts';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { misindentedLine } from '../../scripts/tenant-config/broken-line.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { validateTenantConfig } from '../../scripts/tenant-config/validate-tenant-config.ts';
import { problemsOf } from '../problems-of.ts';

const TEXT = readFileSync(join(PROJECT_ROOT, 'tenant.yaml'), 'utf8');
const LINES = TEXT.split('\n');

const problemsWith = (from: string, to: string) => {
  if (!TEXT.includes(from)) throw new Error(`tenant.yaml has no ${from}`);
  return problemsOf(() => {
    const file = parseTenantFile(TEXT.replace(from, to), 'tenant.yaml');
    validateTenantConfig(file, file.document.toJS());
  });
};

const lineOf = (text: string): number => TEXT.slice(0, TEXT.indexOf(text)).split('\n').length;
const [OPTIONS = ''] = /    options:\n(?:      .*\n)+/.exec(TEXT) ?? [];

describe('a line that is indented in a wrong way is one problem, at that line', () => {
  test.each([
    ['a tab', '    strategy: oauth2', '\tstrategy: oauth2', 'indented with a tab'],
    ['two tabs', '      didit_policy:', '\t\tdidit_policy:', 'indented with a tab'],
    [
      'a blank less',
      '    metadata:\n',
      '   metadata:\n',
      'it is indented by 3, and the lines above it by 4 or 2',
    ],
    [
      'a blank more',
      '      pkce_enabled',
      '       pkce_enabled',
      'it is indented by 7, and the lines above it by 6',
    ],
    ['a dash less', '  - name: didit-access-policy', ' - name: didit-access-policy', 'indented by 1'],
  ])('(%s)', (_how, from, to, message) => {
    const found = problemsWith(from, to);
    expect(found).toMatchObject([{ code: 'TENANT_FILE_SYNTAX', place: { line: lineOf(from) } }]);
    expect(found[0]?.message).toContain(message);
  });

  test.each([
    [
      'the keys of options beside it',
      OPTIONS,
      OPTIONS.replaceAll('\n      ', '\n    '),
      '"client_id" belongs below "options"',
      'client_id:',
    ],
    [
      'options below metadata',
      '    options:\n',
      '      options:\n',
      '"options" stands below "metadata"',
      '    options:',
    ],
    [
      'the trigger beside triggers',
      '  post-login:\n',
      'post-login:\n',
      '"post-login" belongs below "triggers"',
      '  post-login:',
    ],
  ])('(%s)', (_how, from, to, message, at) => {
    const found = problemsWith(from, to);
    expect(found).toMatchObject([{ code: 'TENANT_FILE_VALUE', place: { line: lineOf(at) } }]);
    expect(found[0]?.message).toContain(message);
  });

  test('wherever it is, and however many follow from it', () => {
    const changeable = LINES.flatMap((line, index) => (/^ +[\w$]/.test(line) ? [index] : []));
    fc.assert(
      fc.property(fc.constantFrom(...changeable), fc.constantFrom('\t', '   ', ' '), (index, more) => {
        const text = LINES.map((line, at) => (at === index ? `${more}${line}` : line)).join('\n');
        let found: readonly { readonly code: string }[] = [];
        try {
          const file = parseTenantFile(text, 'tenant.yaml');
          validateTenantConfig(file, file.document.toJS());
        } catch (error) {
          found = (error as { readonly problems?: typeof found }).problems ?? [];
        }
        expect(found.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  test('and none in a file that is right, whatever its style', () => {
    expect(misindentedLine(TEXT)).toBeUndefined();
    for (const right of [
      'a:\n- b: 1\n  c: 2\n-   d: 3\n    e: 4\n',
      'a: |\n    text\n  less\nb: >-\n  more\n   and more\nc: 1\n',
      'a:\n  # comment\n b: 1\n',
      'a: &x\n  b: 1\nc: !!map\n  d: 1\n',
      '- - a\n  - b\n-\n  c: 1\n',
    ])
      expect(misindentedLine(right), right).toBeUndefined();
  });
});

describe('a line that makes a file no YAML is told with its cause and what to write', () => {
  test.each([
    ['a colon is missing', 'a: 1\nbold true\nc: 1\n', 2, 'no colon', '`bold: …`'],
    [
      'a blank is missing behind the colon',
      'a: 1\nbold:true\nc: 1\n',
      2,
      'a blank is missing',
      '`bold: true`',
    ],
    ['a dash is missing', 'a:\n  "one"\n  - two\nb: 1\n', 2, 'no dash', 'dash and a blank'],
    ['a blank is missing behind the dash', 'a:\n  -b: 1\n   c: 2\n', 2, 'behind the dash', 'a blank'],
    [
      'a colon stands in a value',
      'a: 1\ntitle: Terms: all of them\n',
      2,
      'a colon and a blank',
      "title: '…'",
    ],
    ['a quote is not closed', "a: 1\nb: 'x\nc: 2\nd: 'y'\n", 2, "its ' is not closed", "another '"],
    ['a quote is closed too early', "a: 1\nb: 'It's'\nc: 2\n", 2, "its ' is not closed", "another '"],
    ['a double quote is not closed', 'a: 1\nb: "x\nc: 2\n', 2, 'its " is not closed', 'another "'],
    ['a bracket is not closed', 'a: 1\nb: [1, 2\nc: 2\n', 2, 'its [ is not closed', '] at the end'],
    ['a brace is not closed', 'a: 1\nb: { c: 1\nd: 2\n', 2, 'its { is not closed', '} at the end'],
    [
      'a merge is not finished',
      'a:\n<<<<<<< HEAD\n  b: 1\n=======\n  b: 2\n>>>>>>> other\n',
      2,
      'merge conflict',
      'one of the two',
    ],
    ['a blank is another character', 'a:\n\u00a0\u00a0b: 1\n  c: 2\n', 2, 'looks like a blank', 'space bar'],
    ['there are two documents', 'a: 1\n---\nb: 2\n', 2, 'second document', 'Remove'],
    ['a star stands for nothing', 'a: 1\nb: *everything\n', 2, '&everything', 'quotes'],
    ['a tab indents', 'a:\n\tb: 1\n', 2, 'a tab', 'spaces'],
  ])('(%s)', (_how, text, line, message, remedy) => {
    const found = problemsOf(() => parseTenantFile(text, 'tenant.yaml'));
    expect(found).toMatchObject([{ code: 'TENANT_FILE_SYNTAX', place: { line } }]);
    expect(found[0]?.message).toContain(message);
    expect(found[0]?.remedy).toContain(remedy);
  });

  test.each([
    ['clients:\n  - [1\nactions: 2\n', 'YAML error, line 2: its [ is not closed.'],
    ['a: "x\n', 'YAML error, line 1: its " is not closed.'],
    ['- a\nb: 1\n', 'YAML error, line 2: check the indentation.'],
    ['a:\n  b\n  c: 1\n', 'YAML error, line 2: it has no colon, and is neither a key nor part of a list.'],
    ['a:\n\tb: 1\n', 'YAML error, line 2: it is indented with a tab.'],
    ['a: @b\n', 'YAML error, line 1: a value that starts with this character needs quotes.'],
  ])('YAML %j', (text, message) => {
    const [problem] = problemsOf(() => parseTenantFile(text, 'tenant.yaml'));
    expect(problem?.message).toBe(message);
  });

  test('as are values that stand for each other without an end', () => {
    const levels = ['a', 'b', 'c', 'd', 'e', 'f'];
    const text = levels
      .map(
        (name, index) =>
          `${name}: &${name} [${Array(9)
            .fill(index === 0 ? '1' : `*${levels[index - 1] ?? ''}`)
            .join()}]\n`,
      )
      .join('');
    expect(problemsOf(() => parseTenantFile(text, 'tenant.yaml'))).toMatchObject([
      { code: 'TENANT_FILE_SYNTAX' },
    ]);
  });

  test('and a key with its first letter missing is one problem with its line, whatever value it has', () => {
    const keys = LINES.flatMap((line, index) => {
      const [, before = '', key = '', after = ''] = /^(\s*(?:- )?)(\w+)(:(?: .*)?)$/.exec(line) ?? [];
      return key === '' ? [] : [{ index, text: `${before}${key.slice(1)}${after}` }];
    });
    expect(keys.length).toBeGreaterThan(120);
    for (const { index, text } of keys) {
      const problems = problemsOf(() => {
        const file = parseTenantFile(LINES.with(index, text).join('\n'), 'tenant.yaml');
        validateTenantConfig(file, file.document.toJS());
      });
      expect(problems, text).toMatchObject([{ place: { line: index + 1 } }]);
    }
  });

  test('and whatever is cut out of a line or put into it, nobody reads of a defect', () => {
    const pieces = [
      "'",
      '"',
      '[',
      '{',
      ':',
      '- ',
      '*x',
      '&',
      '!',
      '|',
      '%',
      '@',
      '#',
      '\u00a0',
      '\t',
      '---',
      '<<: ',
    ];
    fc.assert(
      fc.property(
        fc.nat(LINES.length - 1),
        fc.nat(60),
        fc.nat(4),
        fc.constantFrom('', ...pieces),
        (index, at, length, piece) => {
          const text = LINES.map((line, position) =>
            position === index ? `${line.slice(0, at)}${piece}${line.slice(at + length)}` : line,
          ).join('\n');
          try {
            const file = parseTenantFile(text, 'tenant.yaml');
            validateTenantConfig(file, file.document.toJS());
          } catch (error) {
            expect(problemsIn(error), `line ${index + 1}`).not.toEqual([]);
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
