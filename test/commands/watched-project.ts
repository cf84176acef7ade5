import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn, secretsIn, secretsInFolder } from '../secrets/secret-search.ts';
import { temporaryProject } from '../temporary-project.ts';
import type { TemporaryProject } from '../temporary-project.ts';

/** A project whose commands are watched: no secret may be in what they print, nor in a file that they write. */
export interface WatchedProject extends TemporaryProject {
  /**
   * Adds a secret. It counts for what was printed before, too.
   *
   * @param expectedIn Places, as `leaks` names them, where it has to be.
   */
  mark(name: string, value: string, expectedIn?: RegExp): void;
  /** `NAME in PLACE` for each secret that was seen; a place is `stdout of COMMAND`, `stderr of COMMAND` or a file. */
  leaks(): readonly string[];
  /** Files of `scripts/` that were run. */
  readonly commands: () => readonly string[];
  /** Files in the folder that the commands were given for temporary ones. */
  readonly leftovers: () => readonly string[];
  /** Files with secrets that others on the machine may read. */
  readonly readableByOthers: () => readonly string[];
}

/** Where secrets are kept: the person's own files, and what the local tenant knows. */
const KEPT_IN = /^\.env|^\.local-tenant\//;
const TEMPORARY = 'temporary';

export function watchedProject(): WatchedProject {
  const project = temporaryProject();
  const temporary = join(project.root, TEMPORARY);
  mkdirSync(temporary);
  const secrets = new Map<string, { readonly value: string; readonly expectedIn: RegExp | undefined }>();
  const printed: { readonly place: string; text: string }[] = [];
  const inFiles = new Set<string>();
  const searched = new Map<string, readonly string[]>();
  const commands = new Set<string>();

  const values = (): ReadonlyMap<string, string> =>
    new Map([...secrets].map(([name, { value }]) => [name, value]));
  // After each command: what a later one overwrites or removes was there all the same.
  const searchFiles = (): void => {
    for (const found of secretsInFolder(project.root, values(), (file) => !KEPT_IN.test(file), searched))
      inFiles.add(found);
  };
  const begin = (verb: string, parameters: readonly string[]) => {
    commands.add(`scripts/${verb}.ts`);
    const command = [verb, ...parameters].join(' ');
    const streams = {
      stdout: { place: `stdout of ${command}`, text: '' },
      stderr: { place: `stderr of ${command}`, text: '' },
    };
    printed.push(streams.stdout, streams.stderr);
    return streams;
  };
  const isExpected = (leak: string): boolean =>
    [...secrets].some(
      ([name, { expectedIn }]) =>
        leak.startsWith(`${name} in `) && expectedIn?.test(leak.slice(`${name} in `.length)) === true,
    );

  return {
    ...project,
    mark: (name, value, expectedIn) => {
      if (value.length < 12) throw new Error(`${name} is too short to be found for certain`);
      secrets.set(name, { value, expectedIn });
      searched.clear();
    },
    run: async (verb, parameters = [], environment = {}) => {
      const streams = begin(verb, parameters);
      const result = await project.run(verb, parameters, { TMPDIR: temporary, ...environment });
      streams.stdout.text = result.stdout;
      streams.stderr.text = result.stderr;
      searchFiles();
      return result;
    },
    start: (verb, parameters = [], environment = {}) => {
      const streams = begin(verb, parameters);
      const child = project.start(verb, parameters, { TMPDIR: temporary, ...environment });
      child.stdout?.on('data', (chunk: Buffer) => (streams.stdout.text += chunk.toString()));
      child.stderr?.on('data', (chunk: Buffer) => (streams.stderr.text += chunk.toString()));
      child.once('close', searchFiles);
      return child;
    },
    leaks: () => {
      searchFiles();
      const inOutput = printed.flatMap(({ place, text }) =>
        secretsIn(text, values()).map((name) => `${name} in ${place}`),
      );
      return [...new Set([...inOutput, ...inFiles])].filter((leak) => !isExpected(leak));
    },
    commands: () => [...commands],
    leftovers: () => readdirSync(temporary),
    readableByOthers: () =>
      process.platform === 'win32'
        ? []
        : filesIn(project.root, (file) => /^\.(local-tenant|deploys)\//.test(file)).filter(
            (file) => (statSync(join(project.root, file)).mode & 0o077) !== 0,
          ),
  };
}
