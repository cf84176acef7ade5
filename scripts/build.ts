import { buildBundles } from './bundle/build-bundles.ts';
import { unlistedNotices } from './bundle/targets.ts';
import { commandLine } from './command/command-line.ts';
import { runCommand } from './command/run-command.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

commandLine('build')
  .description('Bundles the Actions and the profile script into dist/, and refuses what Auth0 would refuse.')
  .action(() => {
    void runCommand(async () => {
      const read = readTenantConfig();
      for (const { target, code } of await buildBundles(read)) {
        console.log(`${target.output}  ${Buffer.byteLength(code)} bytes`);
      }
      for (const notice of unlistedNotices(read.config)) console.error(notice);
    });
  })
  .parse();
