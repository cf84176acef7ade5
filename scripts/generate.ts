import { safe } from './base/safe-text.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine } from './command/command-line.ts';
import { print } from './command/print.ts';
import { runCommand } from './command/run-command.ts';
import { generatedFiles, generatedOutcomes } from './generate/generated-files.ts';
import { PICTURES, takePictures } from './generate/take-pictures.ts';
import { parseJsonObject, stringIn } from './base/json-values.ts';
import { withReleased } from './bundle/released-code.ts';
import { buildBundles } from './bundle/build-bundles.ts';
import { PROJECT_ROOT } from './base/project.ts';
import { writeFiles } from './base/write-files.ts';
import { readTenantConfig } from './tenant-config/read-tenant-config.ts';

commandLine('generate')
  .description(
    'Writes the pages and types that are made from the settings table, the claims contract and real runs.',
  )
  .option(
    '--release',
    'before a release: note what the Actions come to, so that plans call this code released',
    false,
  )
  .option('--pictures', 'take the pictures of the console anew, too; needs a Chromium', false)
  .action(({ release, pictures }: { readonly release: boolean; readonly pictures: boolean }) => {
    void runCommand(async (progress) => {
      const read = readTenantConfig();
      progress.waitFor('running all logins of the outcomes table');
      const bundles = await buildBundles(read);
      const files = [
        ...(await generatedFiles()),
        await generatedOutcomes(read.config, bundles),
        ...(release ? [withReleased(bundles, projectVersion())] : []),
      ];
      progress.waitFor(undefined);
      const changed = files.filter(({ file, text }) => readIfThere(join(PROJECT_ROOT, file)) !== text);
      for (const file of writeFiles(changed, PROJECT_ROOT)) print(safe`wrote ${file}`);
      if (!pictures) return;
      progress.waitFor('taking pictures');
      await takePictures();
      progress.waitFor(undefined);
      print(safe`took the pictures in ${PICTURES}: look at them`);
    });
  })
  .parse();

const projectVersion = (): string =>
  stringIn(parseJsonObject(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) ?? {}, 'version') ?? '';

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
