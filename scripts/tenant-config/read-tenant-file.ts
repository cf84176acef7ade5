import { readFileSync } from 'node:fs';
import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  visit,
} from 'yaml';
import type { Document, ErrorCode, Node } from 'yaml';
import { isSome, diskProblem, Problem, Problems } from '../base/problem.ts';
import { aliasesAreTooMany, aliasesIn } from './aliases.ts';
import { brokenLine, markedLine, misindentedLine } from './broken-line.ts';
import type { BrokenLine } from './broken-line.ts';
import { likeAMarker, markersInComments } from './markers.ts';
import type { InText } from './markers.ts';

/** A YAML file with its syntax tree, so that every finding can name a line. */
export interface TenantFile {
  /** As errors show it. */
  readonly file: string;
  readonly text: string;
  readonly document: Document.Parsed;
  /** What it says. */
  readonly data: unknown;
  /** 1-based. */
  readonly lineAt: (offset: number) => number;
}

/**
 * Reads the file that people review.
 *
 * @param path Where it is.
 * @param file How errors name it; default: `path`.
 * @throws {Problem} `TENANT_FILE_MISSING`.
 * @throws {Problems} `TENANT_FILE_SYNTAX`, one for each place where it is no YAML (a duplicate key included).
 */
export function readTenantFile(path: string, file: string = path): TenantFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw diskProblem({ code: 'TENANT_FILE_MISSING', file, what: 'The tenant file cannot be read', cause });
  }
  return parseTenantFile(text, file);
}

/** What to look at, by the parser's own code: its messages are in the words of YAML's specification. */
const SYNTAX: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_COLLECTION_TYPE: 'check the indentation',
  BAD_INDENT: 'check the indentation, and whether a bracket is closed',
  BAD_SCALAR_START: 'a value that starts with this character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'check the indentation',
  MISSING_CHAR: 'check the indentation, and whether a dash, a colon or a quote is missing',
  MULTILINE_IMPLICIT_KEY: 'check the indentation',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  UNEXPECTED_TOKEN: 'check the indentation',
};

/**
 * The same for text that is already at hand. `@@NAME@@` needs no quotes, merge keys (`<<`) are understood.
 *
 * @throws {Problems} `TENANT_FILE_SYNTAX`; `PLACEHOLDER_UNQUOTED` alone where a marker without quotes is why the file says
 *   something else than it seems to.
 */
export function parseTenantFile(text: string, file: string): TenantFile {
  const parsed = lineTooDeep(text) ?? parseWithMarkers(text);
  if (typeof parsed === 'number')
    throw new Problems([syntaxProblem(file, parsed, `more than ${MAX_DEPTH} levels in each other`)]);
  const { document, counter, unreadable } = parsed;
  const lineAt = (offset: number): number => counter.linePos(offset).line;
  const unquoted = [...markersInComments(text), ...unreadable];
  Problems.throwIfAny(unquoted.map((marker) => unquotedProblem(marker.text, file, lineAt(marker.offset))));
  // Only the first: what follows it is read by another indent, or in quotes that do not end.
  const [structural] = document.errors.map(({ code, message, pos: [offset] }) => ({
    code,
    message,
    line: lineAt(offset),
  }));
  const again = repeatedKeys(document)
    .toSorted((one, other) => one - other)
    .map(lineAt);
  if (structural !== undefined || isSome(again)) {
    const twice = new Set(again.filter((line) => line < (structural?.line ?? Infinity)));
    const cause = structural && causeOf(text, structural.line);
    const problems = [
      ...[...twice]
        // Of an entry of a list whose dash is missing, every key is there twice.
        .filter((line) => !twice.has(line - 1))
        .map(
          (line) =>
            new Problem({
              code: 'TENANT_FILE_SYNTAX',
              message: 'This key is here for the second time.',
              place: { file, line },
              remedy:
                'Keep one of the two, or put what is below both under one. In a list, every entry begins with a dash.',
            }),
        ),
      ...(structural === undefined
        ? []
        : [
            cause === undefined
              ? syntaxProblem(file, structural.line, SYNTAX[structural.code] ?? structural.message)
              : syntaxProblem(file, cause.line, cause.message, cause.remedy),
          ]),
    ];
    Problems.throwIfAny(problems);
  }
  const stop = unreadableNode(document);
  if (stop !== undefined)
    throw new Problems([syntaxProblem(file, lineAt(stop.offset), stop.what, stop.remedy)]);
  return { file, text, document, data: document.toJS({ maxAliasCount: -1 }), lineAt };
}

