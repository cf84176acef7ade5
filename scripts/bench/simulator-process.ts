/**
 * Runs @simulacrum/auth0-simulator, where it is installed: it reads its certificate from the home folder that its process
 * is given. Prints its port once it listens.
 */
import { safe } from '../base/safe-text.ts';
import { print } from '../command/print.ts';
import { createRequire } from 'node:module';

// Its CommonJS build: the other one does not find `sign` of jsonwebtoken on Node 22.
const { simulation } = createRequire(import.meta.url)('@simulacrum/auth0-simulator') as {
  simulation: (options: { options: { port: number } }) => { listen: (port: number) => Promise<unknown> };
};
const port = Number(process.argv[2]);
// It wants the option to be below 10,000, and then listens where it is told.
await simulation({ options: { port: 4400 } }).listen(port);
print(safe`${port}`);
process.once('SIGTERM', () => {
  process.exit(0);
});
