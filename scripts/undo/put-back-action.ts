import { isDeepStrictEqual } from 'node:util';
import { route } from '../base/route.ts';
import { goneMeanwhile, isMadeHere, madeKey, NOTHING, removeFromLogins } from './operation.ts';
import type { Operation, PutBack, PutBackHelp } from './operation.ts';
import type { Snapshot } from '../records/snapshot.ts';
import type { ActionContent, ActionState, TenantState } from '../tenant-model/tenant-state.ts';

/**
 * An Action as it was. The version that ran before is made to run again, with its secrets, whose values nobody has to know.
 * @see https://auth0.com/docs/api/management/v2/actions/post-deploy-draft-version
 */
export function putBackAction(
  { name, before }: Snapshot['actions'][number],
  state: Pick<TenantState, 'actions'>,
  help: Pick<PutBackHelp, 'redeployed' | 'made'>,
): PutBack {
  const what = `Action ${name}`;
  if (before === undefined) {
    const made = state.actions.filter((action) =>
      isMadeHere(help, madeKey('Action', name), action.id, action.name === name),
    );
    // With `force`, since a binding of it may just have been taken away.
    return {
      operations: made.map(({ id }) => removeFromLogins(what, route`/actions/actions/${id}?force=true`)),
      impossible: [],
    };
  }
  const now = state.actions.find(({ id }) => id === before.id);
  if (now === undefined) return goneMeanwhile(what);
  const path = route`/actions/actions/${before.id}`;
  const { deployed } = before;
  if (deployed === undefined) return putBackDraftOnly(what, path, before, now);

  const withSecrets = !help.redeployed.has(deployed.versionId);
  const runsOther = now.deployed === undefined || !same(deployed, now.deployed, withSecrets);
  const otherSecrets = withSecrets && !isDeepStrictEqual(before.draft.secrets, now.draft.secrets);
  const operations: Operation[] = [];
  if (runsOther || otherSecrets) {
    operations.push({
      what: `${what}: the version that ran before`,
      method: 'POST',
      path: path + route`/versions/${deployed.versionId}/deploy`,
      body: { update_draft: true },
    });
  }
  const draftAfterwards: ActionContent = operations.length > 0 ? deployed : now.draft;
  const runsAgain = operations.length > 0 || !withSecrets;
  if (!sameSource(before.draft, draftAfterwards)) operations.push(draftBack(what, path, before));
  const unpublished =
    runsAgain && !isDeepStrictEqual(before.draft.secrets, deployed.secrets)
      ? [`${what}: secrets that were changed in its draft and never deployed`]
      : [];
  return { operations, impossible: unpublished };
}

/** Version that an operation makes run again. */
export function redeployedVersion({ path }: Operation): string | undefined {
  const [, version] = /\/versions\/([^/]+)\/deploy$/.exec(path) ?? [];
  return version === undefined ? undefined : decodeURIComponent(version);
}

/** An Action that never ran cannot be made to never have run; bound to nothing, it does not. */
function putBackDraftOnly(what: string, path: string, before: ActionState, now: ActionState): PutBack {
  const impossible = [
    ...(now.deployed === undefined ? [] : [`${what} stays deployed, bound to nothing`]),
    ...(isDeepStrictEqual(before.draft.secrets, now.draft.secrets)
      ? []
      : [`${what}: the secrets of its draft`]),
  ];
  return sameSource(before.draft, now.draft)
    ? { ...NOTHING, impossible }
    : { operations: [draftBack(what, path, before)], impossible };
}

const draftBack = (what: string, path: string, { draft }: ActionState): Operation => ({
  what: `${what}: its draft`,
  method: 'PATCH',
  path,
  body: { code: draft.code, runtime: draft.runtime, dependencies: draft.dependencies },
});

const same = (a: ActionContent, b: ActionContent, withSecrets: boolean): boolean =>
  sameSource(a, b) && isDeepStrictEqual(secretsOf(a, withSecrets), secretsOf(b, withSecrets));

/** All of a draft that can be sent: values of secrets cannot be read. */
const sameSource = (a: ActionContent, b: ActionContent): boolean =>
  a.code === b.code && a.runtime === b.runtime && isDeepStrictEqual(a.dependencies, b.dependencies);

const secretsOf = ({ secrets }: ActionContent, withTimes: boolean): unknown =>
  withTimes ? secrets : secrets.map(({ name }) => name);
