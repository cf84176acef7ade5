import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { misindentedLine } from '../../scripts/tenant-config/misindented-line.ts';
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
    ['a tab', '    strategy: oauth2', '\tstrategy: oauth2', 'not with tabs'],
    ['two tabs', '      didit_policy:', '\t\tdidit_policy:', 'not with tabs'],
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
