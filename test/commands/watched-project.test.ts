import { expect, test } from 'vitest';
import { watchedProject } from './watched-project.ts';

test('a watched project tells of what a command prints, writes and leaves behind', async () => {
  const project = watchedProject();
  project.mark('KEY', 'marked-secret-0001');
  project.mark('OTHER', 'marked-secret-0002', /^stdout of build$/);
  project.write(
    'scripts/build.ts',
    `import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
console.log('marked-secret-0001', 'marked-secret-0002');
console.error('marked-secret-0002');
writeFileSync(tmpdir() + '/left', 'marked-secret-0001');
`,
  );
  await project.run('build');
  // It was overwritten since, and was there all the same.
  project.write('temporary/left', '');
  project.mark('LATER', 'marked-secret-0002');
  expect(project.leaks()).toEqual([
    'KEY in stdout of build',
    'LATER in stdout of build',
    'OTHER in stderr of build',
    'LATER in stderr of build',
    'KEY in scripts/build.ts',
    'OTHER in scripts/build.ts',
    'KEY in temporary/left',
    'LATER in scripts/build.ts',
  ]);
  expect(project.leftovers()).toEqual(['left']);
  expect(project.commands()).toEqual(['scripts/build.ts']);
  project.remove();
});
