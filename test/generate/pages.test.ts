import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import {
  COUNTING_SCOPES,
  ORGANIZATION_PUT_BACK_SCOPES,
  ORGANIZATION_SCOPES,
  PUT_BACK_SCOPES,
  REQUIRED_SCOPES,
} from '../../scripts/tenant-access/required-scopes.ts';

const PAGES = [
  ...readdirSync(PROJECT_ROOT),
  ...readdirSync(join(PROJECT_ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map(
    (name) => `docs/${name}`,
  ),
].filter((name) => name.endsWith('.md'));

const read = (page: string): string => readFileSync(join(PROJECT_ROOT, page), 'utf8');

/** What a pattern with one group finds in a text, each once. */
const found = (pattern: RegExp, text: string): readonly string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, group = '']) => group)),
];

/** The anchors of a page's titles, as GitHub makes them. */
const anchorsOf = (page: string): readonly string[] =>
  found(/^#+ (.+)$/gm, read(page)).map((title) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(PAGES)('%s', (page) => {
  test('links only to files and titles that are there', () => {
    const links = found(/\]\((?!https?:)([^)\s]+)\)/g, read(page));
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(PROJECT_ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('CONTRIBUTING.md', () => {
  test('names only files and folders that are there', () => {
    const paths = found(
      /`((?:actions|scripts|test|docs|\.ci)\/[^`\s]*|[\w.]+\.(?:js|ts|yaml))`/g,
      read('CONTRIBUTING.md'),
    );
    expect(paths.length).toBeGreaterThan(30);
    expect(paths.filter((path) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([]);
  });
});

test('docs/security.md names for each promise a test that is there', () => {
  const rows = read('docs/security.md')
    .split('\n')
    .filter((line) => /^\|(?! -| promise)/.test(line));
  const named = rows.map((row) => /`(test\/[^`]+)`(?:: "([^"]+)")? *\|$/.exec(row));
  expect(rows.length).toBeGreaterThan(15);
  for (const [index, found] of named.entries()) {
    const [, file = '', title = ''] = found ?? [];
    expect(file, rows[index]).not.toBe('');
    expect(read(file), rows[index]).toContain(title);
  }
});

test('the README and CONTRIBUTING.md together name every command of package.json, and no other', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
  const text = read('README.md') + read('CONTRIBUTING.md');
  const named = found(/npm (?:run )?((?<=run )[\w:]+|test\b)/g, text);
  expect([...named].sort()).toEqual(Object.keys(scripts).sort());
});

test('docs/deploy.md lists the permissions that a deploy checks for, and those that only going back needs', () => {
  const listed = found(/`((?:read|create|update|delete):\w+)`/g, read('docs/deploy.md'));
  const needed = [
    ...[...REQUIRED_SCOPES, ...ORGANIZATION_SCOPES].flatMap(({ scopes }) => scopes),
    ...[...PUT_BACK_SCOPES, ...ORGANIZATION_PUT_BACK_SCOPES, ...COUNTING_SCOPES],
  ];
  expect([...listed].sort()).toEqual([...new Set(needed)].sort());
});

test('docs/own-tenant.md has the permissions to paste as the commands need them', () => {
  const lists = [...read('docs/own-tenant.md').matchAll(/^```json\n([^]*?)^```$/gm)].map(
    ([, json = '']) => JSON.parse(json) as unknown,
  );
  const deploy = REQUIRED_SCOPES.flatMap(({ scopes }) => scopes);
  expect(lists).toEqual([
    deploy,
    deploy.filter((scope) => scope.startsWith('read:')),
    [...PUT_BACK_SCOPES, ...COUNTING_SCOPES],
  ]);
});
