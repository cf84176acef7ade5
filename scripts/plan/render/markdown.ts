import { isEmptyPlan, isMarked, securityChanges } from '../plan.ts';
import type { Plan, PlannedChange } from '../plan.ts';
import { SECURITY_CODES } from '../ratings/security-codes.ts';
import { safeLine, safeText } from './safe-text.ts';
import * as words from './words.ts';

/** Characters of one comment on GitHub. */
export const MAX_COMMENT_CHARACTERS = 65_536;

/** What code diffs leave for everything else. */
const ROOM_FOR_THE_REST = 2_000;

/** A diff of more lines than this is folded. */
const FOLD_LINES = 12;

/** By this line a workflow finds its own comment again. */
export const COMMENT_MARK = '<!-- didit plan -->';

/**
 * A plan for a pull-request comment, never longer than one: diffs that do not fit are left out, and the comment says so. Nothing in
 * it is text that a tenant or a file could have made into markup: all of it is in code spans and fences.
 */
export function renderMarkdown(plan: Plan): string {
  const findings = securityChanges(plan);
  const head = [
    COMMENT_MARK,
    `### ${code(words.targetLine(plan.target))}`,
    '',
    `**${words.summaryLine(plan, findings.length)}**`,
    ...section(
      'For a security reviewer',
      findings.map(
        ({ code: name, where, because }) =>
          `- :warning: **${name}** ${code(`${where}: ${because}`)}<br>${SECURITY_CODES[name]}`,
      ),
    ),
    ...section('Changes', plan.changes.flatMap(changeLines)),
    ...section(
      'What the settings come to',
      plan.effects.map((effect) => `- ${code(words.effectLine(effect))}`),
    ),
    ...(plan.changes.length === 0
      ? []
      : section(
          'Actions at each login, in order',
          plan.flow.map((entry) => `- ${code(words.flowLine(entry).trim())}`),
        )),
    ...(plan.changes.length === 0
      ? []
      : section('Impact', [
          words.impactLine(plan.impact),
          '',
          ...plan.impact.changes.map(
            (change) => `- ${change.security.length > 0 ? ':warning: ' : ''}${code(words.loginLine(change))}`,
          ),
        ])),
    ...section(
      'Values of secrets',
      isEmptyPlan(plan) ? [] : words.secretLines(plan.secretValues).map((line) => `- ${code(line)}`),
    ),
    '',
  ].join('\n');
  return withDiffs(shortened(head), plan);
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `#### ${title}`, '', ...lines];

const changeLines = (change: PlannedChange): readonly string[] => [
  `- ${isMarked(change) ? ':warning: ' : ''}${code(words.changeLine(change))}`,
  ...change.details.map((detail) => `  - ${code(detail)}`),
];

/** The diffs that fit, each folded when it is long; then the number of those that do not. */
function withDiffs(text: string, plan: Plan): string {
  let whole = text;
  let left = 0;
  for (const change of plan.changes) {
    if (change.code === null || change.code.diff === '') continue;
    const piece = diffBlock(change, change.code.diff);
    if (whole.length + piece.length + ROOM_FOR_THE_REST > MAX_COMMENT_CHARACTERS) left += 1;
    else whole += piece;
  }
  return left === 0
    ? whole
    : `${whole}\n${left} more ${left === 1 ? 'diff does' : 'diffs do'} not fit into a comment: \`npm run plan\` shows ${left === 1 ? 'it' : 'them'}.\n`;
}

function diffBlock(change: PlannedChange, diff: string): string {
  const title = `${change.resource.kind} ${change.resource.name}${change.code === null ? '' : `: ${words.codeLine(change.code)}`}`;
  const text = safeText(diff);
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  const block = `${fence}diff\n${text}\n${fence}`;
  return text.split('\n').length > FOLD_LINES
    ? `\n<details><summary>${htmlText(title)}</summary>\n\n${block}\n\n</details>\n`
    : `\n${code(title)}\n\n${block}\n`;
}

/** A code span that holds its text whatever backticks are in it. */
function code(text: string): string {
  const line = safeLine(text);
  const run = longestRun(line);
  const fence = '`'.repeat(run + 1);
  return run === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

const longestRun = (text: string): number =>
  Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));

const htmlText = (text: string): string =>
  safeLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;');

/** Whole lines from the start, as many as fit. What a reviewer must see comes first. */
function shortened(text: string): string {
  const room = MAX_COMMENT_CHARACTERS - ROOM_FOR_THE_REST;
  if (text.length <= room) return text;
  const fitting = text.slice(0, text.lastIndexOf('\n', room));
  return `${fitting}\n\n**The plan is longer than a comment can be: \`npm run plan\` shows all of it.**\n`;
}
