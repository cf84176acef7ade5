import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Problem, Problems } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import { buildBundles } from '../bundle/build-bundles.ts';
import { unlistedNotices } from '../bundle/targets.ts';
import { OUTCOMES_FILE, generatedFiles, generatedOutcomes, staleFiles } from '../generate/generated-files.ts';
import type { GeneratedFile } from '../generate/generated-files.ts';
import { outcomeSource } from '../simulation/outcomes/outcome-table.ts';
import { MAX_PROFILE_BYTES, largestProfileBytes } from '../settings/profile-size.ts';
import { readTenantConfig } from '../tenant-config/read-tenant-config.ts';
import { CHECK_CACHE, closureOf, digestOf, passedBefore, readSources } from './inputs.ts';
import type { Sources } from './inputs.ts';

/** Shows what a tool says, whether it has found something or not. */
export type Show = (said: string) => void;

export interface Step {
  /** How it is called on the command line. */
  readonly name: string;
  readonly what: string;
  /**
   * @param all Whether to do what has not changed since it last passed, too.
   * @returns Whether something was done.
   * @throws {Problem | Problems} what it has found.
   */
  readonly run: (show: Show, all: boolean) => Promise<boolean>;
}

const isCode = (path: string): boolean => /\.(ts|mts|js|mjs)$/.test(path);
/** What decides how every file is compiled and linted. */
const isCompilerConfig = (path: string): boolean =>
  /^(tsconfig\.json|package\.json|eslint\.[\w.]+)$/.test(path);

const isFormatConfig = (path: string): boolean => /^(\.prettier\w+|\.editorconfig|package\.json)$/.test(path);

/** Every step is done beside the others. None needs another one. */
export const STEPS: readonly Step[] = [
  { name: 'tenant', what: 'tenant.yaml, build and gates', run: checkWhatIsSent },
  {
    name: 'generated',
    what: 'generated files',
    run: unlessUnchanged(
      'generated',
      (path) => !path.startsWith('test/') && path !== OUTCOMES_FILE,
      async () => {
        refuseStale(await generatedFiles());
      },
    ),
  },
  { name: 'outcomes', what: 'outcomes of logins', run: checkOutcomes },
  {
    name: 'types',
    what: 'types',
    run: unlessUnchanged(
      'types',
      (path) => isCode(path) || path.endsWith('.json'),
      async (show, all) => {
        // The compiler knows by the content of files what to look at again.
        const again = ['--incremental', '--tsBuildInfoFile', `${CHECK_CACHE}/types.tsbuildinfo`];
        await tool(
          show,
          'typescript/bin/tsc',
          ['--project', '.', ...(all ? [] : again)],
          'Fix the type errors above.',
        );
      },
    ),
  },
  {
    name: 'lint',
    what: 'lint',
    run: unlessFilesUnchanged(
      'lint',
      isCode,
      // A rule may look at the types of all that a file imports.
      (file, sources) => {
        const closure = closureOf(file, sources);
        return (path) => closure.has(path) || isCompilerConfig(path) || path.endsWith('.d.ts');
      },
      async (show, files) => {
        await tool(show, 'eslint/bin/eslint.js', files, 'Fix the lines above.');
      },
    ),
  },
  {
    name: 'format',
    what: 'format',
    run: unlessFilesUnchanged(
      'format',
      () => true,
      (file) => (path) => path === file || isFormatConfig(path),
      async (show, files) => {
        const parameters = ['--check', '--log-level', 'warn', '--ignore-unknown', ...files];
        await tool(show, 'prettier/bin/prettier.cjs', parameters, 'Run `npm run format`.');
      },
    ),
  },
];

function unlessUnchanged(
  name: string,
  isInput: (path: string) => boolean,
  run: (show: Show, all: boolean) => Promise<void>,
): Step['run'] {
  return async (show, all) => {
    const digest = digestOf(readSources(), isInput);
    const passed = passedBefore(name);
    if (!all && passed.has(digest)) return false;
    await run(show, all);
    passed.keep([digest]);
    return true;
  };
}

/**
 * For a tool that looks at each file by itself.
 *
 * @param inputsOf What decides about a file, besides what is installed.
 * @param run Gets `.` for all of them.
 */
function unlessFilesUnchanged(
  name: string,
  isLookedAt: (path: string) => boolean,
  inputsOf: (file: string, sources: Sources) => (path: string) => boolean,
  run: (show: Show, files: readonly string[]) => Promise<void>,
): Step['run'] {
  return async (show, all) => {
    const sources = readSources();
    const passed = passedBefore(name);
    const digests = new Map(
      [...sources.keys()]
        .filter(isLookedAt)
        .map((file) => [file, digestOf(sources, inputsOf(file, sources))]),
    );
    const files = [...digests].flatMap(([file, digest]) => (all || !passed.has(digest) ? [file] : []));
    if (files.length === 0) return false;
    await run(show, files.length > digests.size / 2 ? ['.'] : files);
    passed.keep([...digests.values()]);
    return true;
  };
}

/** The logins of the outcomes table see the code that is sent, some of the Didit connection, and what runs them. */
async function checkOutcomes(_show: Show, all: boolean): Promise<boolean> {
  const { config, bundles } = await (built ??= build());
  const sources = new Map(readSources());
  sources.set('what logins see', JSON.stringify([outcomeSource(config), bundles.map(({ code }) => code)]));
  const isInput = (path: string): boolean =>
    path === 'what logins see' || path === OUTCOMES_FILE || path.startsWith('scripts/');
  const digest = digestOf(sources, isInput);
  const passed = passedBefore('outcomes');
  if (!all && passed.has(digest)) return false;
  refuseStale([await generatedOutcomes(config, bundles)]);
  passed.keep([digest]);
  return true;
}

type Built = Pick<ReturnType<typeof readTenantConfig>, 'config'> & {
  readonly bundles: Awaited<ReturnType<typeof buildBundles>>;
};

let built: Promise<Built> | undefined;

/** Built once, for the steps that need it. */
async function build(): Promise<Built> {
  const read = readTenantConfig();
  return { config: read.config, bundles: await buildBundles(read) };
}

/** How much of Auth0's limit for a profile may be used before it is worth a warning: other teams keep things there, too. */
const PROFILE_SHARE = 0.8;

async function checkWhatIsSent(show: Show): Promise<boolean> {
  const { config } = await (built ??= build());
  for (const notice of unlistedNotices(config)) show(`${notice}\n`);
  for (const { name, metadata = {} } of config.connections) {
    const bytes = largestProfileBytes(metadata);
    if (bytes <= PROFILE_SHARE * MAX_PROFILE_BYTES) continue;
    show(
      `warning: a person who signs in through "${name}" can get a profile of ${bytes} bytes from Didit alone. ` +
        `Auth0 refuses profiles over ${MAX_PROFILE_BYTES} from March 2027: take personal values out of fields or user_metadata of didit_sync.\n`,
    );
  }
  return true;
}

function refuseStale(files: readonly GeneratedFile[]): void {
  const stale = staleFiles(files);
  Problems.throwIfAny(stale);
}

/** A tool from node_modules, on this Node. What it prints is kept until it ends, out of the way of the progress. */
async function tool(
  show: Show,
  script: string,
  parameters: readonly string[],
  remedy: string,
): Promise<void> {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'node_modules', script), ...parameters], {
    cwd: PROJECT_ROOT,
    // Its colours could hide lines as well as show them.
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  show(said);
  if (exitCode === 0) return;
  throw new Problem({
    code: 'CHECK_FAILED',
    message: `${script.split('/')[0] ?? script} found what is listed above.`,
    remedy,
  });
}
