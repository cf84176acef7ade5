import ts from 'typescript';

/** What the gates want to know of a piece of JavaScript, read from its syntax tree, each with its 1-based line. */
export interface SourceFacts {
  /** Names given to `require`, `import()` and static imports; `undefined` where the name is computed. */
  readonly imports: readonly { readonly name: string | undefined; readonly line: number }[];
  /** Literal first arguments of `….setCustomClaim(…)`. */
  readonly claimNames: readonly { readonly name: string; readonly line: number }[];
  /** Syntax errors. */
  readonly errors: readonly { readonly message: string; readonly line: number }[];
}

/** Reads `code` as a script (not a module). Never runs it. */
export function readSourceFacts(code: string): SourceFacts {
  const source = ts.createSourceFile('bundle.js', code, ts.ScriptTarget.ESNext, true, ts.ScriptKind.JS);
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1;
  const imports: { name: string | undefined; line: number }[] = [];
  const claimNames: { name: string; line: number }[] = [];

  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      imports.push({ name: literalText(node.moduleSpecifier), line: lineOf(node.getStart(source)) });
    }
    if (ts.isCallExpression(node)) {
      const line = lineOf(node.getStart(source));
      if (isModuleLoad(node)) imports.push({ name: literalText(node.arguments[0]), line });
      if (ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'setCustomClaim') {
        const name = literalText(node.arguments[0]);
        if (name !== undefined) claimNames.push({ name, line });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);

  const { diagnostics = [] } = ts.transpileModule(code, {
    fileName: 'bundle.js',
    reportDiagnostics: true,
    compilerOptions: { allowJs: true, target: ts.ScriptTarget.ESNext },
  });
  return {
    imports,
    claimNames,
    errors: diagnostics.map((diagnostic) => ({
      message: ts.flattenDiagnosticMessageText(diagnostic.messageText, ' '),
      line: lineOf(diagnostic.start ?? 0),
    })),
  };
}

const isModuleLoad = (call: ts.CallExpression): boolean =>
  call.expression.kind === ts.SyntaxKind.ImportKeyword ||
  (ts.isIdentifier(call.expression) && call.expression.text === 'require');

const literalText = (node: ts.Node | undefined): string | undefined =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
