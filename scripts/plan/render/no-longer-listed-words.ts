import { safe } from '../../base/safe-text.ts';
import type { SafeText } from '../../base/safe-text.ts';
import type { NoLongerListed } from '../../records/no-longer-listed.ts';

/**
 * The words for what an earlier deploy made and `tenant.yaml` no longer lists. In a file of their own, since a deploy with
 * nothing to send prints them without loading the plan.
 */
export const NO_LONGER_LISTED_TITLE = safe`Made by an earlier deploy from here, no longer in tenant.yaml, and still there`;

/** `Action didit-claims: it still runs at each login`. */
export function noLongerListedLine({
  resource: { kind, name },
  inUse,
  applications,
}: NoLongerListed): SafeText {
  const what = safe`${kind} ${name}`;
  switch (kind) {
    case 'Action':
      return safe`${what}: ${inUse ? 'it still runs at each login' : 'no login runs it'}`;
    case 'connection':
      if (!inUse) return safe`${what}: no application uses it`;
      return safe`${what}: people can still sign in through it, to ${applications.length === 0 ? 'the whole domain' : applications.join(', ')}`;
    case 'application':
    case 'grant':
    case 'API':
    case 'organization':
      return what;
  }
}

/** What to do about it. */
export function noLongerListedRemedies(things: readonly NoLongerListed[]): readonly SafeText[] {
  if (things.length === 0) return [];
  return [
    ...(things.some(({ resource, inUse }) => resource.kind === 'Action' && inUse)
      ? [
          safe`To stop an Action and keep it, list it in actions: without a binding, deploy, then remove it there again; or unbind it in the Auth0 dashboard.`,
        ]
      : []),
    safe`A deploy does not touch what is not listed. npm run remove -- NAME removes it; npm run destroy, together with everything else that came from here.`,
  ];
}
