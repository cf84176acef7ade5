import { safe } from './base/safe-text.ts';
import { join } from 'node:path';
import { completeConfig, prepareConfig } from './tenant-access/complete-config.ts';
import { builtValues, codeOf } from './bundle/built-code.ts';
import { exportNotices } from './export/export-notices.ts';
import { exportTenantFile } from './export/export-tenant-file.ts';
import { writeOutput } from './base/write-files.ts';
import { withTenant } from './command/tenant-connection.ts';
import type { TenantChoice } from './command/tenant-connection.ts';
import { readTenantState } from './tenant-access/read-tenant-state.ts';
import { buildBundles } from './bundle/build-bundles.ts';
import { commandLine } from './command/command-line.ts';
import { printAside, printFile } from './command/print.ts';
import { runCommand } from './command/run-command.ts';
import type { Progress } from './command/progress.ts';
import { PROJECT_ROOT } from './base/project.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

interface ExportOptions extends TenantChoice {
  readonly output?: string;
}

commandLine('export')
  .description(
    'Writes the tenant as a tenant.yaml. A deploy of it changes nothing except what the command tells you. Placeholders stay; secrets are never written.',
  )
  .option('--output <file>', 'write to this file instead of printing')
  .option('--env <name>', 'read .env.NAME instead of .env')
  .action((options: ExportOptions) => {
    void runCommand((progress) => exportTenant(options, progress));
  })
  .parse();

async function exportTenant(options: ExportOptions, progress: Progress): Promise<void> {
  const { tenantFile, config: written } = readTenantConfig();
  const bundles = await buildBundles({ tenantFile, config: written });
  await withTenant(options, progress, async ({ api, target, valuesFor }) => {
    progress.waitFor(`reading ${api.domain}`);
    const source = {
      tenantFile,
      // A secret is not needed here: an export does not stop because one is missing.
      values: new Map([
        ['DIDIT_CLIENT_SECRET', 'known-later-DIDIT_CLIENT_SECRET'],
        ...valuesFor(tenantFile).values,
        ...builtValues(bundles),
      ]),
      variablesFile: target.variablesFile,
    };
    const state = await readTenantState(api, prepareConfig(source));
    const { config } = completeConfig(source, state);
    const exported = exportTenantFile(tenantFile, config, state, source.values, codeOf(bundles));
    const { text, codeFiles } = exported;
    for (const [file, code] of codeFiles) {
      writeOutput(join(PROJECT_ROOT, file), code, true);
      printAside(safe`The tenant runs other code than is built here: written to ${file}`);
    }
    for (const notice of exportNotices(exported)) printAside(safe`${notice}`);
    if (options.output === undefined) {
      printFile(text);
      return;
    }
    const wasThere = writeOutput(options.output, text) === 'replaced';
    printAside(
      wasThere
        ? safe`${options.output} was there and is replaced: \`git diff\` shows what differs, if it was committed.`
        : safe`Written to ${options.output}`,
    );
  });
}
