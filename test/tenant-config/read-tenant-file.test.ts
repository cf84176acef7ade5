import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemsIn } from '../../scripts/base/problem.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { problemsOf } from '../problems-of.ts';

const parsed = (text: string): unknown => parseTenantFile(text, 'tenant.yaml').data;
const levels = (count: number): string =>
  Array.from({ length: count }, (_, level) => `${' '.repeat(level)}a:`).join('\n');
const aliases = (count: number): string =>
  Array.from(
    { length: count },
    (_, level) =>
      `a${level}: &a${level} [${Array(10)
        .fill(level === 0 ? 'x' : `*a${level - 1}`)
        .join(',')}]\n`,
  ).join('');

const NO_SUCH_VALUE: readonly (readonly [what: string, text: string, line: number])[] = [
  ['a date', '%YAML 1.1\n---\na: 2001-12-14\n', 3],
  ['bytes', '%YAML 1.1\n---\na: !!binary aGVsbG8=\n', 3],
  ['an ordered map', '%YAML 1.1\n---\na: !!omap [b: 1]\n', 3],
  ['a set', 'a: !!set { b, c }\n', 1],
  ['no number', 'a: 1\nb: [.nan]\n', 2],
  ['a number without end', 'a: -.inf\n', 1],
  ['a number that is too large', 'a: 1e999\n', 1],
];

const SAME_KEYS: readonly (readonly [what: string, text: string, line: number])[] = [
  ['an alias and what it stands for as keys', 'a: &a b\nc: { *a : 1, b: 2 }\n', 2],
  ['a number and its text as keys', 'a: { 1: b, "1": c }\n', 1],
  ['nothing and an empty text as keys', 'a: { ~: b, "": c }\n', 1],
  ['keys that lie far from each other', '1: a\nb: c\nd:\n  e: f\n"1": g\n', 5],
  ['true and its text as keys', 'a: { true: b, "true": c }\n', 1],
];

