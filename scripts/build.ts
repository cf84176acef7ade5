import { Command } from 'commander';
import { buildBundles } from './bundle/build-bundles.ts';
import { runCommand } from './command.ts';
import { join } from 'node:path';
import { PROJECT_ROOT } from './project.ts';
import { declaredDependencies } from './tenant-config/declared-dependencies.ts';
import { readTenantFile } from './tenant-config/read-tenant-file.ts';

new Command('npm run build')
  .description('Bundles the Actions and the profile script into dist/, and refuses what Auth0 would refuse.')
  .action(() => {
    void runCommand(async () => {
      const tenantFile = readTenantFile(join(PROJECT_ROOT, 'tenant.yaml'), 'tenant.yaml');
      for (const { target, code } of await buildBundles(declaredDependencies(tenantFile))) {
        console.log(`${target.output}  ${Buffer.byteLength(code)} bytes`);
      }
    });
  })
  .parse();
