import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from './base/project.ts';
import { commandLine } from './command/command-line.ts';
import { runCommand } from './command/run-command.ts';

/** StrykerJS and what it needs is half as much as everything else in this project together: it is installed by who uses it. */
const FOLDER = join(PROJECT_ROOT, 'test/mutants');
const LOCK = 'package-lock.json';
/** npm writes down there what it has installed. */
const INSTALLED = join(FOLDER, 'node_modules/.package-lock.json');

commandLine('test:mutants')
  .description(
    'Makes small changes to the code, one at a time, and tells which of them the tests near it do not notice. It goes on where an earlier run has left it.',
  )
  .option('--mutate <files...>', 'these alone; patterns and FILE:FROM-TO are possible, too')
  .option('--force', 'what an earlier run has answered, too', false)
  .action(({ mutate = [], force }: { readonly mutate?: readonly string[]; readonly force: boolean }) => {
    void runCommand(async (progress) => {
      if (!isInstalled()) {
        progress.waitFor('installing StrykerJS in test/mutants');
        await run('npm', ['ci', '--no-audit', '--no-fund'], FOLDER);
      }
      progress.waitFor(undefined);
      const stryker = join(FOLDER, 'node_modules/@stryker-mutator/core/bin/stryker.js');
      await run(process.execPath, [
        ...[stryker, 'run', 'test/mutants/stryker.config.json'],
        ...(mutate.length > 0 ? ['--mutate', mutate.join(',')] : []),
        ...(force ? ['--force'] : []),
      ]);
    });
  })
  .parse();

/** Whether each package is there in the version that the lock names. */
function isInstalled(): boolean {
  if (!existsSync(INSTALLED)) return false;
  const versions = (file: string): ReadonlyMap<string, string | undefined> => {
    const { packages } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly version?: string }>>;
    };
    return new Map(Object.entries(packages).map(([path, { version }]) => [path, version]));
  };
  const installed = versions(INSTALLED);
  return ['core', 'vitest-runner'].every((name) => {
    const path = `node_modules/@stryker-mutator/${name}`;
    return installed.get(path) === versions(join(FOLDER, LOCK)).get(path);
  });
}

/** In the terminal of this command; it ends with the exit code of what it runs. */
async function run(program: string, parameters: readonly string[], folder = PROJECT_ROOT): Promise<void> {
  const child = spawn(program, parameters, {
    cwd: folder,
    stdio: 'inherit',
    // Each mutant gets a thread of its own, which loads all of vitest.
    env: { ...process.env, NODE_COMPILE_CACHE: join(PROJECT_ROOT, '.cache/mutants/compiled') },
    // npm is a script on Windows.
    shell: process.platform === 'win32' && program === 'npm',
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (exitCode !== 0) process.exit(exitCode ?? 1);
}
