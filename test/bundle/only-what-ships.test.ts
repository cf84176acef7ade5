import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

/** The Actions, and the script of the connection. */
const ENTRIES = [
  ...globSync('actions/*.ts', { cwd: PROJECT_ROOT }),
  'actions/connection/fetch-user-profile.ts',
  // For Actions of one's own: `npm run new` writes what imports it.
  'actions/auth0/didit-answer.ts',
];

test('every file of actions/ is part of what an entry point brings to Auth0, by its code or by its types', () => {
  const reached = new Set<string>();
  const follow = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    const { importedFiles } = ts.preProcessFile(readFileSync(join(PROJECT_ROOT, file), 'utf8'));
    for (const { fileName } of importedFiles)
      if (fileName.startsWith('.')) follow(join(file, '..', fileName));
  };
  ENTRIES.forEach(follow);
  expect([...reached].sort()).toEqual(globSync('actions/**/*.ts', { cwd: PROJECT_ROOT }).sort());
});
