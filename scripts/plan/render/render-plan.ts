import { securityChanges, securityCodes } from '../plan.ts';
import type { Plan } from '../plan.ts';
import { hideUrlCredentials } from '../redact-plan.ts';
import { renderMarkdown } from './markdown.ts';
import { block, json } from '../../base/safe-text.ts';
import type { SafeText } from '../../base/safe-text.ts';
import { renderTerminal } from './terminal.ts';

export type PlanFormat = 'terminal' | 'markdown' | 'json';

/** A plan as docs/plan.schema.json describes it. */
export interface PlanForPrograms extends Plan {
  readonly security: ReturnType<typeof securityChanges>;
  readonly codes: ReturnType<typeof securityCodes>;
}

/** A plan for programs, without what may authenticate in addresses. */
export function planForPrograms(plan: Plan): PlanForPrograms {
  const shown = hideUrlCredentials(plan);
  return { ...shown, security: securityChanges(shown), codes: securityCodes(shown) };
}

/**
 * A plan as text, without what may authenticate in addresses. `json` follows docs/plan.schema.json.
 * @param colours Whether a terminal shows it. Default false.
 * @param columns Characters of its lines. Default 80.
 */
export function renderPlan(plan: Plan, format: PlanFormat, colours = false, columns = 80): SafeText {
  const shown = hideUrlCredentials(plan);
  switch (format) {
    case 'terminal':
      return renderTerminal(shown, colours, columns);
    case 'markdown':
      return block(renderMarkdown(shown).text, '');
    case 'json':
      return json(planForPrograms(plan), 2);
  }
}
