import { createInterface } from 'node:readline/promises';
import { Problem } from '../base/problem.ts';

/** Where a person is asked. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined };
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks on the terminal; anything but yes is no, Ctrl-C and Ctrl-D among it.
 *
 * @param terminal Default: standard input and output.
 * @param options With which the command does the same without asking. Default `--yes`.
 * @throws {Problem} `CONFIRMATION_NEEDED` where nobody can be asked, `NOT_CONFIRMED` where the answer is no.
 */
export async function confirm(
  question: string,
  terminal: Terminal = { input: process.stdin, output: process.stdout },
  options = '--yes',
): Promise<void> {
  if (terminal.input.isTTY !== true) {
    throw new Problem({
      code: 'CONFIRMATION_NEEDED',
      message: 'This would change a tenant, and there is no terminal to ask on. Nothing was changed.',
      remedy: `Read the list above, then run the command with ${options}`,
    });
  }
  const reader = createInterface({ ...terminal, terminal: true });
  try {
    const answer = await reader.question(`\n${question} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    terminal.output.write('\n');
  } finally {
    reader.close();
  }
  throw new Problem({
    code: 'NOT_CONFIRMED',
    message: 'Cancelled. Nothing was changed.',
  });
}
