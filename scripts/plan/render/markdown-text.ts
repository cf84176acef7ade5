import { cutText } from './fit-bytes.ts';
import { safeLine, safeText } from '../../base/safe-text.ts';

/** What one text on a line may take up. */
const TEXT_BYTES = 1_000;

/** A code span that holds its text whatever backticks are in it. Of a long text it holds the start, and says how much is missing. */
export function code(text: string): string {
  const line = oneLine(text);
  const run = longestRun(line);
  const fence = '`'.repeat(run + 1);
  return run === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

/** A block of code that holds its text whatever backticks are in it. */
export function fenced(text: string, language: string): string {
  const block = safeText(text);
  const fence = '`'.repeat(Math.max(3, longestRun(block) + 1));
  return `${fence}${language}\n${block}\n${fence}`;
}

/** Text between HTML tags, where there are no code spans. Of a long text the start. */
export const htmlText = (text: string): string =>
  oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;');

function oneLine(text: string): string {
  const { start, left } = cutText(safeLine(text), TEXT_BYTES);
  return left === 0 ? start : `${start}… (${left} more characters)`;
}

const longestRun = (text: string): number =>
  [...text.matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), 0);
