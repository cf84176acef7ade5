import { safe } from './base/safe-text.ts';
import { buildBundles } from './bundle/build-bundles.ts';
import { unlistedNotices } from './bundle/targets.ts';
import { commandLine } from './command/command-line.ts';
import { print, printAside } from './command/print.ts';
import { runCommand } from './command/run-command.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

commandLine('build')
  .description('Bundles the Actions and the profile script into dist/, and refuses what Auth0 would refuse.')
  .action(() => {
    void runCommand(async () => {
      const read = readTenantConfig();
      for (const { target, code } of await buildBundles(read)) {
        print(safe`${target.output}  ${Buffer.byteLength(code)} bytes`);
      }
      for (const notice of unlistedNotices(read.config)) printAside(safe`${notice}`);
    });
  })
  .parse();
