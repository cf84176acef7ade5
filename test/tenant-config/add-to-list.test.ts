import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Document, parse } from 'yaml';
import { addToList } from '../../scripts/tenant-config/add-to-list.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';

const added = (text: string, item: Record<string, string> = { name: 'new' }, path = ['list']): string =>
  addToList(parseTenantFile(text, 'tenant.yaml'), path, item);

describe('one more item in a list', () => {
  test.each<[string, string, string]>([
    [
      'comes after the last, in its indent',
      'list:\n    - name: a\nrest: 1\n',
      'list:\n    - name: a\n    - name: new\nrest: 1\n',
    ],
    [
      'in no indent',
      'list:\n- name: a\n\n# of the rest\nrest: 1\n',
      'list:\n- name: a\n- name: new\n\n# of the rest\nrest: 1\n',
    ],
    [
      'with a blank line, as the others',
      'list:\n  - name: a\n\n  - name: b # why\n# end\n',
      'list:\n  - name: a\n\n  - name: b # why\n\n  - name: new\n# end\n',
    ],
    ['where the file ends without a line end', 'list:\n  - name: a', 'list:\n  - name: a\n  - name: new\n'],
    [
      'with the line ends of Windows',
      'list:\r\n  - name: a\r\nrest: 1\r\n',
      'list:\r\n  - name: a\r\n  - name: new\r\nrest: 1\r\n',
    ],
    [
      'after a text of several lines',
      'list:\n  - name: |\n      a\n      b\nrest: 1\n',
      'list:\n  - name: |\n      a\n      b\n  - name: new\nrest: 1\n',
    ],
    [
      'after an item in braces',
      'list:\n  - { name: a }\nrest: 1\n',
      'list:\n  - { name: a }\n  - name: new\nrest: 1\n',
    ],
    ['in a list that was empty', 'list: [] # none\nrest: 1\n', 'list:\n  - name: new\n  # none\nrest: 1\n'],
  ])('%s', (_how, before, after) => {
    expect(added(before)).toBe(after);
  });

  test('is in a list that stood on one line, and in one that was not there', () => {
    expect(parse(added('# kept\nlist: [{ name: a }]\n'))).toEqual({ list: [{ name: 'a' }, { name: 'new' }] });
    expect(added('# kept\nlist: [{ name: a }]\n')).toContain('# kept');
    expect(parse(added('rest: 1\n'))).toEqual({ rest: 1, list: [{ name: 'new' }] });
  });

  test('says what the file said, and the item, whatever is in it; comments stay', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('a: b', '- x', "it's", '#', '', 'null', 'line\nline', '##A##'),
    );
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom('name', 'code', 'why'), word, { minKeys: 1 }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.dictionary(fc.constantFrom('name', 'value'), word, { minKeys: 1 }),
        fc.record({
          indentSeq: fc.boolean(),
          lineWidth: fc.constantFrom(0, 40),
          indent: fc.integer({ min: 2, max: 6 }),
        }),
        fc.boolean(),
        (items, item, style, isLast) => {
          const data = isLast ? { rest: 'x', list: items } : { list: items, rest: 'x' };
          const document = new Document(data);
          document.commentBefore = ' at the top';
          const after = added(document.toString(style), item);
          expect(parse(after)).toEqual({ ...data, list: [...items, item] });
          expect(after).toMatch(/^# at the top/);
        },
      ),
    );
  });
});
