// Runs before every `npm run VERB` (see package.json), on whatever Node the host has: plain JavaScript, so that an old
// Node prints a sentence instead of failing on the first TypeScript file.
//
// 22.19 is the first Node 22 that strips types without a flag (22.18) and can be told at run time to trust the local
// tenant's certificate authority (`tls.setDefaultCACertificates`, 22.19).
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`error NODE_TOO_OLD: this project runs on Node 22.19 or newer; this is Node ${process.versions.node}.

  npm installs Node 22 next to the project for linux-x64, linux-arm64, win-x64 and darwin-arm64. It is not there, so this
  machine (${process.platform}-${process.arch}) is another one, or optional dependencies were left out.

  how to solve it: run \`npm ci\` without \`--omit=optional\`, start the commands with \`npm run\`, or install Node 22.19 or newer.`);
  process.exit(1);
}

// node:sqlite works and says on each start that it is experimental. That is ours to know, not the user's.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') console.error(`${warning.name}: ${warning.message}`);
});
