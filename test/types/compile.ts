import { join } from 'node:path';
import ts from 'typescript';
import { PROJECT_ROOT } from '../../scripts/base/project.ts';

/** The two halves of one module: the event, and the API. */
export const DECLARATIONS: readonly string[] = [
  join(PROJECT_ROOT, 'types/post-login-v3-event.d.ts'),
  join(PROJECT_ROOT, 'types/post-login-v3-api.d.ts'),
];

/** The project's own compiler options, with the declarations themselves checked too. */
export function compilerOptions(): ts.CompilerOptions {
  const file = join(PROJECT_ROOT, 'tsconfig.json');
  const read: unknown = ts.readConfigFile(file, (path) => ts.sys.readFile(path)).config;
  return {
    ...ts.parseJsonConfigFileContent(read, ts.sys, PROJECT_ROOT).options,
    skipLibCheck: false,
    // Node's own types have errors of their own under the strictest settings, and play no part.
    types: [],
  };
}

const isOfTheLibrary = (file: string): boolean => file.includes('/typescript/lib/');

/** Parsed once: the standard library is most of the work of a compilation. */
const libraryFiles = new Map<string, ts.SourceFile | undefined>();

interface GivenText {
  readonly file: string;
  readonly content: string;
}

/** Compiles files, one of them possibly given as text, and gives what the compiler complains about. */
export const complaints = (
  files: readonly string[],
  options: ts.CompilerOptions = compilerOptions(),
  text?: GivenText,
): readonly string[] =>
  diagnosticsOf(files, options, text).map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );

/** Which lines of a text the compiler complains about, counted from 0. */
export const refusedLines = (
  files: readonly string[],
  options: ts.CompilerOptions,
  text: GivenText,
): ReadonlySet<number> =>
  new Set(
    diagnosticsOf(files, options, text).flatMap(({ file, start }) =>
      file?.fileName === text.file ? [file.getLineAndCharacterOfPosition(start ?? 0).line] : [],
    ),
  );

function diagnosticsOf(
  files: readonly string[],
  options: ts.CompilerOptions,
  text: GivenText | undefined,
): readonly ts.Diagnostic[] {
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (file, languageVersion, ...rest) => {
    if (file === text?.file) return ts.createSourceFile(file, text.content, languageVersion);
    if (!isOfTheLibrary(file)) return readSource(file, languageVersion, ...rest);
    if (!libraryFiles.has(file)) libraryFiles.set(file, readSource(file, languageVersion, ...rest));
    return libraryFiles.get(file);
  };
  if (text !== undefined) {
    const fileExists = host.fileExists.bind(host);
    host.fileExists = (file) => file === text.file || fileExists(file);
  }
  const program = ts.createProgram([...files, ...(text === undefined ? [] : [text.file])], options, host);
  // The standard library has no errors of its own, and takes longer to check than everything else.
  const diagnostics = program
    .getSourceFiles()
    .filter(({ fileName }) => !isOfTheLibrary(fileName))
    .flatMap((file) => ts.getPreEmitDiagnostics(program, file));
  return ts.sortAndDeduplicateDiagnostics(diagnostics);
}
