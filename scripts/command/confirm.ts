import { createInterface } from 'node:readline/promises';
import type { Places } from '../base/problem-places.ts';
import { Problem } from '../base/problem.ts';
import { joined, safe } from '../base/safe-text.ts';
import type { SafeText } from '../base/safe-text.ts';
import { STANDARD, wrapped } from './print.ts';
import type { Terminal } from './print.ts';

/**
 * Asks on the terminal; anything but yes means no, Ctrl-C and Ctrl-D too.
 *
 * @param terminal Default: standard input and output.
 * @param options With which the command does the same without asking. Default `--yes`.
 * @throws {Problem} `CONFIRMATION_NEEDED` where nobody can be asked, `NOT_CONFIRMED` where the answer is no.
 */
export const confirm = async (
  question: SafeText,
  terminal: Terminal = STANDARD,
  options = '--yes',
): Promise<void> => {
  await confirmChange(question, { worst: [] }, terminal, options);
};

/** How many effects stand above the question. */
const SHOWN_EFFECTS = 3;

/** What somebody who says yes has to have seen. */
export interface Danger {
  /** The worst first, each in a few words. */
  readonly worst: readonly string[];
  /** Such as the tenant's domain: only this name means yes. Default: a yes is enough. */
  readonly name?: string | undefined;
}

/**
 * The same, with the worst of what is going to happen above the question. What is dangerous is not agreed to by a habit: it takes
 * a name.
 *
 * @throws {Problem} as `confirm`.
 */
export async function confirmChange(
  question: SafeText,
  { worst, name }: Danger,
  terminal: Terminal = STANDARD,
  options = '--yes',
): Promise<void> {
  const asked = name === undefined ? safe`${question} [y/N]` : safe`${question} Type ${name} to continue:`;
  const above = worst.slice(0, SHOWN_EFFECTS).map((effect) => safe`  ! ${effect}`);
  await ask({ above, question: asked }, name ?? /^y(es)?$/i, terminal, options);
}

async function ask(
  { above, question }: { readonly above: readonly SafeText[]; readonly question: SafeText },
  yes: RegExp | string,
  terminal: Terminal,
  options: string,
): Promise<void> {
  if (terminal.input.isTTY !== true) {
    throw new Problem({
      code: 'CONFIRMATION_NEEDED',
      message: 'This would change a tenant, and there is no terminal to ask on. Nothing was changed.',
      remedy: `Read the list above, then run the command with ${options}`,
    });
  }
  terminal.output.write(`${wrapped(joined([safe``, ...above]).text, columnsOf(terminal))}\n`);
  const reader = createInterface({ ...terminal, terminal: true });
  try {
    const answer = (await reader.question(safe`${question} `.text)).trim();
    if (typeof yes === 'string' ? answer === yes : yes.test(answer)) return;
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

const columnsOf = ({ output }: Terminal): number =>
  'columns' in output && typeof output.columns === 'number' ? output.columns : Infinity;

/**
 * `Apply these 14 changes to tenant.example.com?`
 *
 * @param changes 0 where only values of secrets are sent.
 */
export function applyQuestion(changes: number, domain: string): SafeText {
  if (changes === 0) return safe`Send these values of secrets to ${domain}?`;
  return safe`Apply ${changes === 1 ? 'this change' : `these ${changes} changes`} to ${domain}?`;
}

/**
 * Asks for a text on the terminal.
 *
 * @param proposal What an empty answer means. Without one, it is asked again.
 * @param option With which the command is told without being asked.
 * @param faultOf Says what is wrong with an answer, as a sentence; it is asked again then. Default: takes any.
 * @param terminal Default: standard input and output.
 * @throws {Problem} `ANSWER_NEEDED` where nobody can be asked, `NOT_CONFIRMED` on Ctrl-C and Ctrl-D.
 */
export async function askText(
  question: string,
  proposal: string | undefined,
  option: Places['option'],
  faultOf: (answer: string) => string | undefined = () => undefined,
  terminal: Terminal = STANDARD,
): Promise<string> {
  if (terminal.input.isTTY !== true) {
    throw new Problem({
      code: 'ANSWER_NEEDED',
      message: `There is no terminal to ask on: ${question}`,
      place: option,
    });
  }
  const reader = createInterface({ ...terminal, terminal: true });
  try {
    terminal.output.write(`${safe`${question}`.text}\n`);
    for (;;) {
      const shown = proposal === undefined ? safe`  ` : safe`  [${proposal}] `;
      const answer = (await reader.question(shown.text)).trim() || proposal;
      const fault = answer === undefined ? undefined : faultOf(answer);
      if (answer !== undefined && fault === undefined) return answer;
      if (fault !== undefined) terminal.output.write(`${safe`  ! ${fault}`.text}\n`);
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    terminal.output.write('\n');
    throw new Problem({ code: 'NOT_CONFIRMED', message: 'Cancelled. Nothing was written.' });
  } finally {
    reader.close();
  }
}
