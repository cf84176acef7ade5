/**
 * Runs @simulacrum/auth0-simulator, where it is installed: it reads its certificate from the home folder that its process
 * is given. Prints its port.
 */
// Not an import by a literal name: the compiler need not find what most clones do not have.
const name = ['@simulacrum', 'auth0-simulator'].join('/');
const { simulation } = (await import(name)) as {
  simulation: (options: { options: { port: number } }) => {
    listen: (port: number) => Promise<{ port: number }>;
  };
};
const port = Number(process.argv[2]);
await simulation({ options: { port } }).listen(port);
console.log(port);
process.once('SIGTERM', () => {
  process.exit(0);
});
