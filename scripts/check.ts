import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildBundles } from './bundle/build-bundles.ts';
import { unlistedNotices } from './bundle/targets.ts';
import { commandLine } from './command/command-line.ts';
import { print } from './command/print.ts';
import { runCommand, seconds } from './command/run-command.ts';
import { generatedFiles, staleFiles } from './generate/generated-files.ts';
import { Problem, Problems } from './base/problem.ts';
import { PROJECT_ROOT } from './base/project.ts';
import { block, safe } from './base/safe-text.ts';
import { MAX_PROFILE_BYTES, largestProfileBytes } from './settings/profile-size.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

/** Shows what a tool says, whether it has found something or not. */
type Show = (said: string) => void;

interface Step {
  readonly name: string;
  readonly run: (show: Show) => Promise<void>;
}

const STEPS: readonly Step[] = [
  { name: 'tenant.yaml, build and gates', run: checkWhatIsSent },
  { name: 'generated files', run: checkGeneratedFiles },
  {
    name: 'types',
    run: tool('typescript/bin/tsc', ['--project', '.'], 'Fix the type errors above.'),
  },
  { name: 'lint', run: tool('eslint/bin/eslint.js', ['.'], 'Fix the lines above.') },
  {
    name: 'format',
    run: tool('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.'], 'Run `npm run format`.'),
  },
];

commandLine('check')
  .description(
    'Checks everything that can be checked without a tenant: what is sent, types, lint and format.',
  )
  .action(() => {
    void runCommand(async (progress) => {
      for (const { name, run } of STEPS) {
        const started = performance.now();
        progress.waitFor(`checking ${name}`);
        await run((said) => {
          progress.waitFor(undefined);
          if (said.trim() !== '') print(block(said));
        });
        progress.waitFor(undefined);
        print(safe`ok  ${name}  ${seconds(performance.now() - started)}`);
      }
    });
  })
  .parse();

/** How much of Auth0's limit for a profile may be used before it is worth a warning: other teams keep things there, too. */
const PROFILE_SHARE = 0.8;

async function checkWhatIsSent(show: Show): Promise<void> {
  const read = readTenantConfig();
  await buildBundles(read);
  for (const notice of unlistedNotices(read.config)) show(`${notice}\n`);
  for (const { name, metadata = {} } of read.config.connections) {
    const bytes = largestProfileBytes(metadata);
    if (bytes <= PROFILE_SHARE * MAX_PROFILE_BYTES) continue;
    show(
      `warning: a person who signs in through "${name}" can get a profile of ${bytes} bytes from Didit alone. ` +
        `Auth0 refuses profiles over ${MAX_PROFILE_BYTES} from March 2027: take personal values out of fields or user_metadata of didit_sync.\n`,
    );
  }
}

async function checkGeneratedFiles(): Promise<void> {
  const read = readTenantConfig();
  const stale = staleFiles(await generatedFiles(read.config, await buildBundles(read)));
  if (stale.length > 0) throw new Problems(stale);
}

/** A tool from node_modules, on this Node. What it prints is kept until it ends, out of the way of the progress. */
function tool(script: string, parameters: readonly string[], remedy: string): Step['run'] {
  return async (show) => {
    const child = spawn(process.execPath, [join(PROJECT_ROOT, 'node_modules', script), ...parameters], {
      cwd: PROJECT_ROOT,
      // Its colours could hide lines as well as show them.
      env: { ...process.env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    show(said);
    if (exitCode === 0) return;
    throw new Problem({
      code: 'CHECK_FAILED',
      message: `${script.split('/')[0] ?? script} found what is listed above.`,
      remedy,
    });
  };
}
