import { safe } from '../../base/safe-text.ts';
import { impactLines, impactTable } from '../impact/impact-table.ts';
import type { ImpactCell } from '../impact/impact-table.ts';
import { isEmptyPlan, isMarked, securityCodes } from '../plan.ts';
import type { Plan, PlannedChange } from '../plan.ts';
import { effectLines } from './effect-lines.ts';
import { findingGroups, isToldAsFinding } from './finding-groups.ts';
import type { FindingGroup } from './finding-groups.ts';
import { bytesOf, cutLines, shareRoom } from './fit-bytes.ts';
import { comment, commentJoined, fenced, htmlText, tableCell } from './markdown-text.ts';
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

/** Items of a list that a change names, and places that a finding does. */
const SHOWN_DETAILS = 20;

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
  const groups = findingGroups(plan);
  const head = commentJoined([
    COMMENT_MARK,
    comment`### ${words.targetLine(plan.target)}`,
    comment``,
    ...words.verdictLines(plan).flatMap((line) => [comment`**${htmlText(line)}**`, comment``]),
    comment`${htmlText(words.summaryLine(plan))}`,
    ...words.notLookedAt(plan).flatMap((line) => [comment``, comment`${htmlText(line)}`]),
    ...(groups.length === 0
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
  const sections = sectionsOf(plan, groups).filter(({ lines }) => lines.length > 0);
  const rooms = shareRoom(
    sections.map((section) => bytesOf(sectionText(section).text)),
    MAX_COMMENT_BYTES - bytesOf(head.text) - END_NOTE_BYTES,
  );
  return withDiffs(
    commentJoined([head, ...sections.map((section, index) => sectionText(section, rooms[index]))], ''),
    plan,
  );
}

function sectionsOf(plan: Plan, groups: readonly FindingGroup[]): readonly Section[] {
  const changes = plan.changes.length > 0;
  return [
    {
      title: comment`Impact`,
      lines: changes ? impactSection(plan) : [],
    },
    {
      title: comment`Security findings`,
      lines: groups.flatMap(findingLines),
    },
    {
      title: comment`Changes`,
      lines: plan.changes.filter((change) => !isToldAsFinding(change)).flatMap(changeLines),
    },
    {
      title: comment`Effective settings`,
      lines: effectLines(plan.effects).map((line) => comment`- ${line}`),
    },
    {
      title: comment`Actions at each login, in order`,
      lines: changes ? words.flowLines(plan).map((line) => comment`- ${line}`) : [],
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
      title: comment`Values of this environment`,
      lines: isEmptyPlan(plan)
        ? []
        : plan.variables.map((variable) => comment`- ${words.variableLine(variable)}`),
    },
    {
      title: comment`Values of secrets`,
      lines: isEmptyPlan(plan) ? [] : words.secretLines(plan).map((line) => comment`- ${line}`),
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

/** One line for each place: five hundred new callbacks are one thing to look at. */
const findingLines = ({ code: name, because, lines }: FindingGroup): readonly Markdown[] => {
  const more = lines.length - SHOWN_DETAILS;
  return [
    comment`- ${WARNING}**${plain(name)}** ${htmlText(because)}`,
    ...lines.slice(0, SHOWN_DETAILS).map((line) => comment`  - ${line}`),
    ...(more > 0 ? [comment`  - and ${more} more`] : []),
  ];
};

/** What ends otherwise, as a table of people and applications. */
function impactSection({ impact: { changes, ...impact } }: Plan): readonly Markdown[] {
  const { applications, rows } = impactTable(changes);
  const cell = ({ text, isMarked: marked }: ImpactCell): Markdown =>
    comment`${marked ? WARNING : comment``}${tableCell(safe`${text}`)}`;
  const row = (cells: readonly Markdown[]): Markdown => comment`| ${commentJoined(cells, ' | ')} |`;
  return [
    comment`${htmlText(words.impactLine({ changes, ...impact }))}`,
    comment``,
    ...(rows.length === 0
      ? []
      : [
          row([comment`who`, ...applications.map((names) => tableCell(safe`${names.join(', ')}`))]),
          row([comment`---`, ...applications.map(() => comment`---`)]),
          ...rows.map(({ people, cells }) =>
            row([
              tableCell(safe`${words.whoseLogins(people, impact.people)}`),
              ...cells.map((parts) => commentJoined(parts.map(cell), '<br>')),
            ]),
          ),
          comment``,
        ]),
    ...impactLines(changes).map(
      (line) =>
        comment`- ${line.isMarked ? WARNING : comment``}${safe`${words.whoseLogins(line.people, impact.people)} @ ${line.applications.join(', ')}: ${line.text}`}`,
    ),
  ];
}

const changeLines = (change: PlannedChange): readonly Markdown[] => {
  const details = words.detailsOf(change);
  const more = details.length - SHOWN_DETAILS;
  return [
    comment`- ${isMarked(change) ? WARNING : comment``}${words.changeLine(change)}`,
    ...details.slice(0, SHOWN_DETAILS).map((detail) => comment`  - ${detail}`),
    ...(more > 0 ? [comment`  - and ${more} more`] : []),
  ];
};

/** The diffs that fit, each folded when it is long; then the number of those that do not. */
function withDiffs(text: Markdown, plan: Plan): Markdown {
  let whole = text;
  let left = 0;
  for (const change of plan.changes) {
    const { code } = change;
    const diff = code === null ? '' : words.readableDiff(code);
    if (diff === '') continue;
    const piece = diffBlock(change, diff);
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
