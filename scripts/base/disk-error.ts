/** Why the file system does not do what it is asked, and what a person does about it. */
export interface DiskError {
  /** As the system names it: `ENOSPC`. */
  readonly name: string;
  /** The end of a sentence: `the disk is full (ENOSPC)`. */
  readonly reason: string;
  readonly remedy: string;
  /** Absolute path, where the error tells. */
  readonly file: string | undefined;
}

const REASONS = {
  EAGAIN: [
    'the system can start nothing more now',
    'Close other programs, or allow your user more processes (ulimit -u)',
  ],
  EACCES: ['you may not do this there', 'Give your user the right to read and write there'],
  EBUSY: ['another program uses it', 'Close the program that uses it'],
  EDQUOT: ['your share of the disk is used up', 'Free some space, or have your quota raised'],
  EEXIST: ['something else is there already', 'Move away what is there'],
  EFBIG: ['it would be larger than files may be', 'Allow larger files in this shell (ulimit -f unlimited)'],
  EINVAL: ['the file system cannot do this', 'Use a folder on another disk'],
  EIO: ['the disk reports an error', 'Check the disk, and that it is not full'],
  EISDIR: ['it is a folder, not a file', 'Move the folder away'],
  ELOOP: ['its links lead in a circle', 'Remove the links'],
  EMFILE: ['too many files are open', 'Allow this shell more open files (ulimit -n 4096)'],
  ENAMETOOLONG: ['its path is too long', 'Use a folder with a shorter path'],
  ENFILE: ['too many files are open on this machine', 'Close other programs'],
  ENODEV: ['the disk is gone', 'Connect the disk again'],
  ENOENT: ['it is not there', 'Put it back; for what is below node_modules, run `npm ci`'],
  ENOMEM: ['the memory is full', 'Close other programs'],
  ENOSPC: ['the disk is full', 'Free some space there'],
  ENOTDIR: ['a part of its path is a file, not a folder', 'Move that file away'],
  ENOTEMPTY: ['the folder is not empty', 'Move away what is in it'],
  ENXIO: ['the disk is gone', 'Connect the disk again'],
  EPERM: ['you may not do this there', 'Give your user the right to read and write there'],
  EROFS: ['the disk is read-only', 'Make it writable, or work in a copy of the project on another disk'],
  ESTALE: ['the network disk does not have it any more', 'Connect the network disk again'],
  ETXTBSY: ['a program that runs uses it', 'Close the program that uses it'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

type Name = keyof typeof REASONS;

const isName = (name: unknown): name is Name => typeof name === 'string' && Object.hasOwn(REASONS, name);

/** Of Node's file system calls; sockets have other names for theirs, and other errors. */
const CALL =
  /^(?:access|chmod|close|copyfile|cp|fchmod|fdatasync|fstat|fsync|ftruncate|link|lstat|mkdir|mkdtemp|open|opendir|read|readlink|realpath|rename|rm|rmdir|scandir|spawn.*|stat|statfs|symlink|truncate|unlink|utimes?|watch|write|writev)$/;

/** @see https://www.sqlite.org/rescode.html */
const OF_SQLITE: Readonly<Record<number, Name>> = {
  3: 'EACCES',
  8: 'EROFS',
  10: 'EIO',
  13: 'ENOSPC',
  14: 'EACCES',
};

/** For an error that is known by its name alone: one that another program told. */
export function diskErrorNamed(name: string, file?: string): DiskError {
  const [reason, remedy] = isName(name)
    ? REASONS[name]
    : ['the system does not let it', 'Check that you may read and write there'];
  return { name, reason: `${reason} (${name})`, remedy: `${remedy}. Then run the command again.`, file };
}

/** `undefined` for whatever else was thrown. */
export function diskErrorOf(thrown: unknown): DiskError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if ('errcode' in thrown && typeof thrown.errcode === 'number') {
    // Extended codes say more in their upper bits.
    const name = OF_SQLITE[thrown.errcode & 0xff];
    return name === undefined ? undefined : diskErrorNamed(name);
  }
  if (!('code' in thrown) || !('syscall' in thrown) || typeof thrown.syscall !== 'string') return undefined;
  if (!isName(thrown.code) || !CALL.test(thrown.syscall)) return undefined;
  const file = 'path' in thrown && typeof thrown.path === 'string' ? thrown.path : undefined;
  if (thrown.syscall === 'watch' && WATCHES.includes(thrown.code)) return tooManyWatched(thrown.code, file);
  if (thrown.syscall === 'scandir' && thrown.code === 'ENOENT') return folderMissing(file);
  return diskErrorNamed(thrown.code, file);
}

/** Most often, its name or that of one above it is misspelt. */
const folderMissing = (file: string | undefined): DiskError => ({
  name: 'ENOENT',
  reason: 'its folder is not there (ENOENT)',
  remedy: 'Correct the path, or make the folder. Then run the command again.',
  file,
});

/** What the machine has no more of, whoever asks for it. */
const LIMITS: readonly string[] = [
  'EAGAIN',
  'EDQUOT',
  'EIO',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'ENOSPC',
] satisfies readonly Name[];

/** Causes of an error that are looked at: a request that failed says why in its first. */
const MAX_CAUSES = 3;

/**
 * The name of a limit of the machine that was met: nobody's code is to blame for it. `undefined` for all else: what code says in
 * an error of its own, without the number and the call that the system's errors have, is its own affair.
 */
export function machineLimitOf(thrown: unknown, depth = 0): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || depth > MAX_CAUSES) return undefined;
  const isOfSystem = 'errno' in thrown && typeof thrown.errno === 'number' && 'syscall' in thrown;
  if (isOfSystem && 'code' in thrown && typeof thrown.code === 'string' && LIMITS.includes(thrown.code))
    return thrown.code;
  return 'cause' in thrown ? machineLimitOf(thrown.cause, depth + 1) : undefined;
}

/** Linux says so when no more may be watched, however empty the disk is. */
const WATCHES: readonly Name[] = ['EMFILE', 'ENOSPC'];

const tooManyWatched = (name: Name, file: string | undefined): DiskError => ({
  name,
  reason: `the system watches as many files as it may (${name})`,
  remedy:
    'Raise fs.inotify.max_user_instances and fs.inotify.max_user_watches, or close other programs. Then run the command again.',
  file,
});
