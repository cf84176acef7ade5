import { stripVTControlCharacters } from 'node:util';
import { safeText, styled } from '../base/safe-text.ts';
import type { SafeText } from '../base/safe-text.ts';

/** For people, on standard output, each on lines of its own. This file alone writes there: lint refuses it elsewhere. */
export function print(...lines: readonly SafeText[]): void {
  for (const { text } of lines) process.stdout.write(`${fitted(text, process.stdout)}\n`);
}

/** The same on standard error: what must not get into the output that a program reads. */
export function printAside(...lines: readonly SafeText[]): void {
  for (const { text } of lines) process.stderr.write(`${fitted(text, process.stderr)}\n`);
}

/** Only where somebody looks: a program, or a log, gets lines as they are. */
const fitted = (text: string, { isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): string =>
  isTTY ? wrapped(text, columns) : text;

/** What may be copied, and would be something else with a line end in it: commands, and rows of a table. */
const TO_COPY = /\b(?:npm run|npx|curl)\b| -- |\S {3,}\S.* {3,}/;

/** The same between backticks: it stays whole, and what is around it does not. */
const SPAN = /`[^`]*`/g;

/** JSON, and lines of code: a plan has its own changes further left than those of code. */
const CODE = /^ *["{}[\]@|]|^ {6,}[+-]/;

/** A few words, a gap, and what they mean. */
const TWO_COLUMNS = /^( *\S+(?: \S+)* {2,})(\S.*)$/;

/** Narrower than this, nothing is gained by it. */
const MIN_COLUMNS = 40;

/**
 * Lines of prose that are longer than the terminal is wide, broken between words and not inside of one; what goes on is indented
 * by two more, or stands in the second of two columns.
 *
 * @param text May have colours in it, which take no place.
 */
export function wrapped(text: string, columns: number): string {
  if (columns < MIN_COLUMNS) return text;
  return text
    .split('\n')
    .map((line) => {
      const plain = stripVTControlCharacters(line);
      if (plain.length <= columns || CODE.test(plain)) return line;
      const [, left = '', right = ''] = TWO_COLUMNS.exec(plain) ?? [];
      // The second column would be too narrow to read.
      const isHanging = left !== '' && left.length <= columns / 2 && !/ {2,}/.test(right);
      if (TO_COPY.test((isHanging ? right : plain).replace(SPAN, ''))) return line;
      const indent = isHanging ? left.length : (/^ */.exec(plain)?.[0].length ?? 0) + 2;
      // To copy it is more than to read it.
      if ((plain.match(SPAN) ?? []).some((span) => span.length > columns - indent)) return line;
      return broken(line, columns, ' '.repeat(indent));
    })
    .join('\n');
}

/** @param indent Before what goes on. */
function broken(line: string, columns: number, indent: string): string {
  const lines: string[] = [];
  let current = '';
  for (const word of wordsOf(line)) {
    // A list without blanks that no line has room for is broken between its items.
    const parts = widthOf(word) > columns - indent.length ? word.split(/(?<=,)/) : [word];
    for (const [index, part] of parts.entries()) {
      const longer = `${current}${current === '' || index > 0 ? '' : ' '}${part}`;
      if (current !== '' && widthOf(longer) > columns) {
        lines.push(current);
        current = `${indent}${part}`;
      } else current = longer;
    }
  }
  return [...lines, current].join('\n');
}

/** With what stands between backticks as one of them. */
const wordsOf = (line: string): readonly string[] =>
  line.split(/(?<=\S) (?=\S)/).reduce<readonly string[]>((words, word) => {
    const last = words.at(-1) ?? '';
    const isOpen = (last.match(/`/g) ?? []).length % 2 === 1;
    return isOpen ? [...words.slice(0, -1), `${last} ${word}`] : [...words, word];
  }, []);

const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** A whole file, for a program or another file byte for byte; where a terminal shows it, safe to look at. */
export function printFile(text: string): void {
  process.stdout.write(process.stdout.isTTY ? safeText(text) : text);
}

/** Whether standard output shows colours. */
export const showsColours = (): boolean => process.stdout.isTTY && process.stdout.hasColors();

/** Characters in a line of the terminal; `undefined` where there is none. */
export const terminalColumns = (): number | undefined => process.stdout.columns;

/** Colour only where somebody looks: not in pipes, not with NO_COLOR. */
export const heading = (text: SafeText): SafeText => styled('bold', text, { stream: process.stdout });
export const dim = (text: SafeText): SafeText => styled('dim', text, { stream: process.stdout });
export const red = (text: SafeText): SafeText => styled('red', text, { stream: process.stderr });

/** Where a person is asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined };
  readonly output: NodeJS.WritableStream;
}

/** Standard input and output. */
export const STANDARD: Terminal = { input: process.stdin, output: process.stdout };

/** Whether a person looks at standard error, where progress can move. */
export const looksAtErrors = (): boolean => process.stderr.isTTY;

/**
 * Whoever reads may stop reading (`| head`), and the disk that standard output goes to may be full: neither must end a deploy
 * half way.
 *
 * @param onLost Told what of the output was lost for another reason than that nobody reads.
 */
export function surviveClosedOutput(onLost: (error: Error, stream: string) => void): void {
  for (const [name, stream] of [
    ['standard output', process.stdout],
    ['standard error', process.stderr],
  ] as const) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') onLost(error, name);
    });
  }
}
