import fs from 'node:fs';

/** Functions that write, each also with `Sync` at the end and (most of them) in `fs.promises`. */
const WRITING = (
  'appendFile chmod chown copyFile cp fchmod fchown fdatasync fsync ftruncate futimes lchmod lchown link lutimes mkdir ' +
  'mkdtemp rename rm rmdir symlink truncate unlink utimes write writeFile writev'
).split(' ');

/**
 * Makes the file system read-only for this thread, as it is for an Action at Auth0: whatever writes fails with `EROFS`. What may
 * be read is left to Node's permissions; they know nothing of what is open already, which is the runner's own.
 */
export function refuseFileWrites(): void {
  for (const name of WRITING) {
    replace(fs, name, () => refuseWithCallback(name));
    replace(fs, `${name}Sync`, () => () => {
      throw readOnlyError(name);
    });
    replace(fs.promises, name, () => () => Promise.reject(readOnlyError(name)));
  }
  replace(fs, 'createWriteStream', () => refuse);
  refuseOpenFiles();
  replace(fs, 'openSync', (original) => (...values) => {
    const file = openIn(fs, original, values, refuse);
    opened.add(file);
    return file;
  });
  replace(fs, 'open', (original) => (...values) => {
    const callback = values.pop();
    const known = (error: unknown, file: unknown): void => {
      opened.add(file);
      if (isFunction(callback)) callback(error, file);
    };
    return openIn(
      fs,
      original,
      [...values, isFunction(callback) ? known : callback],
      refuseWithCallback('open'),
    );
  });
  replace(
    fs.promises,
    'open',
    (original) =>
      (...values) =>
        openIn(fs.promises, original, values, reject),
  );
}

/** Descriptors of files that code in this thread has opened. */
const opened = new Set<unknown>();

function refuseOpenFiles(): void {
  for (const name of Object.keys(fs)) {
    // Those with a capital are classes, and get what they read by the others.
    if (/^[A-Z_]/.test(name)) continue;
    replace(fs, name, (original) => {
      const guarded: AnyFunction = (...values) => {
        if (typeof values[0] !== 'number' || opened.has(values[0]))
          return Reflect.apply(original, fs, values);
        throw Object.assign(new Error(`EBADF: bad file descriptor, ${name}`), {
          code: 'EBADF',
          syscall: name,
        });
      };
      return Object.defineProperties(guarded, Object.getOwnPropertyDescriptors(original));
    });
  }
}

const refuse = (): never => {
  throw readOnlyError('open');
};

const reject = (): Promise<never> => Promise.reject(readOnlyError('open'));

function openIn(owner: object, open: AnyFunction, values: unknown[], refusal: AnyFunction): unknown {
  return opensForReading(values[1]) ? Reflect.apply(open, owner, values) : refusal(...values);
}

type AnyFunction = (...values: unknown[]) => unknown;

function replace(owner: object, name: string, replacementOf: (original: AnyFunction) => AnyFunction): void {
  const original: unknown = Reflect.get(owner, name);
  if (!isFunction(original)) return;
  Object.defineProperty(owner, name, { value: replacementOf(original), configurable: true, writable: true });
}

const isFunction = (value: unknown): value is AnyFunction => typeof value === 'function';

/** No flags at all, or the callback in their place, means reading. */
const opensForReading = (flags: unknown): boolean =>
  flags === undefined || flags === 'r' || flags === 'rs' || flags === 0 || typeof flags === 'function';

const refuseWithCallback =
  (name: string): AnyFunction =>
  (...values) => {
    const callback = values.at(-1);
    if (!isFunction(callback)) throw readOnlyError(name);
    process.nextTick(() => callback(readOnlyError(name)));
  };

const readOnlyError = (syscall: string): Error =>
  Object.assign(new Error(`EROFS: read-only file system, ${syscall}`), {
    code: 'EROFS',
    errno: -30,
    syscall,
  });
