// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

const ROOT = import.meta.dirname;

/**
 * The folders from the ground up: a file may import from its own folder and from those that stand before it, never from one that
 * stands after it. Their README.md says what is in them.
 */
export const ROOMS = [
  'types',
  'actions/didit',
  'actions/connection',
  'actions/auth0',
  'actions',
  'scripts/base',
  'scripts/auth0',
  'scripts/secrets',
  'scripts/settings',
  'scripts/tenant-config',
  'scripts/runner',
  'scripts/bundle',
  'scripts/tenant-model',
  'scripts/tenant-access',
  'scripts/local-tenant',
  'scripts/simulation',
  'scripts/records',
  'scripts/undo',
  'scripts/deploy',
  'scripts/export',
  'scripts/authoring',
  'scripts/command',
  'scripts/plan',
  'scripts/login',
  'scripts/console',
  'scripts/prove',
  'scripts/generate',
  'scripts/check',
  'scripts/bench',
  'scripts',
  'test',
];

/** Files that are run, each for itself: nobody imports them, not even each other. */
const ENTRY_POINTS = ['actions', 'scripts'];

/** Folders that others, tests of other folders too, know by these files alone. */
const FACES = { 'scripts/local-tenant': ['index.ts', 'runtime.ts'] };

/** @param {string} file @param {string} folder */
const isIn = (file, folder) => file.startsWith(`${folder}/`);

/** @param {string} file */
const roomOf = (file) => ROOMS.find((room) => isIn(file, room));

/** @param {string} file */
const hasNoRoom = (file) => roomOf(file) === 'scripts' && file.split('/').length > 2;

/**
 * What is wrong with an import, or `undefined`.
 *
 * @param {string} from
 * @param {string} to
 */
function complaint(from, to) {
  const [room, other] = [roomOf(from), roomOf(to)];
  if (room === undefined || other === undefined) return undefined;
  if (ROOMS.indexOf(other) > ROOMS.indexOf(room))
    return `${room} stands below ${other}, and knows nothing of it.`;
  if (ENTRY_POINTS.includes(other) && room !== 'test') return `${to} is run, not imported.`;
  for (const [folder, faces] of Object.entries(FACES)) {
    const mirror = folder.replace('scripts', 'test');
    if (isIn(from, folder) || isIn(from, mirror) || !isIn(to, folder)) continue;
    if (!faces.some((face) => to === `${folder}/${face}`))
      return `${folder} is known by its ${faces.join(' and ')} alone.`;
  }
  return undefined;
}

/** @type {Map<string, readonly string[]>} Read once: an editor that keeps ESLint running sees changes of other files when it starts anew. */
const importsByFile = new Map();

/** @param {string} file */
function importsOf(file) {
  const known = importsByFile.get(file);
  if (known !== undefined) return known;
  const path = join(ROOT, file);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const imports = ts
    .preProcessFile(text, true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(file), fileName).replaceAll(sep, '/'));
  importsByFile.set(file, imports);
  return imports;
}

/**
 * The way from one file back to another, or `undefined`.
 *
 * @param {string} from
 * @param {string} back
 * @returns {readonly string[] | undefined}
 */
function wayBack(from, back, seen = new Set()) {
  if (from === back) return [from];
  if (seen.has(from)) return undefined;
  seen.add(from);
  for (const next of importsOf(from)) {
    const rest = wayBack(next, back, seen);
    if (rest !== undefined) return [from, ...rest];
  }
  return undefined;
}

/**
 * `rooms/imports`: imports against the order of the folders, past a folder's face, of what is run, and in a circle. Imports of
 * types count: who needs a type of another file cannot be read without it.
 *
 * @type {import('eslint').Rule.RuleModule}
 */
const imports = {
  create(context) {
    const file = relative(ROOT, context.filename).replaceAll(sep, '/');
    /** @param {import('estree').Node} node @param {unknown} specifier */
    const check = (node, specifier) => {
      if (typeof specifier !== 'string' || !specifier.startsWith('.')) return;
      const to = join(dirname(file), specifier).replaceAll(sep, '/');
      const way = wayBack(to, file);
      const message =
        complaint(file, to) ?? (way === undefined ? undefined : `A circle: ${[file, ...way].join(' → ')}.`);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      Program(node) {
        if (hasNoRoom(file))
          context.report({ node, message: `${dirname(file)} has no place in the order of eslint.rooms.js.` });
      },
      ImportDeclaration: (node) => check(node, node.source.value),
      ExportNamedDeclaration: (node) => check(node, node.source?.value),
      ExportAllDeclaration: (node) => check(node, node.source.value),
      ImportExpression: (node) => check(node, node.source.type === 'Literal' ? node.source.value : undefined),
    };
  },
};

export default { rules: { imports } };
