import { parseEnv } from 'node:util';
import { Problem, Problems } from '../base/problem.ts';

/** As far as the `=`, with the name; Node takes these names. */
const NAME = /(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=/;

/** Without a #, which would end the value, and without what nobody sees: it comes with a copied text, and belongs to no value. */
const WORD = /[^\s#\p{Cc}\p{Cf}]+/u;

const COMMENT = /#[^\r\n]*/;

/**
 * What Node reads as it is written: a blank line, a comment, or a variable. With only blanks after the `=`, Node takes the next
 * line for the value; of a value in quotes, it drops what follows them; of another, what follows a #, and the blanks at its ends.
 */
const ENTRY = new RegExp(
  `[ \\t]*(?:${COMMENT.source}|` +
    `${NAME.source}(?:` +
    `[ \\t]*(["'\`])(?:(?!\\2)(?:[^\\r]|\\r(?=\\n)))*\\2[ \\t]*(?:${COMMENT.source})?|` +
    `[ \\t]*(?!["'\`])${WORD.source}(?:[ \\t]+${WORD.source})*(?:[ \\t]+${COMMENT.source}|[ \\t]*)|` +
    `(?:[ \\t]+${COMMENT.source})?))?\\r?(?:\\n|$)`,
  'uy',
);

const ASSIGNS = new RegExp(`^[ \\t]*${NAME.source}`);

/** Where a value in quotes begins that nothing ends as it should: what follows may belong to it, too. */
const OPENS_QUOTES = new RegExp(`${ASSIGNS.source}[ \\t]*["'\`]`);

const LINE = /[^\n]*\n?/y;

/**
 * The variables in a file of `NAME=value` lines, as Node reads them. Node leaves out what it does not understand, cuts values off
 * at a #, and of two lines takes the last; a variable that nobody misses is how a command works on another tenant than was meant,
 * and half a secret is how nobody can sign in any more. Such a line is an error here.
 *
 * @param file As errors name it.
 * @throws {Problems} `ENV_FILE_LINE`, one for each such line, never with what is in it: it may be a secret.
 * @see https://nodejs.org/docs/latest-v22.x/api/util.html#utilparseenvcontent
 */
export function parseEnvironmentFile(content: string, file: string): NodeJS.Dict<string> {
  // The mark that some editors put at the start would become part of the first name.
  const text = content.replace(/^\uFEFF/, '');
  const problems: Problem[] = [];
  const lineOf = new Map<string, number>();
  for (let at = 0, line = 1; at < text.length;) {
    ENTRY.lastIndex = LINE.lastIndex = at;
    const [entry, name = ''] = ENTRY.exec(text) ?? [];
    const [written] = entry === undefined ? (LINE.exec(text) ?? ['']) : [entry];
    const message = whatIsWrong(entry, written, lineOf.get(name));
    if (message !== undefined)
      problems.push(new Problem({ code: 'ENV_FILE_LINE', message, place: { file, line } }));
    if (entry === undefined && OPENS_QUOTES.test(written)) break;
    if (name !== '') lineOf.set(name, line);
    line += written.split('\n').length - 1;
    at += written.length;
  }
  Problems.throwIfAny(problems);
  return parseEnv(text);
}

/** @param before Line in which the same variable is set already. */
function whatIsWrong(
  entry: string | undefined,
  written: string,
  before: number | undefined,
): string | undefined {
  if (before !== undefined) return `This variable is set in line ${before} already.`;
  if (entry !== undefined) return undefined;
  return ASSIGNS.test(written)
    ? 'The value in this line would not be read as it is written.'
    : 'This is not a NAME=value line, not a comment and not blank.';
}
