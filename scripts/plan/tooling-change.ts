import type { PlannedChange } from './plan.ts';
import { rated } from './ratings/security-codes.ts';

/** `otherActions` of both sides, if they have it. */
export type AcceptedActions = Readonly<Record<'before' | 'after', readonly string[] | undefined>>;

/**
 * The changes that a plan shows where two files name other Actions of others that may run at logins: what is named there is no finding
 * any more when it comes into the flow, so naming it is. Without the list, nothing is found where no records are kept.
 */
export function acceptedActionsChanges({ before, after }: AcceptedActions): readonly PlannedChange[] {
  const change = (field: string, was: boolean, is: boolean, because?: string): readonly PlannedChange[] =>
    was === is
      ? []
      : [
          {
            verb: 'change',
            resource: { kind: 'project', name: 'otherActions' },
            field,
            before: was ? ACCEPTED : null,
            after: is ? ACCEPTED : null,
            details: [],
            code: null,
            security: because === undefined ? [] : [rated('other_action', because)],
            causes: [],
          },
        ];
  if (before !== undefined && after === undefined)
    return change('(any)', false, true, 'where no records of deploys are kept, no plan tells of any');
  return [...new Set([...(before ?? []), ...(after ?? [])])].flatMap((name) => {
    const is = after?.includes(name) === true;
    const because = is ? 'no plan tells any more when it comes there' : undefined;
    return change(name, before?.includes(name) === true, is, because);
  });
}

const ACCEPTED = 'may run at logins';

/** How many files the reason names; the details name them all. */
const NAMED_FILES = 3;

/**
 * The change that a plan shows where its own tools differ between the two sides: nothing else that it says can be trusted more than
 * they can.
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
