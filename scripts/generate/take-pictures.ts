import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Problem } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';

/** From the project's root. */
export const PICTURES = 'docs/pictures';

/**
 * Takes the pictures of the documentation anew, by the test that knows how: it needs a Chromium, which nothing else here does.
 *
 * @throws {Problem} `PICTURES_NOT_TAKEN`.
 */
export async function takePictures(): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(PROJECT_ROOT, 'node_modules/vitest/vitest.mjs'), 'run', 'test/browser/pictures.test.ts'],
    {
      cwd: PROJECT_ROOT,
      // Times of day are shown in the zone of the machine.
      env: { ...process.env, NO_COLOR: '1', TZ: 'UTC', CONSOLE_PICTURES: join(PROJECT_ROOT, PICTURES) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (exitCode !== 0)
    throw new Problem({
      code: 'PICTURES_NOT_TAKEN',
      message: 'The pictures of the documentation could not be taken.',
      place: { file: PICTURES },
      cause: new Error(said),
    });
}
