import { block, joined, safe, styled } from '../../base/safe-text.ts';
import type { SafeText } from '../../base/safe-text.ts';
import type { CodeChange } from '../../tenant-model/diff/diff-code.ts';
import { isEmptyPlan, isMarked, securityChanges } from '../plan.ts';
import type { Plan, PlannedChange } from '../plan.ts';
import { SECURITY_CODES } from '../ratings/security-codes.ts';
import {
  NO_LONGER_LISTED_TITLE,
  noLongerListedLine,
  noLongerListedRemedies,
} from './no-longer-listed-words.ts';
import * as words from './words.ts';

/** Lines of a whole bundle that are shown. */
const WHOLE_CODE_LINES = 20;

type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow';
type Paint = (colour: Colour, text: SafeText) => SafeText;

/**
 * A plan for people at a terminal.
 * @param colours Whether the output understands them.
 */
export function renderTerminal(plan: Plan, colours: boolean): SafeText {
  const paint: Paint = (colour, text) => (colours ? styled(colour, text) : text);
  const findings = securityChanges(plan);
  const section = (title: SafeText, lines: readonly SafeText[]): readonly SafeText[] =>
    lines.length === 0 ? [] : [safe``, paint('bold', title), ...lines];
  return joined([
    paint('bold', words.targetLine(plan.target)),
    words.summaryLine(plan, findings.length),
    ...section(
      safe`Security findings`,
      findings.flatMap(({ code, where, because }) => [
        paint('red', safe`  ! ${code}  ${where}: ${because}`),
        paint('dim', safe`    ${SECURITY_CODES[code]}`),
      ]),
    ),
    ...section(
      safe`Changes`,
      plan.changes.flatMap((change) => changeLines(change, paint)),
    ),
    ...section(
      safe`Effective settings`,
      plan.effects.map((effect) => safe`  ${words.effectLine(effect)}`),
    ),
    ...section(
      safe`Actions at each login, in order`,
      plan.changes.length === 0
        ? []
        : plan.flow.map((entry) => safe`  ${words.flowLine(entry, plan.noLongerListed)}`),
    ),
    ...section(NO_LONGER_LISTED_TITLE, [
      ...plan.noLongerListed.map((thing) => safe`  ${noLongerListedLine(thing)}`),
      ...noLongerListedRemedies(plan.noLongerListed).map((remedy) => paint('dim', safe`  ${remedy}`)),
    ]),
    ...(plan.changes.length === 0
      ? []
      : section(safe`Impact`, [
          safe`  ${words.impactLine(plan.impact)}`,
          ...plan.impact.changes.map((change) => {
            const line = safe`  ${words.loginLine(change, plan.impact.people)}`;
            return change.security.length > 0 ? paint('red', line) : line;
          }),
        ])),
    ...section(
      safe`Values of secrets`,
      isEmptyPlan(plan) ? [] : words.secretLines(plan.secretValues).map((line) => safe`  ${line}`),
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

function changeLines(change: PlannedChange, paint: Paint): readonly SafeText[] {
  const mark = isMarked(change) ? '!' : ' ';
  const line = safe`${mark} ${words.changeLine(change)}`;
  return [
    isMarked(change) ? paint('red', line) : line,
    ...change.details.map((detail) => safe`      ${detail}`),
    ...(change.code === null ? [] : diffLines(change.code, paint)),
  ];
}

/** Changes of code whole; of code that is new, or that goes, the start. */
function diffLines({ before, after, diff }: CodeChange, paint: Paint): readonly SafeText[] {
  if (diff === '') return [];
  const lines = diff.split('\n');
  const shown = before === null || after === null ? lines.slice(0, WHOLE_CODE_LINES) : lines;
  const left = lines.length - shown.length;
  return [
    ...shown.map((line) => {
      const indented = block(line, '      ');
      if (line.startsWith('@@')) return paint('dim', indented);
      if (line.startsWith('+')) return paint('green', indented);
      return line.startsWith('-') ? paint('red', indented) : indented;
    }),
    ...(left === 0
      ? []
      : [
          paint('dim', safe`      … and ${left} more lines: --json has all; what the build made is in dist/`),
        ]),
  ];
}