/** What a person did, for a text that is no YAML from some line on. */
function causeOf(text: string, stop: number): BrokenLine | undefined {
  const marked = markedLine(text);
  if (marked !== undefined) return marked;
  const indented = misindentedLine(text);
  const broken = brokenLine(text, stop);
  // What is open above reaches down to a line that is indented as it should be.
  if (broken !== undefined && broken.line < (indented?.line ?? stop)) return broken;
  if (indented !== undefined && indented.line <= stop + 1) return indented;
  return broken;
}

/** Levels of lists and objects in each other: more than any tenant has, and few enough for whatever walks through them. */
const MAX_DEPTH = 100;

/**
 * The line in which more brackets open than anybody could close, or a list begins in lists. The parser would run out of stack,
 * which nothing can catch where it happens in a regular expression.
 */
function lineTooDeep(text: string): number | undefined {
  let open = 0;
  for (const [index, line] of text.split('\n').entries()) {
    for (const [bracket] of line.matchAll(/[[\]{}]/g)) {
      open = '[{'.includes(bracket) ? open + 1 : Math.max(0, open - 1);
      // What stands in comments and texts is counted too, and need not be closed.
      if (open > 10 * MAX_DEPTH) return index + 1;
    }
    if (LISTS_IN_LISTS.test(line)) return index + 1;
  }
  return undefined;
}

const LISTS_IN_LISTS = new RegExp(`^\\s*(?:[-?]\\s+){${MAX_DEPTH},}`);

/**
 * What is YAML, and no data that anybody could walk through: an alias of nothing or of itself, aliases that multiply, and the
 * deep. And what JSON has no word for, so that something else would be sent than what is read: a date, a set, no number; a key
 * that is a list, or the same as another once it is a text.
 */
function unreadableNode(document: Document.Parsed): UnreadableNode | undefined {
  let found: UnreadableNode | undefined;
  let firstAlias = 0;
  const aliases = aliasesIn(document);
  visit(document, {
    Node: (_key, node, path) => {
      const [offset = 0] = node.range ?? [];
      if (path.length > 2 * MAX_DEPTH)
        found = { offset, what: `more than ${MAX_DEPTH} levels in each other` };
      if (isAlias(node)) {
        firstAlias ||= offset;
        const target = aliases.get(node);
        if (target === undefined)
          found = {
            offset,
            what: `nothing above it is called &${node.source}`,
            remedy: `Put the value in quotes, if it begins with *. If not, define &${node.source} above.`,
          };
        else if (path.includes(target))
          found = { offset, what: `*${node.source} stands in what it stands for`, remedy: WRITE_OUT };
      } else {
        const other = notJson(node, aliases);
        if (other !== undefined) found = { offset, ...other };
      }
      return found === undefined ? undefined : visit.BREAK;
    },
  });
  if (found !== undefined || !aliasesAreTooMany(document)) return found;
  return { offset: firstAlias, what: 'its aliases stand for too many values', remedy: WRITE_OUT };
}

