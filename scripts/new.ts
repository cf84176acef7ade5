import { safe } from './base/safe-text.ts';
import { Argument } from 'commander';
import { newAction } from './authoring/new-action.ts';
import { PROJECT_ROOT } from './base/project.ts';
import { writeFiles } from './base/write-files.ts';
import { commandLine } from './command/command-line.ts';
import { heading, print } from './command/print.ts';
import { runCommand } from './command/run-command.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

commandLine('new')
  .description('Writes a new Action: its source, a test, and its entry in tenant.yaml, where it runs last.')
  .addArgument(new Argument('<kind>', 'what to make').choices(['action']))
  .argument('<name>', 'such as loyalty-tier: small letters, digits and single hyphens')
  .action((_kind: 'action', name: string) => {
    void runCommand(async () => {
      const files = await newAction(name, readTenantConfig(), PROJECT_ROOT);
      for (const file of writeFiles(files, PROJECT_ROOT)) print(safe`${file}`);
      print(safe`
${heading(safe`What next`)}
  npm run dev    deploys locally and signs in again whenever you save
  npm test -- test/actions/${name}.test.ts`);
    });
  })
  .parse();
