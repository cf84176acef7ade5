import type { NoLongerListed } from '../../records/no-longer-listed.ts';

/**
 * The words for what an earlier deploy made and `tenant.yaml` no longer lists. In a file of their own, since a deploy with nothing to
 * send prints them without loading the plan. Not yet safe to print: `safeLine` makes them so.
 */
export const NO_LONGER_LISTED_TITLE =
  'Made by an earlier deploy from here, no longer in tenant.yaml, and still there';

/** `Action didit-claims: it still runs at each login`. */
export function noLongerListedLine({
  resource: { kind, name },
  inUse,
  applications,
}: NoLongerListed): string {
  const what = `${kind} ${name}`;
  switch (kind) {
    case 'Action':
      return `${what}: ${inUse ? 'it still runs at each login' : 'no login runs it'}`;
    case 'connection':
      if (!inUse) return `${what}: no application uses it`;
      return `${what}: people can still sign in through it, to ${applications.length === 0 ? 'the whole domain' : applications.join(', ')}`;
    case 'application':
    case 'grant':
    case 'API':
      return what;
  }
}

/** What to do about it. Nothing in it comes from a tenant or a file. */
export function noLongerListedRemedies(things: readonly NoLongerListed[]): readonly string[] {
  if (things.length === 0) return [];
  return [
    ...(things.some(({ resource, inUse }) => resource.kind === 'Action' && inUse)
      ? [
          'To stop an Action, list it in actions: without a binding, deploy, then remove it there again; or unbind it in the Auth0 dashboard.',
        ]
      : []),
    'A deploy does not touch what is not listed. Remove it in the Auth0 dashboard; npm run destroy removes it together with everything else that came from here.',
  ];
}
