import { readFileSync, realpathSync } from 'node:fs';
import { basename, extname, join, relative, sep } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { recordOf } from '../base/json-values.ts';
import { Problem } from '../base/problem.ts';
import type { BundleTarget } from './targets.ts';

/** What an Action is written in. `.env` and the like are none of it, whatever loader an import asks for. */
const SOURCES = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'];

/** What is deployed as it is. */
export const FINISHED_ENDINGS = ['.js', '.cjs', '.mjs'];

/** What esbuild calls the lines of ours that put an Action's handlers on `exports`: no file has such a name. */
export const EXPORTS = '<exports>';

/** Where a file really is, links followed; `undefined` where there is none. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** The path below a folder, both without links; `undefined` where it is elsewhere, or hidden. */
function below(folder: string, file: string): string | undefined {
  const [within, real] = [realPath(folder), realPath(file)];
  if (within === undefined || real === undefined) return undefined;
  const path = relative(within, real);
  const isHidden = path.split(sep).some((step) => step.startsWith('.'));
  return path === '' || isHidden || path.startsWith(sep) || /^[a-z]:/i.test(path) ? undefined : path;
}

/** `actions/` itself must be no link to somewhere else, and packages below it would take the place of declared ones. */
const isSource = (root: string, file: string): boolean => {
  const path = below(root, file);
  return path?.startsWith(`actions${sep}`) === true && !isOfPackage(path) && SOURCES.includes(extname(path));
};

const isOfPackage = (path: string): boolean => path.split(sep).includes('node_modules');

/** The npm package that a file belongs to. */
function packageOf(root: string, file: string): string | undefined {
  const [first = '', second = ''] = below(join(root, 'node_modules'), file)?.split(sep) ?? [];
  if (first === '') return undefined;
  return first.startsWith('@') ? `${first}/${second}` : first;
}

const notASource = (name: string, file: string, why: string): Problem<'BUNDLE_INPUT'> =>
  new Problem({
    code: 'BUNDLE_INPUT',
    message: `${name} would take ${file} in, ${why}.`,
    place: { file },
  });

const ELSEWHERE = 'which is neither a source below actions/ nor in a package, or is a link to another place';

/** Stops esbuild before it reads a file that is no source: an error about its content would show it. */
export const onlySources = (root: string): Plugin => ({
  name: 'only-sources',
  setup: (build) => {
    build.onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) =>
      isSource(root, path) || packageOf(root, path) !== undefined
        ? undefined
        : { errors: [{ text: `${relative(root, path)} is taken in, ${ELSEWHERE}.` }] },
    );
  },
});

/**
 * What a bundle was made of and must not be made of: files outside of `actions/`, and packages that neither package.json nor the
 * Action declares. What a declared package brings along is its own.
 *
 * @param root As for `bundle`.
 * @see https://esbuild.github.io/api/#metafile
 */
export function inputProblems(
  target: BundleTarget,
  inputs: Metafile['inputs'],
  root: string,
): readonly Problem[] {
  const declared = new Set([...packagesOfProject(root), ...target.dependencies]);
  const known = withWhatTheyBring(declared, inputs, root);
  const told = new Set<string>();
  return Object.entries(inputs).flatMap(([file, { imports }]) => {
    // Nothing was read for what a package switches off, for a text in the import itself, or for what we write.
    if (basename(file) === EXPORTS || /^(?:\(disabled\)|<?data|dataurl):/.test(file)) return [];
    const path = join(root, file);
    const owner = packageOf(root, path);
    // A name that is computed takes in whatever file it could be, and no import says so.
    if (owner !== undefined) {
      if (known.has(owner) || told.has(owner)) return [];
      told.add(owner);
      return [notASource(target.name, file, UNDECLARED)];
    }
    if (!isSource(root, path)) return [notASource(target.name, file, ELSEWHERE)];
    return imports.flatMap(({ path: imported, external }) => {
      const name = external === true ? undefined : packageOf(root, join(root, imported));
      // Otherwise it is told of the file itself.
      return name === undefined || declared.has(name) || !known.has(name)
        ? []
        : [notASource(target.name, imported, UNDECLARED)];
    });
  });
}

const UNDECLARED = 'a package that neither package.json nor the Action declares';

/** Packages, with those that their files import, and those that these import. */
function withWhatTheyBring(
  declared: ReadonlySet<string>,
  inputs: Metafile['inputs'],
  root: string,
): ReadonlySet<string> {
  const known = new Set(declared);
  const files = Object.entries(inputs).map(([file, { imports }]) => ({
    owner: packageOf(root, join(root, file)),
    brings: imports.flatMap(({ path, external }) =>
      external === true ? [] : (packageOf(root, join(root, path)) ?? []),
    ),
  }));
  for (let before = -1; before < known.size;) {
    before = known.size;
    for (const { owner, brings } of files)
      if (owner !== undefined && known.has(owner)) for (const name of brings) known.add(name);
  }
  return known;
}

function packagesOfProject(root: string): readonly string[] {
  const file = realPath(join(root, 'package.json'));
  if (file === undefined) return [];
  const manifest = recordOf(JSON.parse(readFileSync(file, 'utf8')));
  return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((kind) =>
    Object.keys(recordOf(manifest[kind])),
  );
}

/**
 * The code of a finished file, which is deployed as it is.
 *
 * @throws {Problem} `BUNDLE_INPUT` where it is not in the project, links followed, or is not JavaScript by its name.
 */
export function finishedCode({ name, entry }: BundleTarget, root: string): string {
  const path = below(root, join(root, entry));
  if (path === undefined || !FINISHED_ENDINGS.includes(extname(path)) || isOfPackage(path))
    throw notASource(
      name,
      entry,
      'which is not a JavaScript file of the project, or is a link to another place',
    );
  return readFileSync(join(realpathSync(root), path), 'utf8');
}
