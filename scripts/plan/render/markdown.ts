import { joined, safe } from '../../base/safe-text.ts';
import { isEmptyPlan, isMarked, securityChanges, securityCodes } from '../plan.ts';
import type { Plan, PlannedChange, SecurityFinding } from '../plan.ts';
import { SECURITY_CODES } from '../ratings/security-codes.ts';
import { bytesOf, cutLines, shareRoom } from './fit-bytes.ts';
import { comment, fenced, htmlText, commentJoined } from './markdown-text.ts';
import type { Markdown } from './markdown-text.ts';
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
export const COMMENT_MARK = comment`<!-- didit plan -->`;

const WARNING = comment`:warning: `;

interface Section {
  readonly title: Markdown;
  readonly lines: readonly Markdown[];
}

/** Words of this project, which stand in a comment as they are. */
const plain = (text: string): Markdown => comment`${htmlText(safe`${text}`)}`;

/**
 * A plan for a pull-request comment, never longer than one. However much changes, all codes are in its head and each section has
 * its room; what does not fit is counted.
 */
export function renderMarkdown(plan: Plan): Markdown {
  const findings = securityChanges(plan);
  const head = commentJoined([
    COMMENT_MARK,
    comment`### ${words.targetLine(plan.target)}`,
    comment``,
    comment`**${htmlText(words.summaryLine(plan, findings.length))}**`,
    ...(findings.length === 0
      ? []
      : [
          comment``,
          commentJoined(
            securityCodes(plan).map((name) => comment`**${plain(name)}**`),
            ', ',
          ),
        ]),
    ...(plan.digest === null || isEmptyPlan(plan) ? [] : [comment``, comment`${words.digestLine(plan)}`]),
    comment``,
  ]);
  const sections = sectionsOf(plan, findings).filter(({ lines }) => lines.length > 0);
  const rooms = shareRoom(
    sections.map((section) => bytesOf(sectionText(section).text)),
    MAX_COMMENT_BYTES - bytesOf(head.text) - END_NOTE_BYTES,
  );
  return withDiffs(
    commentJoined([head, ...sections.map((section, index) => sectionText(section, rooms[index]))], ''),
    plan,
  );
}

function sectionsOf(plan: Plan, findings: readonly SecurityFinding[]): readonly Section[] {
  const changes = plan.changes.length > 0;
  return [
    {
      title: comment`Security findings`,
      lines: findingLines(findings),
    },
    {
      title: comment`Changes`,
      lines: plan.changes.flatMap(changeLines),
    },
    {
      title: comment`Effective settings`,
      lines: plan.effects.map((effect) => comment`- ${words.effectLine(effect)}`),
    },
    {
      title: comment`Actions at each login, in order`,
      lines: changes
        ? plan.flow.map((entry) => comment`- ${words.flowLine(entry, plan.noLongerListed)}`)
        : [],
    },
    {
      title: comment`${htmlText(NO_LONGER_LISTED_TITLE)}`,
      lines: [
        ...plan.noLongerListed.map((thing) => comment`- ${noLongerListedLine(thing)}`),
        ...noLongerListedRemedies(plan.noLongerListed).flatMap((remedy) => [
          comment``,
          comment`${htmlText(remedy)}`,
        ]),
      ],
    },
    {
      title: comment`Impact`,
      lines: changes
        ? [
            comment`${htmlText(words.impactLine(plan.impact))}`,
            comment``,
            ...plan.impact.changes.map(
              (change) =>
                comment`- ${change.security.length > 0 ? WARNING : comment``}${words.loginLine(change, plan.impact.people)}`,
            ),
          ]
        : [],
    },
    {
      title: comment`Values of secrets`,
      lines: isEmptyPlan(plan) ? [] : words.secretLines(plan.secretValues).map((line) => comment`- ${line}`),
    },
  ];
}

/** A section in so many bytes, each line whole or not there. Default: all of it. */
function sectionText({ title, lines }: Section, maxBytes = Number.POSITIVE_INFINITY): Markdown {
  const head = comment`\n#### ${title}\n\n`;
  const whole = comment`${head}${commentJoined(lines)}\n`;
  if (bytesOf(whole.text) <= maxBytes) return whole;
  const { fitting, left } = cutLines(lines, maxBytes - bytesOf(head.text) - SECTION_NOTE_BYTES);
  return comment`${head}${commentJoined([...fitting, comment``, comment`**${leftOut(left, 'line')} fit into a comment.**`])}\n`;
}

/** `3 more lines (npm run plan shows them) do not`. */
const leftOut = (count: number, what: 'line' | 'diff'): Markdown =>
  count === 1
    ? comment`1 more ${plain(what)} (\`npm run plan\` shows it) does not`
    : comment`${count} more ${plain(what)}s (\`npm run plan\` shows them) do not`;

/** One line for each code and place: five hundred new callbacks are one thing to look at. */
const findingLines = (findings: readonly SecurityFinding[]): readonly Markdown[] =>
  [...Map.groupBy(findings, ({ code: name, where }) => JSON.stringify([name, where])).values()].flatMap(
    ([first, ...others]) => {
      if (first === undefined) return [];
      const { code: name, where } = first;
      const reasons = [first, ...others].map(({ because }) => safe`${because}`);
      const more = reasons.length - SHOWN_REASONS;
      const shown = joined(reasons.slice(0, SHOWN_REASONS), ', ');
      const line = safe`${where}: ${shown}${more > 0 ? ` and ${more} more` : ''}`;
      return [comment`- ${WARNING}**${plain(name)}** ${line}<br>${plain(SECURITY_CODES[name])}`];
    },
  );

const changeLines = (change: PlannedChange): readonly Markdown[] => {
  const more = change.details.length - SHOWN_DETAILS;
  return [
    comment`- ${isMarked(change) ? WARNING : comment``}${words.changeLine(change)}`,
    ...change.details.slice(0, SHOWN_DETAILS).map((detail) => comment`  - ${detail}`),
    ...(more > 0 ? [comment`  - and ${more} more`] : []),
  ];
};

/** The diffs that fit, each folded when it is long; then the number of those that do not. */
function withDiffs(text: Markdown, plan: Plan): Markdown {
  let whole = text;
  let left = 0;
  for (const change of plan.changes) {
    if (change.code === null || change.code.diff === '') continue;
    const piece = diffBlock(change, change.code.diff);
    if (bytesOf(whole.text) + bytesOf(piece.text) + END_NOTE_BYTES > MAX_COMMENT_BYTES) left += 1;
    else whole = comment`${whole}${piece}`;
  }
  return left === 0 ? whole : comment`${whole}\n${leftOut(left, 'diff')} fit into a comment.\n`;
}

function diffBlock(change: PlannedChange, diff: string): Markdown {
  const { kind, name } = change.resource;
  const title = safe`${kind} ${name}${change.code === null ? '' : safe`: ${words.codeLine(change.code)}`}`;
  const block = fenced(diff, 'diff');
  return diff.split('\n').length > FOLD_LINES
    ? comment`\n<details><summary><code>${htmlText(title)}</code></summary>\n\n${block}\n\n</details>\n`
    : comment`\n${title}\n\n${block}\n`;
}
