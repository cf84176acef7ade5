import { safe } from '../../base/safe-text.ts';
import type { SafeText } from '../../base/safe-text.ts';
import { securityChanges, whereOf } from '../plan.ts';
import type { Plan, PlannedChange, SecurityFinding } from '../plan.ts';
import { SECURITY_CODES } from '../ratings/security-codes.ts';
import type { SecurityCode } from '../ratings/security-codes.ts';
import { letsIn } from '../verdict.ts';
import * as words from './words.ts';

/** All findings of one code: what it means once, and each place on a line. */
export interface FindingGroup {
  readonly code: SecurityCode;
  readonly because: SafeText;
  readonly lines: readonly SafeText[];
}

/** Reasons that one line names. */
const SHOWN_REASONS = 5;

export function findingGroups(plan: Plan): readonly FindingGroup[] {
  const changes = new Map(
    plan.changes.filter(isToldAsFinding).map((change) => [whereOf(change), words.changeLine(change)]),
  );
  const marked = new Set(plan.impact.changes.flatMap(({ security }) => security.map(({ code }) => code)));
  const elsewhere = securityChanges({ ...plan, impact: { ...plan.impact, changes: [] } });
  return [...Map.groupBy(securityChanges(plan), ({ code }) => code).keys()].map((code) => {
    const places = Map.groupBy(
      elsewhere.filter((finding) => finding.code === code),
      ({ where }) => where,
    );
    return {
      code,
      because: sentenceOf(code, plan),
      lines: [
        ...[...places].map(([where, those]) => placeLine(where, those, changes, plan)),
        // The impact tells which.
        ...(marked.has(code) ? [safe`the marked logins`] : []),
      ],
    };
  });
}

/** A change of one value, which its finding tells in full: nothing is told twice. */
export const isToldAsFinding = ({ security, field, code, details, resource }: PlannedChange): boolean =>
  resource.kind === 'flow' ||
  (security.length > 0 && field !== null && code === null && details.length === 0);

function placeLine(
  where: string,
  findings: readonly SecurityFinding[],
  changes: ReadonlyMap<string, SafeText>,
  plan: Plan,
): SafeText {
  const change = changes.get(where);
  if (change !== undefined) return change;
  const reasons = findings.map(({ because }) => because);
  const more = reasons.length - SHOWN_REASONS;
  const shown = safe`${reasons.slice(0, SHOWN_REASONS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return safe`${where}: ${shown}${noneOf(findings, plan)}`;
}

/** A rule may be looser, and none of those whose logins were run comes in by it. */
function noneOf([finding]: readonly SecurityFinding[], { impact }: Plan): SafeText {
  const isLooser = finding?.code === 'rules_loosened' && impact.flows.length > 0;
  return isLooser && !impact.changes.some(letsIn)
    ? safe` (none of the ${impact.people.length} simulated people)`
    : safe``;
}

/** In words that the logins that were run agree with. */
function sentenceOf(code: SecurityCode, { impact }: Plan): SafeText {
  return code === 'rules_loosened' && !impact.changes.some(letsIn)
    ? safe`This may admit people who were refused before.`
    : safe`${SECURITY_CODES[code]}`;
}
