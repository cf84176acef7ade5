/**
 * Loaded into the commands that tests start as processes of their own. They are the commands as they are; two things go faster:
 *
 * - Node strips the types of each file and compiles it anew in each process, which is half of a command's work until it begins. Here
 *   the first one leaves what it made in a folder for the others. `?cache=FOLDER` behind this file's address names it.
 * - The process of auth0-deploy-cli gets the fast clock, and finds its own code compiled, too.
 *
 * Nothing in `scripts/` knows of this file.
 */
import childProcess from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { enableCompileCache, registerHooks, stripTypeScriptTypes, syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = new URL(import.meta.url).searchParams.get('cache');
const folder = join(cache, 'stripped');
mkdirSync(folder, { recursive: true });
enableCompileCache(join(cache, 'compiled'));

/** Whole or not at all: other processes read it at the same time. */
function keep(file, text) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

function stripped(source) {
  const file = join(folder, `${createHash('sha256').update(source).digest('hex')}.js`);
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const code = stripTypeScriptTypes(source);
    keep(file, code);
    return code;
  }
}

registerHooks({
  load: (url, context, nextLoad) => {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
    const source = readFileSync(fileURLToPath(url), 'utf8');
    return { format: 'module', source: stripped(source), shortCircuit: true };
  },
});

const CLI_PROCESS = /deploy-cli-process\.ts$/;
const FAST_CLOCK = ['--import', new URL('faults/fast-clock.mjs', import.meta.url).href];
const { spawn } = childProcess;
childProcess.spawn = (command, parameters, options) =>
  Array.isArray(parameters) && parameters.some((parameter) => CLI_PROCESS.test(parameter))
    ? spawn(command, [...FAST_CLOCK, ...parameters], {
        ...options,
        env: { ...options.env, NODE_COMPILE_CACHE: join(cache, 'compiled') },
      })
    : spawn(command, parameters, options);
syncBuiltinESMExports();
