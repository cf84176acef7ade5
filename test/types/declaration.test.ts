import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';
import { compilerOptions, complaints, DECLARATIONS, refusedLines } from './compile.ts';
import { API_CALLS, CHAINED_CALLS, EVENT_FIELDS, OPTIONAL_EVENT_PARTS, PROTOCOLS } from './documented.ts';

const SPECIFIER = '@auth0/actions/post-login/v3';
const FILE = join(PROJECT_ROOT, 'test/types/probe.ts');

/** Lines before the first statement of a handler. */
const BEFORE = [
  `import type { Event, PostLoginAPI } from '${SPECIFIER}';`,
  'declare const use: (value: unknown) => void;',
  'export const onExecutePostLogin = async (event: Event, api: PostLoginAPI): Promise<void> => {',
];

/** A file with statements inside a handler, a line each. */
const handlerWith = (statements: readonly string[]): { readonly file: string; readonly content: string } => ({
  file: FILE,
  content: [...BEFORE, ...statements, '  await Promise.resolve(use([event, api]));', '};'].join('\n'),
});

/** What the compiler says of statements inside a handler. */
const complaintsAbout = (statements: readonly string[]): readonly string[] =>
  complaints(DECLARATIONS, compilerOptions(), handlerWith(statements));

/** `authentication.methods[].name` → `event.authentication?.methods?.[0]?.name` */
const accessTo = (path: string): string => `event.${path.replaceAll('[]', '.[0]').replaceAll('.', '?.')}`;

describe('the declaration of the post-login trigger', () => {
  test('has every documented field of the event', () => {
    expect(complaintsAbout(EVENT_FIELDS.map((path) => `  use(${accessTo(path)});`))).toEqual([]);
  });

  test('has every documented method of the API', () => {
    expect(complaintsAbout(API_CALLS.map((call) => `  use(api.${call});`))).toEqual([]);
  });

  test('lets calls be chained that answer with the api, and no others', () => {
    const chained = API_CALLS.map((call) => `  api.${call}.access.deny('reason');`);
    const refused = refusedLines(DECLARATIONS, compilerOptions(), handlerWith(chained));
    expect(
      API_CALLS.filter((_, index) => !refused.has(BEFORE.length + index)).map((call) =>
        call.replace(/\(.*/, ''),
      ),
    ).toEqual(CHAINED_CALLS);
  });

  test('knows the names that the package exports', () => {
    const names =
      'Event PostLoginAPI PostLoginAction Secrets SessionAPI TransactionAPI RefreshTokenAPI PromptAPI Configuration';
    const content = [
      `import type { ${names.replaceAll(' ', ', ')} } from '${SPECIFIER}';`,
      `export type All = [${names.replaceAll(' ', ', ')}];`,
    ].join('\n');
    expect(complaints(DECLARATIONS, compilerOptions(), { file: FILE, content })).toEqual([]);
  });

  test('lets no other name be imported, since the package need not have it', () => {
    const content = `import type { User } from '${SPECIFIER}'; export type Mine = User;`;
    expect(complaints(DECLARATIONS, compilerOptions(), { file: FILE, content }).join()).toContain("'User'");
  });

  test('knows exactly the documented protocols', () => {
    const comparison = (protocol: string): string => `  use(event.transaction?.protocol === '${protocol}');`;
    expect(complaintsAbout(PROTOCOLS.map(comparison))).toEqual([]);
    expect(complaintsAbout([comparison('oauth3')])).toHaveLength(1);
  });

  test.each(OPTIONAL_EVENT_PARTS)('makes code ask whether event.%s is there', (part) => {
    const [field = ''] = EVENT_FIELDS.filter((path) => path.startsWith(`${part}.`));
    expect(complaintsAbout([`  use(event.${field.replaceAll('[]', '')});`]).join()).toContain('undefined');
  });

  test('leaves event.user open, with values to be parsed', () => {
    expect(complaintsAbout([`  use(event.user['didit_profile']);`])).toEqual([]);
    expect(complaintsAbout([`  const text: string = event.user['didit_profile']; use(text);`])).toHaveLength(
      1,
    );
  });

  test.each([
    'use(event.users);',
    'use(event.client.secret);',
    'use(event.transaction?.metadatas);',
    'api.access.allow();',
    'api.idToken.addScope("a");',
    'api.user.setMetadata("a", 1);',
    'api.access.deny(1);',
    'api.cache.set("key", 1);',
    'api.transaction.setMetadata("key", { a: 1 });',
    'api.session.setCookieMode("forever");',
    'event.user.email = "other@example.com";',
  ])('refuses what is not documented: %s', (statement) => {
    expect(complaintsAbout([`  ${statement}`])).toHaveLength(1);
  });
});

describe('an installed @auth0/actions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'actions-types-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const install = (declaration: string): void => {
    const packageFolder = join(folder, 'node_modules/@auth0/actions');
    mkdirSync(packageFolder, { recursive: true });
    writeFileSync(
      join(packageFolder, 'package.json'),
      JSON.stringify({
        name: '@auth0/actions',
        version: '0.32.0',
        exports: { './post-login/v3': { types: './v3.d.ts' } },
      }),
    );
    writeFileSync(join(packageFolder, 'v3.d.ts'), declaration);
  };
  const consumer = (content: string): { readonly file: string; readonly content: string } => ({
    file: join(folder, 'consumer.mts'),
    content,
  });

  test('wins over our declaration', () => {
    install('export interface Event { readonly onlyInThePackage: true }');
    const probe = consumer(
      `import type { Event } from '${SPECIFIER}'; export const f = (event: Event): true => event.onlyInThePackage;`,
    );
    expect(complaints(DECLARATIONS, compilerOptions(), probe)).toEqual([]);
  });

  test('would lose to a declaration with the exact name, which is why ours is a pattern', () => {
    install('export interface Event { readonly onlyInThePackage: true }');
    const exact = DECLARATIONS.map((file, index) => {
      const copy = join(folder, `exact-${index}.d.ts`);
      writeFileSync(copy, readFileSync(file, 'utf8').replace(`'${SPECIFIER}*'`, `'${SPECIFIER}'`));
      return copy;
    });
    const probe = consumer(
      `import type { Event } from '${SPECIFIER}'; export const f = (event: Event): true => event.onlyInThePackage;`,
    );
    expect(complaints(exact, compilerOptions(), probe).join()).toContain('onlyInThePackage');
  });

  test(
    'with looser types than ours leaves the Actions of this project without a complaint',
    { tags: ['long'] },
    () => {
      // Ours without `readonly` and with `any` for `unknown`: how generated packages are typed.
      const loose = DECLARATIONS.map((file) =>
        readFileSync(file, 'utf8')
          .replace(/declare module '[^']+' \{/, '')
          .replace(/\}\s*$/, ''),
      )
        .join('\n')
        .replaceAll('readonly ', '')
        .replaceAll('Readonly<Record<string, unknown>>', 'Record<string, any>')
        .replaceAll('unknown', 'any');
      install(loose);
      const entries = ['didit-profile-sync', 'didit-step-up', 'didit-access-policy', 'didit-claims'].map(
        (name) => join(PROJECT_ROOT, `actions/${name}.ts`),
      );
      const installed = {
        ...compilerOptions(),
        types: ['node'],
        typeRoots: [join(PROJECT_ROOT, 'node_modules/@types')],
        skipLibCheck: true,
        paths: { [SPECIFIER]: [join(folder, 'node_modules/@auth0/actions/v3.d.ts')] },
      };
      expect(complaints([...DECLARATIONS, ...entries], installed)).toEqual([]);
    },
  );
});
