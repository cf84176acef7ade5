/**
 * auth0-deploy-cli as people run it (`a0deploy import`, `a0deploy export`), in a process of its own: the whole environment for
 * replacements, the file as it is. Only the part of its schema that nobody here uses is emptied, which saves 17 seconds.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('auth0-deploy-cli/lib/tools/auth0/schema').default.properties.prompts = {};
const { deploy, dump } = require('auth0-deploy-cli');
const [, , mode, input, domain, accessToken, kinds] = process.argv;
const config = {
  AUTH0_DOMAIN: domain,
  AUTH0_ACCESS_TOKEN: accessToken,
  ...(kinds === '' ? {} : { AUTH0_INCLUDED_ONLY: kinds.split(',') }),
};
const MODES = {
  import: async () => await deploy({ input_file: input, env: true, config }),
  'dry-run': async () => await deploy({ input_file: input, env: true, config, dry_run: 'preview' }),
  'interactive dry-run': async () => {
    // It asks what to do next only where it finds a terminal.
    process.stdout.isTTY = true;
    await deploy({ input_file: input, env: true, config, dry_run: 'preview', interactive: true });
  },
  export: async () => await dump({ output_folder: input, format: 'yaml', env: true, config }),
};
try {
  await MODES[mode]();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
