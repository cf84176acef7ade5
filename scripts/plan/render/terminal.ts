import { styleText } from 'node:util';
import type { CodeChange } from '../../tenant-model/diff/diff-code.ts';
import { isEmptyPlan, isMarked, securityChanges } from '../plan.ts';
import type { Plan, PlannedChange } from '../plan.ts';
import { SECURITY_CODES } from '../ratings/security-codes.ts';
import {
  NO_LONGER_LISTED_TITLE,
  noLongerListedLine,
  noLongerListedRemedies,
} from './no-longer-listed-words.ts';
import { safeLine, safeText } from '../../base/safe-text.ts';
import * as words from './words.ts';

/** Lines of a whole bundle that are shown. */
const WHOLE_CODE_LINES = 20;

type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow';
type Paint = (colour: Colour, text: string) => string;

/**
 * A plan for people at a terminal.
 * @param colours Whether the output understands them.
 */
export function renderTerminal(plan: Plan, colours: boolean): string {
  const paint: Paint = (colour, text) =>
    colours ? styleText(colour, text, { validateStream: false }) : text;
  const findings = securityChanges(plan);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', paint('bold', title), ...lines];
  return [
    paint('bold', safeLine(words.targetLine(plan.target))),
    words.summaryLine(plan, findings.length),
    ...section(
      'Security findings',
      findings.flatMap(({ code, where, because }) => [
        paint('red', `  ! ${code}  ${safeLine(where)}: ${safeLine(because)}`),
        paint('dim', `    ${SECURITY_CODES[code]}`),
      ]),
    ),
    ...section(
      'Changes',
      plan.changes.flatMap((change) => changeLines(change, paint)),
    ),
    ...section(
      'Effective settings',
      plan.effects.map((effect) => `  ${safeLine(words.effectLine(effect))}`),
    ),
    ...section(
      'Actions at each login, in order',
      plan.changes.length === 0
        ? []
        : plan.flow.map((entry) => `  ${safeLine(words.flowLine(entry, plan.noLongerListed))}`),
    ),
    ...section(NO_LONGER_LISTED_TITLE, [
      ...plan.noLongerListed.map((thing) => `  ${safeLine(noLongerListedLine(thing))}`),
      ...noLongerListedRemedies(plan.noLongerListed).map((remedy) => paint('dim', `  ${remedy}`)),
    ]),
    ...(plan.changes.length === 0
      ? []
      : section('Impact', [
          `  ${words.impactLine(plan.impact)}`,
          ...plan.impact.changes.map((change) => {
            const line = `  ${safeLine(words.loginLine(change, plan.impact.people))}`;
            return change.security.length > 0 ? paint('red', line) : line;
          }),
        ])),
    ...section(
      'Values of secrets',
      isEmptyPlan(plan) ? [] : words.secretLines(plan.secretValues).map((line) => `  ${safeLine(line)}`),
    ),
    ...(plan.digest === null || isEmptyPlan(plan)
      ? []
      : [
          '',
          words.digestLine(plan),
          paint('dim', '  npm run deploy -- --expect DIGEST deploys this plan and no other.'),
        ]),
    '',
  ].join('\n');
}

function changeLines(change: PlannedChange, paint: Paint): readonly string[] {
  const mark = isMarked(change) ? '!' : ' ';
  const line = `${mark} ${safeLine(words.changeLine(change))}`;
  return [
    isMarked(change) ? paint('red', line) : line,
    ...change.details.map((detail) => `      ${safeLine(detail)}`),
    ...(change.code === null ? [] : diffLines(change.code, paint)),
  ];
}

/** Changes of code whole; of code that is new, or that goes, the start. */
function diffLines({ before, after, diff }: CodeChange, paint: Paint): readonly string[] {
  if (diff === '') return [];
  const lines = safeText(diff).split('\n');
  const shown = before === null || after === null ? lines.slice(0, WHOLE_CODE_LINES) : lines;
  const left = lines.length - shown.length;
  return [
    ...shown.map((line) => {
      const indented = `      ${line}`;
      if (line.startsWith('@@')) return paint('dim', indented);
      if (line.startsWith('+')) return paint('green', indented);
      return line.startsWith('-') ? paint('red', indented) : indented;
    }),
    ...(left === 0
      ? []
      : [paint('dim', `      … and ${left} more lines: --json has all; what the build made is in dist/`)]),
  ];
}
