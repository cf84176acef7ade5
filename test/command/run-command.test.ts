import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

/** A command that prints, goes on for a while, prints again, and ends with an exit code that says that it got there. */
const COMMAND = `
  import { runCommand } from './scripts/command/run-command.ts';
  await runCommand(async () => {
    console.log('first line');
    for (let count = 0; count < 20; count += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      console.log('another line');
      console.error('another line');
    }
    process.exitCode = 7;
  });
`;

test('a command goes on when whoever reads its output has stopped reading', async () => {
  const child = spawn(
    process.execPath,
    ['--import', './scripts/base/node-version.mjs', '--input-type=module', '-e', COMMAND],
    {
      cwd: PROJECT_ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  child.stdout.once('data', () => {
    child.stdout.destroy();
    child.stderr.destroy();
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  expect(exitCode).toBe(7);
});

test('a command that ends before its work is done has failed', async () => {
  const child = spawn(
    process.execPath,
    [
      ...['--import', './scripts/base/node-version.mjs', '--input-type=module', '-e'],
      `import { runCommand } from './scripts/command/run-command.ts';
       void runCommand(() => new Promise(() => {}));`,
    ],
    { cwd: PROJECT_ROOT, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect({ exitCode, said }).toEqual({
    exitCode: 1,
    said: expect.stringContaining('ended before its work was done') as unknown,
  });
});
