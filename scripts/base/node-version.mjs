// Runs before every `npm run VERB` (see package.json), on whatever Node the host has: plain JavaScript, so that an old
// Node can hand over, or print a sentence, instead of failing on the first TypeScript file.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
if (!existsSync(join(modules, 'commander'))) {
  console.error(`error PACKAGES_MISSING: the packages of this project are not installed here.
  where: ${modules}
  how to solve it: run \`npm ci\` first.`);
  process.exit(1);
}

// 22.19 is the first Node 22 that strips types without a flag (22.18) and can be told at run time to trust the local
// tenant's certificate authority (`tls.setDefaultCACertificates`, 22.19).
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) await runOnInstalledNode();

// node:sqlite works and says on each start that it is experimental. That is ours to know, not the user's.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') console.error(`${warning.name}: ${warning.message}`);
});

/**
 * Runs the same command on the Node 22 that was installed beside the project, and ends with its exit code. npm 11 puts that Node
 * first in the PATH of `npm run`. npm 10 installs it too, but removes `node_modules/.bin/node` again, together with what it leaves
 * out for other systems.
 */
async function runOnInstalledNode() {
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  const installed = ['node', 'node-bin']
    .map((name) => `${name}-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`)
    .map((name) => join(modules, name, 'bin', program))
    .find((path) => existsSync(path));
  if (installed === undefined) {
    console.error(`error NODE_TOO_OLD: this project runs on Node 22.19 or newer; this is Node ${process.versions.node}.

  npm installs Node 22 next to the project for linux-x64, linux-arm64, win-x64 and darwin-arm64. It is not there: either this
  machine (${process.platform}-${process.arch}) is none of these, or optional dependencies were left out.

  how to solve it: run \`npm ci\` without \`--omit=optional\`, or install Node 22.19 or newer.`);
    process.exit(1);
  }
  process.env.PATH = [dirname(installed), process.env.PATH].join(delimiter);
  const child = spawn(installed, [...process.execArgv, ...process.argv.slice(1)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both: the command decides what becomes of it. Other signals reach this process alone.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const [code] = await new Promise((resolve) => child.once('exit', (...ended) => resolve(ended)));
  process.exit(code ?? 1);
}
