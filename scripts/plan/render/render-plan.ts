import { securityChanges, securityCodes } from '../plan.ts';
import type { Plan } from '../plan.ts';
import { renderMarkdown } from './markdown.ts';
import { safeText } from './safe-text.ts';
import { renderTerminal } from './terminal.ts';

export type PlanFormat = 'terminal' | 'markdown' | 'json';

/**
 * A plan as text that ends with a line end. `json` follows docs/plan.schema.json.
 * @param colours Whether a terminal shows it. Default false.
 */
export function renderPlan(plan: Plan, format: PlanFormat, colours = false): string {
  switch (format) {
    case 'terminal':
      return renderTerminal(plan, colours);
    case 'markdown':
      return renderMarkdown(plan);
    case 'json':
      // What is unsafe on a terminal can only be inside texts of JSON, where its escape means the same.
      return `${safeText(
        JSON.stringify({ ...plan, security: securityChanges(plan), codes: securityCodes(plan) }, null, 2),
      )}\n`;
  }
}
