import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { likeAMarker, malformedMarker } from '../../scripts/tenant-config/markers.ts';
import { parseTenantFile } from '../../scripts/tenant-config/read-tenant-file.ts';
import { problemsOf } from '../problems-of.ts';

const parsed = (text: string): unknown => parseTenantFile(text, 'tenant.yaml').document.toJS();
const findings = (text: string) => problemsOf(() => parsed(text));

describe('a marker without quotes', () => {
  test.each([
    ['the value of a key', 'a: 1\nb: ##NAME##\n', '##NAME##', 2],
    ['the end of a text', 'b: half ##NAME##\n', '##NAME##', 1],
    ['behind a text in quotes', "b: 'half' ##NAME## # why\n", '##NAME##', 1],
    ['an item', 'a:\n  - x\n  - ##NAME##\n', '##NAME##', 3],
    ['in a list on one line, first', 'a: [##NAME##, b]\nc: 1\n', '##NAME##', 1],
    ['in a list on one line, last', 'a: 1\nb: [b, ##NAME##]\nc: 1\n', '##NAME##', 2],
    ['in an object on one line', 'a: { b: ##NAME## }\nc: 1\n', '##NAME##', 1],
    ['that is none', 'a: ##MY-API##\n', '##MY-API##', 1],
    ['with dots', '- ##api.url##\n', '##api.url##', 1],
    ['with blanks', 'a: ## API ##\n', '## API ##', 1],
    ['in a file of another system', 'a: 1\r\nb: ##NAME##\r\nc: 2\r\n', '##NAME##', 2],
    ['of the other form with more behind it', 'a: 1\nb: @@NAME@@/path\n', '@@NAME@@', 2],
    ['of the other form that is none', 'a: @@MY-LIST@@\n', '@@MY-LIST@@', 1],
  ])('is one error that names it and its line: %s', (_where, text, marker, line) => {
    const problems = findings(text);
    expect(problems).toMatchObject([{ code: 'PLACEHOLDER_UNQUOTED', place: { file: 'tenant.yaml', line } }]);
    expect(problems[0]?.message).toContain(marker);
    expect(problems[0]?.remedy).toContain(`'${marker}'`);
  });

  test('is none where it has a line for itself, in a text of several lines or inside of a word', () => {
    const text = '##TITLE##\na: |\n  ##ONE##\n  x ##TWO##\n  ## three ##\n# ##NO##\nb: c##FOUR##\n';
    expect(parsed(text)).toEqual({ a: '##ONE##\nx ##TWO##\n## three ##\n', b: 'c##FOUR##' });
  });

  test('is fine as @@NAME@@ wherever a value can stand, and lines keep their numbers', () => {
    const text = 'a: @@A@@\nb: [@@B@@, @@C@@]\nc: { d: @@D@@ }\ne:\n  - @@E@@ # comment\n  - f: @@F@@\r\n';
    expect(parsed(text)).toEqual({
      a: '@@A@@',
      b: ['@@B@@', '@@C@@'],
      c: { d: '@@D@@' },
      e: ['@@E@@', { f: '@@F@@' }],
    });
    expect(findings(`${text}g: 'open\n`)).toMatchObject([{ code: 'TENANT_FILE_SYNTAX', place: { line: 7 } }]);
  });
});

describe('what somebody meant as a marker', () => {
  test.each([
    ['x ##MY-API## y', '##MY-API##'],
    ['##api.url##', '##api.url##'],
    ['## API ##', '## API ##'],
    ['@@a b@@', '@@a b@@'],
    ['##@@NAME@@##', '##@@NAME@@##'],
    ['####NAME####', '##'],
    ['##ÜBER##', '##ÜBER##'],
  ])('is found in %s', (text, part) => {
    expect(malformedMarker(text)).toContain(part);
  });

  test.each([
    '##NAME##',
    'a ##ONE####TWO## b',
    '@@NAME@@',
    'a # b ## c',
    'user@example.com',
    '####',
    '##\n##',
  ])('is not %j', (text) => {
    expect(malformedMarker(text)).toBeUndefined();
  });

  test('is found wherever the marks are, whatever is between them', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ minLength: 1, maxLength: 40 }).filter((name) => !/[#@\n]/.test(name)),
        fc.constantFrom('##', '@@'),
        (before, name, mark) => {
          expect(likeAMarker(`${before.replaceAll(/[#@]/g, '')}${mark}${name}${mark}`)).toBe(
            `${mark}${name}${mark}`,
          );
        },
      ),
    );
  });
});

describe('a file', () => {
  test('may have merge keys, a mark of its encoding and the line ends of another system', () => {
    const text = '\uFEFFcommon: &common\r\n  a: 1\r\n  b: 2\r\nitem:\r\n  <<: *common\r\n  b: 3\r\n';
    expect(parsed(text)).toEqual({ common: { a: 1, b: 2 }, item: { a: 1, b: 3 } });
    expect(findings(`${text}x: 'open\r\n`)).toMatchObject([{ place: { line: 7 } }]);
  });
});
