import { safeText, styled } from '../base/safe-text.ts';
import type { SafeText } from '../base/safe-text.ts';

/** For people, on standard output, each on lines of its own. This file alone writes there: lint refuses it elsewhere. */
export function print(...lines: readonly SafeText[]): void {
  for (const { text } of lines) process.stdout.write(`${text}\n`);
}

/** The same on standard error: what must not get into the output that a program reads. */
export function printAside(...lines: readonly SafeText[]): void {
  for (const { text } of lines) process.stderr.write(`${text}\n`);
}

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
 * Whoever reads may stop reading (`| head`), and the disk that standard output goes to may be full: neither must end a deploy half way.
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
