import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildFailure, BuildOptions, Message, Metafile } from 'esbuild';
import { Problem, Problems } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';
import { buildInPassing } from '../base/esbuild-process.ts';
import { HANDLERS } from '../runner/contract.ts';
import { EXPORTS, finishedCode, inputProblems, onlySources } from './bundle-inputs.ts';
import type { BundleTarget } from './targets.ts';

export interface Bundle {
  readonly target: BundleTarget;
  readonly code: string;
}

/** The name under which the profile script's module is reachable inside its own function. Never leaves the bundle. */
const SCRIPT_MODULE = 'fetchUserProfileModule';

/**
 * Bundles one target to the text that is uploaded. Same sources, same bytes: nothing of the machine, the folder or the
 * time enters it.
 *
 * Readable rather than minified (syntax is shortened, names and lines stay): people read an Action's code in the Auth0
 * dashboard and in the plan, and 24 kB load as fast as 12 kB (`npm run bench`).
 *
 * @param root Absolute path of the folder that `target.entry` is relative to. Default: the project's root.
 * @throws {Problem} `ACTION_FILE_MISSING`, `BUNDLE_INPUT`.
 * @throws {Problems} `BUNDLE_FAILED`, one for each error that esbuild reports, with file and line; `BUNDLE_INPUT` as
 *   `inputProblems`.
 * @see https://esbuild.github.io/api/#format-commonjs
 */
export async function bundle(target: BundleTarget, root: string = PROJECT_ROOT): Promise<Bundle> {
  if (!existsSync(join(root, target.entry))) throw sourceMissing(target);
  if (target.entry === target.output) return { target, code: finishedCode(target, root) };
  const result = await buildInPassing({
    // Without links: paths in comments are then the same wherever the project is reached from.
    absWorkingDir: realpathSync(root),
    ...entryOf(target, root),
    bundle: true,
    write: false,
    platform: 'node',
    minifySyntax: true,
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    plugins: [onlySources(root)],
    // As tsconfig.json has it, which is not read: it could send imports elsewhere.
    tsconfigRaw: { compilerOptions: { strict: true, verbatimModuleSyntax: true } },
    define: Object.fromEntries(
      Object.entries(target.constants ?? {}).map(([name, text]) => [name, JSON.stringify(text)]),
    ),
    logLevel: 'silent',
    ...(target.kind === 'action'
      ? { format: 'cjs', target: 'node22' }
      : // The tenant's runtime for such scripts may be older than the Actions'.
        { format: 'iife', globalName: SCRIPT_MODULE, target: 'es2018' }),
  }).catch((failure: unknown) => {
    if (isBuildFailure(failure))
      Problems.throwIfAny(failure.errors.map((error) => bundleProblem(target, error)));
    throw failure;
  });
  const problems = inputProblems(target, inputsOf(result), root);
  Problems.throwIfAny(problems);
  const built = result.outputFiles[0]?.text ?? '';
  const banner = `// Built from ${target.entry}. Change that file, not this one.\n`;
  return { target, code: target.kind === 'action' ? banner + built : functionExpression(banner + built) };
}

/**
 * An Action's source as one CommonJS file, wherever it lies: for trying it out. No gate has looked at it, and packages stay
 * outside.
 * @throws {Problems} `BUNDLE_FAILED`.
 */
export async function bundleToTry(file: string): Promise<string> {
  const result = await buildInPassing({
    entryPoints: [file],
    bundle: true,
    write: false,
    platform: 'node',
    packages: 'external',
    format: 'cjs',
    target: 'node22',
    logLevel: 'silent',
  }).catch((failure: unknown) => {
    const target = { name: file, kind: 'action', entry: file, output: file, dependencies: [] } as const;
    if (isBuildFailure(failure))
      Problems.throwIfAny(failure.errors.map((error) => bundleProblem(target, error)));
    throw failure;
  });
  return result.outputFiles[0]?.text ?? '';
}

/**
 * What esbuild starts from. An Action gets its handlers put on `exports` by name, as Auth0 documents it: of itself, esbuild would
 * write a kilobyte of helpers into each bundle to do so.
 * @see https://auth0.com/docs/customize/actions/write-your-first-action
 */
function entryOf({ kind, entry }: BundleTarget, root: string): Pick<BuildOptions, 'entryPoints' | 'stdin'> {
  if (kind !== 'action') return { entryPoints: [entry] };
  const source = readFileSync(join(root, entry), 'utf8');
  const handlers = HANDLERS.filter((name) => new RegExp(`\\b${name}\\b`).test(source));
  const lines = [
    `import * as action from ${JSON.stringify(`./${entry}`)};`,
    ...handlers.map((name) => `exports.${name} = action.${name};`),
  ];
  return { stdin: { contents: lines.join('\n'), resolveDir: realpathSync(root), sourcefile: EXPORTS } };
}

/**
 * The one function expression that Auth0 evaluates as a connection's profile script, around the bundled module.
 * @see https://auth0.com/docs/authenticate/identity-providers/social-identity-providers/oauth2#fetch-user-profile-script
 */
const functionExpression = (module: string): string =>
  `function fetchUserProfile(accessToken, context, callback) {\n${module}return ${SCRIPT_MODULE}.default(accessToken, context, callback);\n}\n`;

function inputsOf({ metafile }: { readonly metafile?: Metafile | undefined }): Metafile['inputs'] {
  if (metafile === undefined) throw new Error('esbuild does not say what it has read.');
  return metafile.inputs;
}

const isBuildFailure = (failure: unknown): failure is BuildFailure =>
  failure instanceof Error && 'errors' in failure && Array.isArray(failure.errors);

const bundleProblem = (target: BundleTarget, message: Message): Problem =>
  new Problem({
    code: 'BUNDLE_FAILED',
    message: `${target.name} cannot be built: ${message.text}`,
    place:
      message.location === null
        ? { file: target.entry }
        : { file: message.location.file, line: message.location.line },
  });

const sourceMissing = (target: BundleTarget): Problem =>
  new Problem({
    code: 'ACTION_FILE_MISSING',
    message: `${target.name} is deployed from ${target.output}, but ${target.entry} does not exist.`,
    place: target.place ?? { file: target.entry },
    remedy: `Create ${target.entry}, correct "code" in tenant.yaml, or remove the Action there and from triggers.`,
  });
