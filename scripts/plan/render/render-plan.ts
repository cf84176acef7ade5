import { securityChanges, securityCodes } from '../plan.ts';
import type { Plan } from '../plan.ts';
import { hideUrlCredentials } from '../redact-plan.ts';
import { renderMarkdown } from './markdown.ts';
import { safeText } from '../../base/safe-text.ts';
import { renderTerminal } from './terminal.ts';

export type PlanFormat = 'terminal' | 'markdown' | 'json';

/**
 * A plan as text that ends with a line end, without what may authenticate in addresses. `json` follows docs/plan.schema.json.
 * @param colours Whether a terminal shows it. Default false.
 */
export function renderPlan(plan: Plan, format: PlanFormat, colours = false): string {
  const shown = hideUrlCredentials(plan);
  switch (format) {
    case 'terminal':
      return renderTerminal(shown, colours);
    case 'markdown':
      return renderMarkdown(shown);
    case 'json':
      // What is unsafe on a terminal can only be inside texts of JSON, where its escape means the same.
      return `${safeText(
        JSON.stringify({ ...shown, security: securityChanges(shown), codes: securityCodes(shown) }, null, 2),
      )}\n`;
  }
}
