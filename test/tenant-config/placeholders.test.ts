import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problems } from '../../scripts/base/problem.ts';
import { placeholdersIn, resolvePlaceholders } from '../../scripts/tenant-config/placeholders.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { problemsOf } from '../problems-of.ts';

const file = (text: string) => parseTenantFile(text, 'tenant.yaml');

describe('placeholders', () => {
  test('are found in values, with name and line, and not in comments', () => {
    const tenantFile = file("a: '##FIRST##'\n# '##COMMENT##'\nb:\n  - 'x ##SECOND## y'\n  - '@@THIRD@@'\n");
    expect(placeholdersIn(tenantFile)).toEqual([
      { name: 'FIRST', written: '##FIRST##', line: 1 },
      { name: 'SECOND', written: '##SECOND##', line: 4 },
      { name: 'THIRD', written: '@@THIRD@@', line: 5 },
    ]);
  });

  test('are filled in, inside longer values too', () => {
    const tenantFile = file('audience: https://##DOMAIN##/api/v2/\n');
    expect(resolvePlaceholders(tenantFile, new Map([['DOMAIN', 'tenant.example.com']]))).toEqual({
      audience: 'https://tenant.example.com/api/v2/',
    });
  });

  test('without a value are all named, with file and line, and how to set them', () => {
    const problems = problemsOf(() =>
      resolvePlaceholders(file("a: '##ONE##'\nb: '##TWO##'\nc: '##SET##'\n"), new Map([['SET', 'x']])),
    );
    expect(problems.map(({ code, place }) => [code, place])).toEqual([
      ['PLACEHOLDER_UNRESOLVED', { file: 'tenant.yaml', line: 1, key: 'ONE' }],
      ['PLACEHOLDER_UNRESOLVED', { file: 'tenant.yaml', line: 2, key: 'TWO' }],
    ]);
    expect(problems[0]?.remedy).toContain('Set ONE in the environment or in .env (');
  });

  test('without a value are to be set in the file that the command reads', () => {
    const [problem] = problemsOf(() =>
      resolvePlaceholders(file("a: '##ONE##'\n"), new Map(), '.env.staging'),
    );
    expect(problem?.remedy).toContain('Set ONE in the environment or in .env.staging (');
  });

  test('with an empty value count as without: an unset secret of a CI service arrives empty', () => {
    expect(() => resolvePlaceholders(file("a: '##ONE##'\n"), new Map([['ONE', '']]))).toThrow(Problems);
  });

  test('take any value as it is: quotes, line breaks, dollar signs and what YAML would read change nothing else', () => {
    const tenantFile = file("before: 1\nvalue: '##SECRET##'\nafter: [2]\n");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ minLength: 1 }).filter((text) => !/##[^#\n]+##|@@[^@\n]+@@/.test(text)),
          fc.constantFrom("'", '"\n  evil: true', '$&', '# no', '*alias', '["a"]'),
        ),
        (secret) => {
          expect(resolvePlaceholders(tenantFile, new Map([['SECRET', secret]]))).toEqual({
            before: 1,
            value: secret,
            after: [2],
          });
        },
      ),
    );
  });

  test.each(['##SECRET##', 'a @@STAGE@@', '##MY-API##', '@@HOME@@'])(
    'have no value that looks like one itself: %s is neither filled in again nor sent',
    (value) => {
      const tenantFile = file("a: '##STAGE##'\nb: '##SECRET##'\n");
      const values = new Map([
        ['STAGE', value],
        ['SECRET', 'marked-secret'],
      ]);
      expect(problemsOf(() => resolvePlaceholders(tenantFile, values))).toMatchObject([
        { code: 'VARIABLE_VALUE', place: { variable: 'STAGE' } },
      ]);
    },
  );

  test('are lists and objects as @@NAME@@, with quotes or without, and texts inside of a longer value', () => {
    const text =
      "a: @@LIST@@\nb: '@@OBJECT@@' # as it is\nc: [@@LIST@@, x]\nd: '##LIST##'\ne: 'x @@LIST@@'\n";
    const values = new Map([
      ['LIST', '["one", "two"]'],
      ['OBJECT', '{"key": {"of": 1}}'],
    ]);
    expect(resolvePlaceholders(file(text), values)).toEqual({
      a: ['one', 'two'],
      b: { key: { of: 1 } },
      c: [['one', 'two'], 'x'],
      d: '["one", "two"]',
      e: 'x ["one", "two"]',
    });
  });

  test('leave the file itself untouched, so that it can be resolved again', () => {
    const tenantFile = file("a: '##ONE##'\n");
    resolvePlaceholders(tenantFile, new Map([['ONE', 'first']]));
    expect(resolvePlaceholders(tenantFile, new Map([['ONE', 'second']]))).toEqual({ a: 'second' });
  });
});
