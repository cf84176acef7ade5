import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Command } from 'commander';
import { buildBundles } from './bundle/build-bundles.ts';
import { runCommand, seconds } from './command.ts';
import { generatedFiles, staleFiles } from './generate/generated-files.ts';
import { Problem, Problems } from './problem.ts';
import { PROJECT_ROOT } from './project.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

interface Step {
  readonly name: string;
  readonly run: () => Promise<void>;
}

const STEPS: readonly Step[] = [
  { name: 'tenant.yaml, build and gates', run: checkWhatIsSent },
  { name: 'generated files', run: checkGeneratedFiles },
  {
    name: 'types',
    run: () => tool('typescript/bin/tsc', ['--project', '.'], 'Mend the types that it names.'),
  },
  { name: 'lint', run: () => tool('eslint/bin/eslint.js', ['.'], 'Mend the lines that it names.') },
  {
    name: 'format',
    run: () =>
      tool('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.'], 'Run `npm run format`.'),
  },
];

new Command('npm run check')
  .description(
    'Checks everything that can be checked without a tenant: what is sent, types, lint and format.',
  )
  .action(() => {
    void runCommand(async () => {
      for (const { name, run } of STEPS) {
        const started = performance.now();
        await run();
        console.log(`ok  ${name}  ${seconds(performance.now() - started)}`);
      }
    });
  })
  .parse();

async function checkWhatIsSent(): Promise<void> {
  await buildBundles(readTenantConfig().config);
}

async function checkGeneratedFiles(): Promise<void> {
  const { config } = readTenantConfig();
  const stale = staleFiles(await generatedFiles(config, await buildBundles(config)));
  if (stale.length > 0) throw new Problems(stale);
}

/** Runs a tool from node_modules on this Node; what it prints is shown as it comes. */
async function tool(script: string, parameters: readonly string[], remedy: string): Promise<void> {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'node_modules', script), ...parameters], {
    cwd: PROJECT_ROOT,
    stdio: 'inherit',
  });
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (exitCode !== 0) {
    throw new Problem({
      code: 'CHECK_FAILED',
      message: `${script.split('/')[0] ?? script} found what is listed above.`,
      remedy,
    });
  }
}
