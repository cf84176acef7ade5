import { block, joined, safe, styled } from '../../base/safe-text.ts';
import type { SafeText } from '../../base/safe-text.ts';
import type { CodeChange } from '../../tenant-model/diff/diff-code.ts';
import { impactLines, impactTable } from '../impact/impact-table.ts';
import type { ImpactCell } from '../impact/impact-table.ts';
import { isEmptyPlan, isMarked } from '../plan.ts';
import type { Plan, PlannedChange } from '../plan.ts';
import { effectLines } from './effect-lines.ts';
import { findingGroups, isToldAsFinding } from './finding-groups.ts';
import {
  NO_LONGER_LISTED_TITLE,
  noLongerListedLine,
  noLongerListedRemedies,
} from './no-longer-listed-words.ts';
import { tableLines } from './table-lines.ts';
import * as words from './words.ts';

type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow';
type Paint = (colour: Colour, text: SafeText) => SafeText;

/**
 * A plan for people at a terminal: what it comes to, whose logins change, what a security reviewer must see, and then the rest.
 *
 * @param colours Whether the output understands them.
 * @param columns Characters of a line, for the table of logins alone: no other line is broken.
 */
export function renderTerminal(plan: Plan, colours: boolean, columns: number): SafeText {
  const paint: Paint = (colour, text) => (colours ? styled(colour, text) : text);
  const groups = findingGroups(plan);
  const section = (title: SafeText, lines: readonly SafeText[]): readonly SafeText[] =>
    lines.length === 0 ? [] : [safe``, paint('bold', title), ...lines];
  const hasChanges = plan.changes.length > 0;
  return joined([
    paint('bold', words.targetLine(plan.target)),
    ...words.verdictLines(plan).map((line) => paint('bold', line)),
    words.summaryLine(plan),
    ...words.notLookedAt(plan).map((line) => paint('yellow', line)),
    ...(hasChanges ? section(safe`Impact`, impact(plan, paint, columns)) : []),
    ...section(
      safe`Security findings`,
      groups.flatMap(({ code, because, lines }) => [
        safe`${paint('red', safe`! ${code}`)}  ${because}`,
        ...lines.map((line) => paint('red', safe`    ${line}`)),
      ]),
    ),
    ...section(
      safe`Changes`,
      plan.changes
        .filter((change) => !isToldAsFinding(change))
        .flatMap((change) => changeLines(change, paint)),
    ),
    ...section(
      safe`Effective settings`,
      effectLines(plan.effects).map((line) => safe`  ${line}`),
    ),
    ...section(
      safe`Actions at each login, in order`,
      hasChanges ? words.flowLines(plan).map((line) => safe`  ${line}`) : [],
    ),
    ...section(NO_LONGER_LISTED_TITLE, [
      ...plan.noLongerListed.map((thing) => safe`  ${noLongerListedLine(thing)}`),
      ...noLongerListedRemedies(plan.noLongerListed).map((remedy) => paint('dim', safe`  ${remedy}`)),
    ]),
    ...section(
      safe`Values of secrets`,
      isEmptyPlan(plan) ? [] : words.secretLines(plan).map((line) => safe`  ${line}`),
    ),
    ...section(
      safe`Values of this environment`,
      isEmptyPlan(plan) ? [] : plan.variables.map((variable) => safe`  ${words.variableLine(variable)}`),
    ),
    ...(plan.digest === null || isEmptyPlan(plan)
      ? []
      : [
          safe``,
          words.digestLine(plan),
          paint('dim', safe`  npm run deploy -- --expect DIGEST deploys this plan and no other.`),
        ]),
  ]);
}

function impact(
  { impact: { changes, ...impact } }: Plan,
  paint: Paint,
  columns: number,
): readonly SafeText[] {
  const table = impactTable(changes);
  const cell = ({ text, isMarked }: ImpactCell): SafeText =>
    isMarked ? paint('red', safe`! ${text}`) : safe`${text}`;
  return [
    safe`  ${words.impactLine({ changes, ...impact })}`,
    ...tableLines(table, { columns, everybody: impact.people, cell }),
    ...impactLines(changes).map(
      (line) =>
        safe`  ${words.whoseLogins(line.people, impact.people)} @ ${line.applications.join(', ')}: ${cell(line)}`,
    ),
  ];
}

function changeLines(change: PlannedChange, paint: Paint): readonly SafeText[] {
  const mark = isMarked(change) ? '!' : ' ';
  const line = safe`${mark} ${words.changeLine(change)}`;
  return [
    isMarked(change) ? paint('red', line) : line,
    ...words.detailsOf(change).map((detail) => safe`      ${detail}`),
    ...(change.code === null ? [] : diffLines(change.code, paint)),
  ];
}

function diffLines(code: CodeChange, paint: Paint): readonly SafeText[] {
  const diff = words.readableDiff(code);
  if (diff === '') return [];
  return diff.split('\n').map((line) => {
    const indented = block(line, '      ');
    if (line.startsWith('@@')) return paint('dim', indented);
    if (line.startsWith('+')) return paint('green', indented);
    return line.startsWith('-') ? paint('red', indented) : indented;
  });
}
