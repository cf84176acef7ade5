import { defineConfig, globalIgnores } from 'eslint/config';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';
import rooms from './eslint.rooms.js';

const PRINTING = ['node:process', 'process', 'node:console', 'console'].map((name) => ({
  name,
  message: 'Print with scripts/command/print.ts: it makes text safe.',
}));

const WRITING = ['node:fs', 'fs', 'node:fs/promises', 'fs/promises'].map((name) => ({
  name,
  importNames: [
    'appendFile appendFileSync copyFile copyFileSync cp cpSync createWriteStream default mkdtemp mkdtempSync open openSync rename',
    'renameSync writeFile writeFileSync writeSync',
  ]
    .join(' ')
    .split(' '),
  message:
    'Write with scripts/base/write-files.ts or durable-file.ts: whole or not at all, and an error says where, why and what to do.',
}));

export default defineConfig(
  globalIgnores(['dist/', '.cache/', '.local-tenant/', '.deploys/', 'coverage/']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Express knows an error handler by its fourth parameter, used or not.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // `null` is a JSON value here: `!= null` for "null or undefined" is the one loose comparison allowed.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    // A text of somebody else must not keep a command, or a login, busy for ever.
    files: ['**/*.ts', '**/*.js', '**/*.mjs'],
    plugins: { regexp },
    rules: { 'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }] },
  },
  {
    // Where texts of Didit and Auth0 are read. Elsewhere, `/ +$/` may stand for what it is.
    files: ['actions/*/**/*.ts'],
    rules: { 'regexp/no-super-linear-move': ['error', { report: 'potential' }] },
  },
  {
    files: ['**/*.ts'],
    plugins: { rooms },
    rules: { 'rooms/imports': 'error' },
  },
  {
    files: ['**/*.ts', '**/*.js'],
    rules: { 'max-lines': ['error', 350] },
  },
  {
    files: ['actions/*.ts'],
    rules: {
      // Auth0 takes async functions only as handlers, whether they wait for something or not.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // What is printed goes through one place, which makes it safe. Code under judgement has streams of its own.
    files: ['scripts/**/*.ts'],
    ignores: ['scripts/command/print.ts', 'scripts/runner/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        ...['stdout', 'stderr'].map((property) => ({
          object: 'process',
          property,
          message: 'Print with scripts/command/print.ts: it makes text safe.',
        })),
      ],
      'no-restricted-imports': ['error', ...PRINTING, ...WRITING],
    },
  },
  {
    // What a server answers is read in one place, which says how much of it. What runs on this machine alone is not asked there.
    files: ['scripts/**/*.ts'],
    ignores: ['scripts/base/fetch-whole.ts', 'scripts/{bench,local-tenant,runner}/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        {
          name: 'fetch',
          message: 'Ask with fetchWhole of scripts/base/fetch-whole.ts: it reads no more than it says.',
        },
      ],
    },
  },
  {
    // Once it has been called often, Node's answer is wrong for characters between U+0080 and U+00FF.
    files: ['actions/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='URL'][property.name='canParse']",
          message: 'Ask isUrl of scripts/base/is-url.ts, or catch what `new URL` throws.',
        },
      ],
    },
  },
  {
    // Where writing is at home; and what only maintainers run, in folders of their own.
    files: ['scripts/{base,bench,check}/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', ...PRINTING] },
  },
  {
    files: ['actions/didit/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@auth0/*'], message: 'The Didit domain knows nothing of Auth0.' }] },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // `describe`/`test` callbacks and mock implementations are often async for symmetry.
      '@typescript-eslint/require-await': 'off',
    },
  },
);
