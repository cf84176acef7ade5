import { parseEnv } from 'node:util';
import { Problem, Problems } from '../base/problem.ts';

/** `NAME=value`. With only blanks after the `=`, Node reads the next line as the value: that is a mistake, too. */
const ASSIGNMENT = /^[ \t]*(?:export[ \t]+)?[A-Za-z_][\w.-]*[ \t]*=(?![ \t]+$)/;
const BLANK_OR_COMMENT = /^[ \t]*(?:#|$)/;

/**
 * The variables in a file of `NAME=value` lines, as Node reads them. Node leaves out what it does not understand; a variable that
 * nobody misses is how a command works on another tenant than was meant, so such a line is an error here.
 *
 * @param file As errors name it.
 * @throws {Problems} `ENV_FILE_LINE`, one for each such line, never with what is in it: it may be a secret.
 * @see https://nodejs.org/docs/latest-v22.x/api/util.html#utilparseenvcontent
 */
export function parseEnvironmentFile(content: string, file: string): NodeJS.Dict<string> {
  // The mark that some editors put at the start would become part of the first name.
  const text = content.replace(/^\uFEFF/, '');
  const lines = text.split(/\r?\n/);
  const problems = lines.flatMap((line, index) =>
    ASSIGNMENT.test(line) || BLANK_OR_COMMENT.test(line) || isInsideQuotes(lines, index)
      ? []
      : [
          new Problem({
            code: 'ENV_FILE_LINE',
            message: 'This is not a NAME=value line, not a comment and not blank.',
            place: { file, line: index + 1 },
          }),
        ],
  );
  Problems.throwIfAny(problems);
  return parseEnv(text);
}

/** Node itself is asked: an assignment in the line's place is one only outside of a quoted value of several lines. */
function isInsideQuotes(lines: readonly string[], index: number): boolean {
  const probe = 'DIDIT_LINE_PROBE';
  return !(probe in parseEnv([...lines.slice(0, index), `${probe}=1`, ...lines.slice(index)].join('\n')));
}
