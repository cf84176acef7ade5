import { buildBundles } from './bundle/build-bundles.ts';
import { commandLine } from './command/command-line.ts';
import { runCommand } from './command/run-command.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

commandLine('build')
  .description('Bundles the Actions and the profile script into dist/, and refuses what Auth0 would refuse.')
  .action(() => {
    void runCommand(async () => {
      for (const { target, code } of await buildBundles(readTenantConfig())) {
        console.log(`${target.output}  ${Buffer.byteLength(code)} bytes`);
      }
    });
  })
  .parse();
