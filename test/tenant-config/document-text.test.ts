import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textOfDocument } from '../../scripts/tenant-config/document-text.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';

/** What means something in YAML. */
const WORDS = [
  ...['<<', '!!str', '!!js/function x', '&a', '*a', '? a', '- a', 'a: b', '# c', '%YAML 1.2', '---', '...'],
  ...['~', 'null', 'true', 'no', '0x10', '1e3', '2026-01-01', '=', '', ' a', 'a ', '\t', '"', "'", '|', '>-'],
  ...[
    '__proto__',
    'constructor',
    '\n',
    '\r\n',
    'a\nb: c',
    '\u0085',
    '\u2028',
    '\u001b[2J',
    '\u202e',
    '[',
    '{',
  ],
];
const words = fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'grapheme' }));
const { values } = fc.letrec<{ readonly values: unknown }>((tie) => ({
  values: fc.oneof(
    { depthSize: 'small' },
    words,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('values'), { maxLength: 3 }),
    fc.dictionary(words, tie('values'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

test('whatever a tenant calls its things, the text of a file says just that', () => {
  fc.assert(
    fc.property(words, values, (key, value) => {
      const { document } = parseTenantFile('# kept\nlist:\n  one: 1\n', 'tenant.yaml');
      document.setIn(['list', key], document.createNode(value));
      const text = textOfDocument(document);
      // Once more: other commands write the file anew. Not `toStrictEqual`, which takes a key `constructor` for a type.
      for (const written of [text, textOfDocument(parseTenantFile(text, 'tenant.yaml').document)])
        expect(parseTenantFile(written, 'tenant.yaml').data).toEqual({
          list: Object.fromEntries<unknown>([
            ['one', 1],
            [key, value],
          ]),
        });
      expect(text).toContain('# kept');
    }),
    {
      examples: [
        ['<<', 'x'],
        ['two', { '<<': { a: 1 } }],
      ],
    },
  );
});

test('what a file merges stays merged', () => {
  const text = 'base: &base\n  a: 1\nown:\n  <<: *base\n  "<<": quoted\n';
  const { document } = parseTenantFile(text, 'tenant.yaml');
  const written = textOfDocument(document);
  expect(written).toContain('<<: *base');
  expect(parseTenantFile(written, 'tenant.yaml').data).toEqual({
    base: { a: 1 },
    own: { a: 1, '<<': 'quoted' },
  });
});