/** Where a key is there for the second time among those of one object. The library looks at all of them again for each. */
function repeatedKeys(document: Document.Parsed): readonly number[] {
  const found: number[] = [];
  visit(document, {
    Map: (_key, { items }, path) => {
      if (path.length > 2 * MAX_DEPTH) return visit.SKIP;
      const seen = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) found.push(key.range?.[0] ?? 0);
        seen.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}

/** Why a node is not what it would be in JSON. Of a list or an object only itself, with its keys. */
function notJson(
  node: Node,
  aliases: ReturnType<typeof aliasesIn>,
): (Omit<UnreadableNode, 'offset'> & { readonly offset?: number }) | undefined {
  const isValue = isScalar(node)
    ? typeof node.value === 'number'
      ? Number.isFinite(node.value)
      : node.value === null || ['string', 'boolean', 'symbol'].includes(typeof node.value)
    : isCollection(node) && !/^tag:yaml\.org,2002:(?!map$|seq$)/.test(node.tag ?? '');
  if (!isValue) return { what: 'JSON has no such value', remedy: 'Put it in quotes, or write it out.' };
  if (!isMap(node)) return undefined;
  const seen = new Set<string>();
  for (const { key, value: merged } of node.items) {
    const target = isAlias(key) ? (aliases.get(key) ?? key.source) : key;
    const value = isScalar(target) ? target.value : target;
    const [start] = (isNode(key) ? key.range : undefined) ?? [];
    const offset = start === undefined ? {} : { offset: start };
    // It may be there more than once.
    if (isMergeKey(key)) {
      if (isMergeable(merged, aliases)) continue;
      return { ...offset, what: 'only objects can be merged', remedy: 'Name one behind <<: `<<: *common`.' };
    }
    const name = textOfKey(value);
    const found = { ...offset, remedy: 'Give each key a name of its own, as a text.' };
    if (name === undefined) return { ...found, what: 'a key is a list or an object' };
    if (seen.has(name)) return { ...found, what: 'two keys are the same text' };
    seen.add(name);
  }
  return undefined;
}

/** As the library tells it, whatever tag it has. */
const isMergeKey = (key: unknown): boolean =>
  isScalar(key) &&
  (typeof key.value === 'symbol' || (key.value === '<<' && (key.type ?? Scalar.PLAIN) === Scalar.PLAIN));

/** An object, or a list of some, whatever they are written as. */
function isMergeable(value: unknown, aliases: ReturnType<typeof aliasesIn>): boolean {
  const target = (node: unknown): unknown => (isAlias(node) ? aliases.get(node) : node);
  const merged = target(value);
  return isSeq(merged) ? merged.items.every((item) => isMap(target(item))) : isMap(merged);
}

function textOfKey(key: unknown): string | undefined {
  if (key === null || key === undefined) return '';
  return typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean'
    ? `${key}`
    : undefined;
}

interface UnreadableNode {
  readonly offset: number;
  readonly what: string;
  /** Default: that of every syntax error. */
  readonly remedy?: string;
}

const WRITE_OUT = 'Write the values out.';

const syntaxProblem = (file: string, line: number, what: string, remedy?: string): Problem =>
  new Problem({
    code: 'TENANT_FILE_SYNTAX',
    message: `YAML error, line ${line}: ${what}.`,
    place: { file, line },
    ...(remedy === undefined ? {} : { remedy }),
  });

/** Where a parser that has run out of stack was: keys in one line are read as one in the other, before they are refused. */
function lineWithMostKeys(text: string): number {
  const keys = text.split('\n').map((line) => line.split(': ').length);
  return keys.indexOf(Math.max(...keys)) + 1;
}

/**
 * YAML refuses a value that starts with `@`, and auth0-deploy-cli takes it for a marker: it is put into quotes where the parser
 * stops at it, which leaves lines as they are.
 *
 * @returns The number of a line where it is deeper than anything can be read.
 */
function parseWithMarkers(text: string):
  | number
  | {
      readonly document: Document.Parsed;
      readonly counter: LineCounter;
      readonly unreadable: readonly InText[];
    } {
  for (let quoted = text, round = 1; ; round += 1) {
    const counter = new LineCounter();
    let document: Document.Parsed;
    try {
      document = parseDocument(quoted, {
        lineCounter: counter,
        prettyErrors: false,
        merge: true,
        uniqueKeys: false,
      });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return lineWithMostKeys(text);
    }
    const stops = document.errors.flatMap(({ code, pos: [offset] }) =>
      code === 'BAD_SCALAR_START' && quoted.startsWith('@@', offset) ? [offset] : [],
    );
    const values = stops.flatMap((offset) => {
      const [, marker] = WHOLE_VALUE.exec(quoted.slice(offset)) ?? [];
      return marker === undefined ? [] : [{ marker, offset }];
    });
    if (values.length === 0 || round === MAX_ROUNDS) {
      const lineAt = (offset: number): string => quoted.slice(offset).split(/\r?\n/, 1)[0] ?? '';
      const unreadable = stops.map((offset) => ({ text: likeAMarker(lineAt(offset)) ?? '@@', offset }));
      return { document, counter, unreadable };
    }
    const pieces = values.map(({ marker, offset }, index) => {
      const end = offset + marker.length;
      return `'${marker}'${quoted.slice(end, values[index + 1]?.offset)}`;
    });
    quoted = `${quoted.slice(0, values[0]?.offset)}${pieces.join('')}`;
  }
}

/** The parser finds all values at once; text of several lines, which is no value, it would go through line by line. */
const MAX_ROUNDS = 10;

/** What may follow a value: the end of the line, a comment, or what goes on in a list or an object. */
const WHOLE_VALUE = /^(@@\w+@@)[ \t]*(?:[,\]}:\r\n]|[ \t]#|$)/;

const unquotedProblem = (marker: string, file: string, line: number): Problem =>
  new Problem({
    code: 'PLACEHOLDER_UNQUOTED',
    message: marker.startsWith('#')
      ? `Without quotes, YAML reads ${marker} and the rest of the line as a comment.`
      : `Without quotes, YAML cannot read a value that starts with ${marker}.`,
    place: { file, line, key: marker.replaceAll(/^[#@]+|(?<![#@])[#@]+$/g, '').trim() },
    remedy: `Put the whole value in quotes: '${marker}'.`,
  });
