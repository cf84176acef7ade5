/**
 * Takes away what would let an Action's code around the rules for modules, or reach the other threads of this process.
 *
 * `process.exit` stays: in a worker it ends the worker, which the runtime sees.
 */
export function limitProcess(): void {
  for (const name of ['getBuiltinModule', 'binding', '_linkedBinding', 'dlopen']) {
    Reflect.deleteProperty(process, name);
  }
  process.kill = () => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM', syscall: 'kill' });
  };
}
