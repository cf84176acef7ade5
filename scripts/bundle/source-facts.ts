import { Parser } from 'acorn';
import type { Expression, Node, Program, SpreadElement } from 'acorn';
import { simple } from 'acorn-walk';
import type { SimpleVisitors } from 'acorn-walk';

/** What the gates want to know of a piece of JavaScript, read from its syntax tree, each with its 1-based line. */
export interface SourceFacts {
  /** Names given to `require`, `import()` and static imports; `undefined` where the name is computed. */
  readonly imports: readonly { readonly name: string | undefined; readonly line: number }[];
  /** Literal first arguments of `….setCustomClaim(…)`. */
  readonly claimNames: readonly { readonly name: string; readonly line: number }[];
  /** How many parameters it has, as `length` counts them, where all of it is one function expression. */
  readonly parameters: number | undefined;
}

/** Why JavaScript cannot be read, and on which 1-based line. */
export interface SyntaxFault {
  readonly message: string;
  readonly line: number;
}

export type SourceReading =
  | { readonly kind: 'read'; readonly facts: SourceFacts }
  | { readonly kind: 'fault'; readonly fault: SyntaxFault };

/** Several ask about the same code, and to read it takes as long as much of what else a command does. */
const readings = new Map<string, SourceReading>();

const MAX_READINGS = 50;

/** Reads `code` as the body of a CommonJS module. Never runs it. */
export function readSourceFacts(code: string): SourceReading {
  const known = readings.get(code);
  if (known !== undefined) return known;
  if (readings.size >= MAX_READINGS) readings.clear();
  const reading = readAnew(code);
  readings.set(code, reading);
  return reading;
}

function readAnew(code: string): SourceReading {
  const program = parseModuleBody(code);
  if (!('body' in program)) return { kind: 'fault', fault: program };
  const imports: { name: string | undefined; line: number }[] = [];
  const claimNames: { name: string; line: number }[] = [];
  const isWalked = walkThrough(program, {
    ImportDeclaration: (node) => {
      imports.push({ name: literalText(node.source), line: lineOf(node) });
    },
    ImportExpression: (node) => {
      imports.push({ name: literalText(node.source), line: lineOf(node) });
    },
    CallExpression: (node) => {
      const { callee } = node;
      const name = literalText(node.arguments[0]);
      if (isNamed(callee, 'require')) imports.push({ name, line: lineOf(node) });
      const method = callee.type === 'MemberExpression' && !callee.computed ? callee.property : undefined;
      if (isNamed(method, 'setCustomClaim') && name !== undefined)
        claimNames.push({ name, line: lineOf(node) });
    },
  });
  if (!isWalked) return { kind: 'fault', fault: { message: TOO_DEEP, line: 1 } };
  return { kind: 'read', facts: { imports, claimNames, parameters: parametersOf(program) } };
}

/** @returns Whether all of it was seen: code that is nested deeply enough leaves nobody the stack to walk through it. */
export function walkThrough(program: Program, visitors: SimpleVisitors<unknown>): boolean {
  try {
    simple(program, visitors);
    return true;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}

function parametersOf({ body }: Program): number | undefined {
  const [statement] = body;
  if (body.length !== 1 || statement?.type !== 'ExpressionStatement') return undefined;
  const { expression } = statement;
  if (expression.type !== 'FunctionExpression' && expression.type !== 'ArrowFunctionExpression')
    return undefined;
  const end = expression.params.findIndex(
    ({ type }) => type === 'AssignmentPattern' || type === 'RestElement',
  );
  return end === -1 ? expression.params.length : end;
}

/** How deep the parser may be in itself: several times what code of people asks for, and far from where the stack ends. */
const MAX_DEPTH = 1_000;

/** Where it goes into itself, for whatever can be nested, and what that takes. */
const STEPS_INTO: Readonly<Record<string, number>> = {
  parseStatement: 2,
  parseMaybeAssign: 4,
  parseMaybeUnary: 1,
  parseExprOp: 1,
  parseBindingAtom: 1,
};

const TOO_DEEP = 'too much of it is nested in each other';

/**
 * A parser that stops in time. Without stack, it would end the process where it happens to need a regular expression for the
 * first time, and nothing can catch that.
 */
const LimitedParser = Parser.extend((Base) => {
  class Limited extends Base {}
  let depth = 0;
  for (const [name, more] of Object.entries(STEPS_INTO)) {
    const step: unknown = Reflect.get(Base.prototype, name);
    if (typeof step !== 'function') throw new Error(`acorn has no ${name} any more`);
    Reflect.defineProperty(Limited.prototype, name, {
      value(this: object, ...parameters: readonly unknown[]): unknown {
        if (depth >= MAX_DEPTH)
          throw Object.assign(new SyntaxError(TOO_DEEP), {
            loc: { line: Number(Reflect.get(this, 'curLine')) },
          });
        depth += more;
        try {
          return Reflect.apply(step, this, parameters);
        } finally {
          depth -= more;
        }
      },
    });
  }
  return Limited;
});

/** The syntax tree of the body of a CommonJS module. */
export function parseModuleBody(code: string): Program | SyntaxFault {
  try {
    return LimitedParser.parse(code, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      locations: true,
      // Auth0 wraps it in a function.
      allowReturnOutsideFunction: true,
      // An ES module is refused for what it lacks as CommonJS, in words that say so.
      allowImportExportEverywhere: true,
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const line = 'loc' in error && isPosition(error.loc) ? error.loc.line : 1;
    return { message: error.message, line };
  }
}

const isNamed = (node: Node | undefined, name: string): boolean =>
  node?.type === 'Identifier' && 'name' in node && node.name === name;

const isPosition = (value: unknown): value is { readonly line: number } =>
  typeof value === 'object' && value !== null && 'line' in value && typeof value.line === 'number';

const lineOf = ({ loc }: Pick<Node, 'loc'>): number => loc?.start.line ?? 1;

/** The text of a string, or of a template without gaps. */
function literalText(node: Expression | SpreadElement | undefined): string | undefined {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node?.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}