describe('what is YAML and cannot be walked through is an error with its line', () => {
  test.each<readonly [string, string, number, string]>([
    ['an alias of nothing', 'a: 1\nb: *nobody\n', 2, 'nothing above it is called &nobody'],
    ['an alias of itself', 'a: &a\n  b: [*a]\n', 2, '*a stands in what it stands for'],
    ['an alias of itself, merged', 'a: &a\n  <<: *a\n', 2, '*a stands in what it stands for'],
    ['an alias that comes before its name', 'a: *b\nb: &b 1\n', 1, 'nothing above it is called &b'],
    ['aliases that multiply', aliases(9), 2, 'its aliases stand for too many values'],
    ['more aliases than anything needs', `a: &a 1\nb:\n${'  - *a\n'.repeat(10_001)}`, 3, 'too many values'],
    ['a merged number', 'a: 1\nb:\n  c: 2\n  <<: 5\n', 4, 'only objects can be merged'],
    ['a merged nothing, whatever tag it has', 'a: 1\n!!x <<: \n', 2, 'only objects can be merged'],
    ['nothing that is merged', 'a: 1\nb:\n  <<:\n', 3, 'only objects can be merged'],
    ['a merged list of what is no object', 'a: &a 1\nb: { <<: [{ c: 1 }, *a] }\n', 2, 'only objects can be'],
    ['a merged alias of a list', 'a: &a [1]\nb:\n  <<: *a\n', 3, 'only objects can be merged'],
    ['many levels', levels(300), 100, 'more than 100 levels'],
    ['many brackets', `a: 1\nb: ${'['.repeat(60_000)}${']'.repeat(60_000)}`, 2, 'more than 100 levels'],
    ['many brackets that nobody closes', `a: ${'{b: '.repeat(60_000)}`, 1, 'more than 100 levels'],
    ['lists in lists', `a:\n ${'- '.repeat(60_000)}b`, 2, 'more than 100 levels'],
    ...NO_SUCH_VALUE.map((row) => [...row, 'JSON has no such value'] as const),
    ...SAME_KEYS.map((row) => [...row, 'two keys are the same text'] as const),
    ['a key that is an object', '? <<: ', 1, 'a key is a list or an object'],
    ['a key that is a list', 'a:\n  [b, c]: 1\n', 2, 'a key is a list or an object'],
  ])('%s', (_what, text, line, message) => {
    expect(problemsOf(() => parsed(text))).toMatchObject([
      { code: 'TENANT_FILE_SYNTAX', place: { file: 'tenant.yaml', line } },
    ]);
    expect(problemsOf(() => parsed(text))[0]?.message).toContain(message);
  });

  test('markers in line after line are refused at once, and as many values are none too many', () => {
    expect(problemsOf(() => parsed(`a: 1\n${'@@A@@\n'.repeat(3_000)}b: 1\n`))).toMatchObject([
      { code: 'PLACEHOLDER_UNQUOTED', place: { file: 'tenant.yaml' } },
    ]);
    expect(parsed(`a:\n${'  - @@A@@\n'.repeat(3_000)}`)).toEqual({ a: Array(3_000).fill('@@A@@') });
  });

  test.each<[string, string, readonly number[]]>([
    ['of one object', 'a: 1\nb: 2\na: 3\na: 4\n', [3]],
    ['of objects in each other, from above', 'a:\n  - b: 1\n    b: 2\nc: 1\na: 2\n', [3, 5]],
    ['in brackets', 'a: 1\nb: { c: 1, c: 2 }\n', [2]],
    ['in quotes and without', 'a: 1\n"a": 2\n', [2]],
    ['that are nothing', '? \n: 1\nb: 2\n~: 3\n', [4]],
    ['that are one number', '1: a\nb: c\n01: d\n', [3]],
  ])('the same key again is told with its line: keys %s', (_what, text, lines) => {
    expect(problemsOf(() => parsed(text))).toMatchObject(
      lines.map((line) => ({
        code: 'TENANT_FILE_SYNTAX',
        message: 'This key is here for the second time.',
        place: { line },
      })),
    );
  });

  test('keys in keys are refused, whether or not the parser runs out of stack', () => {
    for (const count of [1_000, 50_000])
      expect(
        problemsOf(() => parsed(`a:\n  - b: 1\n    c:\n      d: ${'e: '.repeat(count)}\nf: 1\n`)),
      ).toMatchObject([{ code: 'TENANT_FILE_SYNTAX', place: { file: 'tenant.yaml', line: 4 } }]);
  });

  test.each<[string, string, unknown]>([
    ['an alias', 'a: &a [1]\nb: *a\n', { a: [1], b: [1] }],
    ['a merged alias', 'a: &a { b: 1 }\nc: { <<: *a }\n', { a: { b: 1 }, c: { b: 1 } }],
    ['many lists side by side', `a: [${'[],'.repeat(2_000)}]`, { a: Array(2_000).fill([]) }],
    [
      'a merged alias beside another',
      'a: &a { b: 1 }\nc: { <<: *a, <<: { d: 2 } }\n',
      { a: { b: 1 }, c: { b: 1, d: 2 } },
    ],
    [
      'what each of many applications merges',
      `a: &a { b: 1 }\nc:\n${'  - <<: *a\n'.repeat(3_000)}`,
      { a: { b: 1 }, c: Array(3_000).fill({ b: 1 }) },
    ],
    ['a merged list', 'a: &a { b: 1 }\nc: { <<: [*a, { d: 2 }] }\n', { a: { b: 1 }, c: { b: 1, d: 2 } }],
    ['a name that is given again', 'a: &a 1\nb: [*a, &a 2, *a]\n', { a: 1, b: [1, 2, 2] }],
    ['an alias as a key', 'a: &a b\nc: { *a : 1 }\n', { a: 'b', c: { b: 1 } }],
    ['a word of YAML 1.1, where the file says so', '%YAML 1.1\n---\na: yes\n', { a: true }],
    ['the same word otherwise', 'a: yes\n', { a: 'yes' }],
    ['a tag that says what it is', 'a: !!map { b: !!str 1 }\nc: !own d\n', { a: { b: '1' }, c: 'd' }],
    ['brackets in a text', `a: '${'['.repeat(900)}'`, { a: '['.repeat(900) }],
  ])('%s is none', (_what, text, data) => {
    expect(parsed(text)).toEqual(data);
  });
});

test('any text at all is data or a list of problems, and nothing else', () => {
  const piece = fc.constantFrom(
    'a:',
    ' ',
    '\n',
    '- ',
    '&a ',
    '*a',
    '[',
    ']',
    '{',
    '}',
    "'",
    '"',
    '##',
    '@@',
    '<<: ',
    '|',
    '\t',
    '#',
    '? ',
    '!!x ',
    '%',
    '---\n',
    'é',
    '1',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      try {
        parsed(text);
      } catch (error) {
        const codes = problemsIn(error).map(({ code }) => code);
        expect(codes, String(error)).not.toEqual([]);
        for (const code of codes) expect(['TENANT_FILE_SYNTAX', 'PLACEHOLDER_UNQUOTED']).toContain(code);
      }
    }),
    { numRuns: 2_000 },
  );
});
