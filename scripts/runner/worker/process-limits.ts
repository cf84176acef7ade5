import asyncHooks from 'node:async_hooks';
import module from 'node:module';
import os from 'node:os';
import v8 from 'node:v8';

/**
 * Takes away what Node's permissions leave and an Action must not have: signals to other processes and their priority, flags of
 * the engine, which hold for all threads, hooks that run before ours, and what names this machine.
 *
 * `process.exit` stays: in a worker it ends the worker, which the runner sees.
 */
export function limitProcess(): void {
  for (const name of ['getBuiltinModule', 'binding', 'dlopen', 'execve', 'report', 'mainModule'])
    Reflect.deleteProperty(process, name);
  // What begins so is for Node itself: another way to signal, the handles that are open.
  for (const name of Object.getOwnPropertyNames(process))
    if (name.startsWith('_') && typeof Reflect.get(process, name) === 'function' && !CALLED_BY_NODE.has(name))
      Reflect.deleteProperty(process, name);
  const refuse = (syscall: string) => (): never => {
    throw Object.assign(new Error(`${syscall} EPERM`), { code: 'EPERM', syscall });
  };
  process.kill = refuse('kill');
  process.cwd = () => '/';
  Object.assign(os, {
    setPriority: refuse('setpriority'),
    userInfo: refuse('userInfo'),
    hostname: () => 'localhost',
    homedir: () => '/',
    networkInterfaces: () => ({}),
  });
  Object.assign(module, {
    register: refuse('register'),
    registerHooks: refuse('registerHooks'),
    enableCompileCache: refuse('enableCompileCache'),
  });
  Object.assign(v8, {
    setFlagsFromString: refuse('setFlagsFromString'),
    setHeapSnapshotNearHeapLimit: refuse('setHeapSnapshotNearHeapLimit'),
  });
  Object.assign(asyncHooks, {
    createHook: refuse('createHook'),
    executionAsyncResource: () => ({}),
  });
  Reflect.deleteProperty(globalThis, 'BroadcastChannel');
}

/** Without these an error that nobody catches, or a promise, takes the whole process along. */
const CALLED_BY_NODE = new Set(['_fatalException', '_tickCallback']);
