import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Problem, Problems } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import { buildBundles } from '../bundle/build-bundles.ts';
import { unlistedNotices } from '../bundle/targets.ts';
import { generatedFiles, staleFiles } from '../generate/generated-files.ts';
import { MAX_PROFILE_BYTES, largestProfileBytes } from '../settings/profile-size.ts';
import { readTenantConfig } from '../tenant-config/read-tenant-config.ts';
import { CHECK_CACHE, closureOf, digestOf, passedBefore, readSources } from './inputs.ts';

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

/** Every step is done beside the others. None needs another one. */
export const STEPS: readonly Step[] = [
  { name: 'tenant', what: 'tenant.yaml, build and gates', run: checkWhatIsSent },
  {
    name: 'generated',
    what: 'generated files',
    // Real logins are run for one of them, through a good part of scripts/.
    run: unlessUnchanged('generated', (path) => !path.startsWith('test/'), checkGeneratedFiles),
  },
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
  { name: 'lint', what: 'lint', run: lint },
  {
    name: 'format',
    what: 'format',
    run: unlessUnchanged(
      'format',
      () => true,
      async (show, all) => {
        const cache = [
          '--cache',
          '--cache-strategy',
          'content',
          '--cache-location',
          `${CHECK_CACHE}/format.json`,
        ];
        const parameters = ['--check', '--log-level', 'warn', ...(all ? [] : cache), '.'];
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

/** A rule may look at the types of all that a file imports: it is linted again when any of that has changed. */
async function lint(show: Show, all: boolean): Promise<boolean> {
  const sources = readSources();
  const passed = passedBefore('lint');
  const digests = new Map(
    [...sources.keys()].filter(isCode).map((file) => {
      const closure = closureOf(file, sources);
      const isInput = (path: string): boolean =>
        closure.has(path) || isCompilerConfig(path) || path.endsWith('.d.ts');
      return [file, digestOf(sources, isInput)];
    }),
  );
  const files = [...digests].flatMap(([file, digest]) => (all || !passed.has(digest) ? [file] : []));
  if (files.length === 0) return false;
  const isMost = files.length > digests.size / 2;
  await tool(show, 'eslint/bin/eslint.js', isMost ? ['.'] : files, 'Fix the lines above.');
  passed.keep([...digests.values()]);
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

async function checkGeneratedFiles(): Promise<void> {
  const { config, bundles } = await (built ??= build());
  const stale = staleFiles(await generatedFiles(config, bundles));
  if (stale.length > 0) throw new Problems(stale);
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
