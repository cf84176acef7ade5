import type { PlannedChange } from './plan.ts';
import { rated } from './ratings/security-codes.ts';

/** How many files the reason names; the details name them all. */
const NAMED_FILES = 3;

/**
 * The change that a plan shows where its own tools differ between the two sides: nothing else that it says can be trusted more
 * than they can.
 *
 * @param files By their paths in the repository; none where nothing differs.
 */
export function toolingChange(files: readonly string[]): readonly PlannedChange[] {
  if (files.length === 0) return [];
  const more = files.length - NAMED_FILES;
  const because = `${files.slice(0, NAMED_FILES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    {
      verb: 'change',
      resource: { kind: 'project', name: 'tooling' },
      field: 'files',
      before: [],
      after: files,
      details: files.map((file) => `differs: ${file}`),
      code: null,
      security: [rated('tooling_changed', because)],
      causes: [],
    },
  ];
}
