import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOMS } from '../../eslint.rooms.js';
import { renderArchitecture } from '../../scripts/generate/architecture-document.ts';
import { problemsOfAsync } from '../problems-of.ts';

const PAGE = `# Architecture

By hand, before.

<!-- folders: generated -->

What an earlier run wrote.

<!-- folders end -->

By hand, after.
`;

let root: string;

const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'architecture-'));
  write('docs/architecture.md', PAGE);
  for (const room of ROOMS) write(`${room}/README.md`, `The folder\n${room} itself.\n\nMore about it.\n`);
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

test('the page has the first paragraph of every folder’s README.md, and keeps what is written by hand', async () => {
  const page = await renderArchitecture(root);
  for (const room of ROOMS) expect(page).toContain(`\n| \`${room}/\` | The folder ${room} itself. |\n`);
  expect(page).not.toContain('earlier run');
  expect(page).toContain('By hand, before.\n\n<!-- folders: generated -->');
  expect(page.endsWith('<!-- folders end -->\n\nBy hand, after.\n')).toBe(true);
});

test('a folder without README.md is a problem with its place', async () => {
  rmSync(join(root, 'scripts/plan/README.md'));
  expect(await problemsOfAsync(() => renderArchitecture(root))).toMatchObject([
    { code: 'FOLDER_UNDESCRIBED', place: { file: 'scripts/plan/README.md' } },
  ]);
});

test('the project’s own page says what the folders say', async () => {
  const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8');
  expect(page.replaceAll(/ {2,}|-{4,}/g, ' ')).toContain(
    `| \`scripts/undo/\` | ${readFileSync(new URL('../../scripts/undo/README.md', import.meta.url), 'utf8').trim()} |`,
  );
});
