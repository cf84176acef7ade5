import { isEmptyPlan, isMarked, securityChanges, securityCodes } from '../plan.ts';
import type { Plan, PlannedChange, SecurityFinding } from '../plan.ts';
import { SECURITY_CODES } from '../ratings/security-codes.ts';
import { bytesOf, cutLines, shareRoom } from './fit-bytes.ts';
import { code, fenced, htmlText } from './markdown-text.ts';
import {
  NO_LONGER_LISTED_TITLE,
  noLongerListedLine,
  noLongerListedRemedies,
} from './no-longer-listed-words.ts';
import * as words from './words.ts';

/**
 * GitHub takes 65,536 characters, of which the workflow needs a few to name the commit. Counted in bytes, a comment also fits
 * wherever programs pass it on.
 */
export const MAX_COMMENT_BYTES = 65_000;

/** For the sentence that says how many diffs are left out. */
const END_NOTE_BYTES = 200;

/** For the sentence that says how many lines of a section are left out. */
const SECTION_NOTE_BYTES = 100;

/** Items of a list that a change, or a finding, names. */
const SHOWN_DETAILS = 20;
const SHOWN_REASONS = 5;

/** A diff of more lines than this is folded. */
const FOLD_LINES = 12;

/** By this line a workflow finds its own comment again. */
export const COMMENT_MARK = '<!-- didit plan -->';

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * A plan for a pull-request comment, never longer than one. However much changes, all codes are in its head and each section has
 * its room; what does not fit is counted. Nothing in it is text that a tenant or a file could have made into markup: all of it is
 * in code spans and fences.
 */
export function renderMarkdown(plan: Plan): string {
  const findings = securityChanges(plan);
  const head = [
    COMMENT_MARK,
    `### ${code(words.targetLine(plan.target))}`,
    '',
    `**${words.summaryLine(plan, findings.length)}**`,
    ...(findings.length === 0
      ? []
      : [
          '',
          securityCodes(plan)
            .map((name) => `**${name}**`)
            .join(', '),
        ]),
    ...(plan.digest === null || isEmptyPlan(plan) ? [] : ['', code(words.digestLine(plan))]),
    '',
  ].join('\n');
  const sections = sectionsOf(plan, findings).filter(({ lines }) => lines.length > 0);
  const rooms = shareRoom(
    sections.map((section) => bytesOf(sectionText(section))),
    MAX_COMMENT_BYTES - bytesOf(head) - END_NOTE_BYTES,
  );
  return withDiffs(
    head + sections.map((section, index) => sectionText(section, rooms[index])).join(''),
    plan,
  );
}

function sectionsOf(plan: Plan, findings: readonly SecurityFinding[]): readonly Section[] {
  const changes = plan.changes.length > 0;
  return [
    { title: 'Security findings', lines: findingLines(findings) },
    { title: 'Changes', lines: plan.changes.flatMap(changeLines) },
    {
      title: 'Effective settings',
      lines: plan.effects.map((effect) => `- ${code(words.effectLine(effect))}`),
    },
    {
      title: 'Actions at each login, in order',
      lines: changes
        ? plan.flow.map((entry) => `- ${code(words.flowLine(entry, plan.noLongerListed).trim())}`)
        : [],
    },
    {
      title: NO_LONGER_LISTED_TITLE,
      lines: [
        ...plan.noLongerListed.map((thing) => `- ${code(noLongerListedLine(thing))}`),
        ...noLongerListedRemedies(plan.noLongerListed).flatMap((remedy) => ['', remedy]),
      ],
    },
    {
      title: 'Impact',
      lines: changes
        ? [
            words.impactLine(plan.impact),
            '',
            ...plan.impact.changes.map(
              (change) =>
                `- ${change.security.length > 0 ? ':warning: ' : ''}${code(words.loginLine(change, plan.impact.people))}`,
            ),
          ]
        : [],
    },
    {
      title: 'Values of secrets',
      lines: isEmptyPlan(plan) ? [] : words.secretLines(plan.secretValues).map((line) => `- ${code(line)}`),
    },
  ];
}

/** A section in so many bytes, each line whole or not there. Default: all of it. */
function sectionText({ title, lines }: Section, maxBytes = Number.POSITIVE_INFINITY): string {
  const head = `\n#### ${title}\n\n`;
  const whole = `${head}${lines.join('\n')}\n`;
  if (bytesOf(whole) <= maxBytes) return whole;
  const { fitting, left } = cutLines(lines, maxBytes - bytesOf(head) - SECTION_NOTE_BYTES);
  return `${head}${[...fitting, '', `**${leftOut(left, 'line')} fit into a comment.**`].join('\n')}\n`;
}

/** `3 more lines (npm run plan shows them) do not`. */
const leftOut = (count: number, what: string): string =>
  count === 1
    ? `1 more ${what} (\`npm run plan\` shows it) does not`
    : `${count} more ${what}s (\`npm run plan\` shows them) do not`;

/** One line for each code and place: five hundred new callbacks are one thing to look at. */
const findingLines = (findings: readonly SecurityFinding[]): readonly string[] =>
  [...Map.groupBy(findings, ({ code: name, where }) => JSON.stringify([name, where])).values()].flatMap(
    ([first, ...others]) => {
      if (first === undefined) return [];
      const { code: name, where } = first;
      const reasons = [first, ...others].map(({ because }) => because);
      const more = reasons.length - SHOWN_REASONS;
      const shown = `${reasons.slice(0, SHOWN_REASONS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
      return [`- :warning: **${name}** ${code(`${where}: ${shown}`)}<br>${SECURITY_CODES[name]}`];
    },
  );

const changeLines = (change: PlannedChange): readonly string[] => {
  const more = change.details.length - SHOWN_DETAILS;
  return [
    `- ${isMarked(change) ? ':warning: ' : ''}${code(words.changeLine(change))}`,
    ...change.details.slice(0, SHOWN_DETAILS).map((detail) => `  - ${code(detail)}`),
    ...(more > 0 ? [`  - and ${more} more`] : []),
  ];
};

/** The diffs that fit, each folded when it is long; then the number of those that do not. */
function withDiffs(text: string, plan: Plan): string {
  let whole = text;
  let left = 0;
  for (const change of plan.changes) {
    if (change.code === null || change.code.diff === '') continue;
    const piece = diffBlock(change, change.code.diff);
    if (bytesOf(whole) + bytesOf(piece) + END_NOTE_BYTES > MAX_COMMENT_BYTES) left += 1;
    else whole += piece;
  }
  return left === 0 ? whole : `${whole}\n${leftOut(left, 'diff')} fit into a comment.\n`;
}

function diffBlock(change: PlannedChange, diff: string): string {
  const title = `${change.resource.kind} ${change.resource.name}${change.code === null ? '' : `: ${words.codeLine(change.code)}`}`;
  const block = fenced(diff, 'diff');
  return diff.split('\n').length > FOLD_LINES
    ? `\n<details><summary>${htmlText(title)}</summary>\n\n${block}\n\n</details>\n`
    : `\n${code(title)}\n\n${block}\n`;
}
