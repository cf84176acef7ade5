/** Why a text is no YAML: what stands in one of its lines. */
export interface BrokenLine {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** What is not YAML whatever stands around it, the first cause first. */
const MARKS: readonly (Omit<BrokenLine, 'line'> & { readonly is: RegExp })[] = [
  {
    is: /^(?:<{7}|>{7}|\|{7}) |^={7}$/,
    message: 'a merge conflict is left here',
    remedy: 'Keep one of the two sides, and remove the lines with <<<<<<<, ======= and >>>>>>>.',
  },
  {
    is: /^[ \t]*[^\S \t\r\n\uFEFF]/,
    message: 'it is indented with a character that only looks like a blank',
    remedy: 'Indent the line again, with the space bar.',
  },
  {
    is: /^\s*-[A-Za-z_]\w*:(?:\s|$)/,
    message: 'a blank is missing behind the dash',
    remedy: 'Write a dash, a blank and the key.',
  },
];

const SECOND_DOCUMENT: Omit<BrokenLine, 'line'> = {
  message: 'a second document begins here',
  remedy: 'Remove the line with the three dashes: the file is one document.',
};

/** The line with such a mark; the first of a merge conflict has its own side below it, which would be blamed. */
export function markedLine(text: string): BrokenLine | undefined {
  const lines = text.split(/\r?\n/);
  for (const { is, ...mark } of MARKS) {
    const index = lines.findIndex((line) => is.test(line));
    if (index >= 0) return { line: index + 1, ...mark };
  }
  const second = lines.findLastIndex((line) => /^---(?:\s|$)/.test(line));
  return lines.slice(0, Math.max(second, 0)).some((line) => /^\s*[^\s#]/.test(line))
    ? { line: second + 1, ...SECOND_DOCUMENT }
    : undefined;
}

/**
 * What is wrong with the line at which a parser gives up, or with one above it that it has not got to the end of.
 *
 * @param stop Number of the line, from 1.
 */
export function brokenLine(text: string, stop: number): BrokenLine | undefined {
  const lines = text.split(/\r?\n/);
  const valueIn = (line: number): string =>
    (lines[line - 1] ?? '').replace(/^\s*(?:- +)*/, '').replace(/^[^\s'"#][^:]*:\s+/, '');
  for (let line = stop; line > 0; line -= 1) {
    const value = valueIn(line);
    const open = /^(['"])/.exec(value)?.[1];
    if (open !== undefined && !closesQuote(value, open)) {
      return {
        line,
        message: `its ${open} is not closed`,
        remedy: `Write another ${open} at the end of the value.`,
      };
    }
    const bracket = /^([[{])[^\]}]*$/.exec(value)?.[1];
    if (bracket !== undefined) {
      const closing = bracket === '[' ? ']' : '}';
      return {
        line,
        message: `its ${bracket} is not closed`,
        remedy: `Write ${closing} at the end of the value.`,
      };
    }
    // At the end of the file, it may have been open from its beginning on.
    if (stop < lines.length - 1 && stop - line > FAR) break;
  }
  const above = withoutDash(lines, stop);
  if (above !== undefined) return above;
  const content = (lines[stop - 1] ?? '').replace(/^\s*(?:- +)*/, '');
  const [, key, glued] = /^([\w$.-]+):?(\S*)/.exec(content) ?? [];
  if (key === undefined) return undefined;
  if (/^[\w$.-]+:(?!\/\/)\S/.test(content))
    return {
      line: stop,
      message: 'a blank is missing behind the colon',
      remedy: `Write \`${key}: ${glued ?? ''}\`.`,
    };
  if (/^[\w$.-]+(?: [^:]*)?$/.test(content))
    return {
      line: stop,
      message: 'it has no colon, and is neither a key nor part of a list',
      remedy: `Write \`${key}: …\`, or begin the line with a dash.`,
    };
  if (/^[\w$.-]+: +[^ '"[{#].*: /.test(content))
    return {
      line: stop,
      message: 'its value has a colon and a blank in it',
      remedy: `Put the value in quotes: ${key}: '…'.`,
    };
  return undefined;
}

/** The first of a list, where it has no dash and those below it have one. */
function withoutDash(lines: readonly string[], stop: number): BrokenLine | undefined {
  const [, indent] = /^(\s*)- /.exec(lines[stop - 1] ?? '') ?? [];
  if (indent === undefined) return undefined;
  const index = lines.slice(0, stop - 1).findLastIndex((line) => /^\s*[^\s#]/.test(line));
  const line = lines[index] ?? '';
  return new RegExp(`^${indent}[^\\s#-]`).test(line)
    ? {
        line: index + 1,
        message: 'it has no dash, and the line below it has one',
        remedy: 'Write a dash and a blank before it.',
      }
    : undefined;
}

/** Lines over which somebody may have meant a text or a list to go on. */
const FAR = 30;

/** Whether a text in quotes ends in the line in which it begins. */
const closesQuote = (value: string, quote: string): boolean =>
  (quote === "'" ? /^'(?:[^']|'')*'\s*(?:#.*)?$/ : /^"(?:[^"\\]|\\.)*"\s*(?:#.*)?$/).test(value);

/**
 * The first line with an indent that fits none of those above it, or with a tab in it: for a text that is no YAML. A parser stops
 * before it, or behind it, and then at most of what follows.
 */
export function misindentedLine(text: string): BrokenLine | undefined {
  const open: number[] = [0];
  let [opens, literal] = [true, Infinity];
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const content = written.trimStart();
    const indent = written.length - content.length;
    if (content === '' || (content.startsWith('#') && !written.slice(0, indent).includes('\t'))) continue;
    // The lines of a text that stands below its key.
    if (indent > literal) continue;
    literal = Infinity;
    if (written.slice(0, indent).includes('\t'))
      return { line, message: 'it is indented with a tab', remedy: 'Indent with spaces, not with tabs.' };
    let deeper: number | undefined;
    while ((open.at(-1) ?? 0) > indent) deeper = open.pop();
    const above = open.at(-1) ?? 0;
    if (indent > above && !opens)
      return {
        line,
        message: `it is indented by ${indent}, and the lines above it by ${deeper === undefined ? above : `${deeper} or ${above}`}`,
        remedy: `Indent it by ${deeper === undefined ? above : `${deeper} or ${above}`} blanks, as what it belongs to.`,
      };
    if (indent > above) open.push(indent);
    // What stands behind a dash is a level of its own.
    for (let behind = indent, rest = content; ;) {
      const [dash] = /^- +/.exec(rest) ?? [];
      if (dash === undefined) break;
      behind += dash.length;
      rest = rest.slice(dash.length);
      open.push(behind);
    }
    opens = /(?:^|\s)-\s*$|:\s*(?:#.*)?$|:\s+[&!]\S+\s*$/.test(content);
    if (/[|>][+-]?\d?\s*(?:#.*)?$/.test(content)) literal = indent;
  }
  return undefined;
}
