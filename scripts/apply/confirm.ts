import { createInterface } from 'node:readline/promises';
import { Problem } from '../problem.ts';

/**
 * Asks on the terminal; anything but yes is no.
 *
 * @throws {Problem} `CONFIRMATION_NEEDED` where nobody can be asked, `NOT_CONFIRMED` where the answer is no.
 */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new Problem({
      code: 'CONFIRMATION_NEEDED',
      message: 'This would change a tenant, and there is no terminal to ask on. Nothing was changed.',
      remedy: 'Read the list above, then run the command with --yes.',
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`\n${question} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    terminal.close();
  }
  throw new Problem({ code: 'NOT_CONFIRMED', message: 'Nothing was changed.', remedy: 'Answer y to go on.' });
}
