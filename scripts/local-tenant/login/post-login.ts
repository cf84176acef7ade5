import type { DeployedAction, PostLoginOutcome, PostLoginRun, TokenChanges } from '../../runner/contract.ts';
import type { Collections } from '../store/collections.ts';
import type { UserDocument } from '../store/resources.ts';
import type { JsonObject } from '../../base/json-values.ts';
import { whyTooLarge } from '../profile-size.ts';
import { noteLogin } from './login-log.ts';
import type { LoggedRun } from './login-log.ts';
import type { LoginServices } from './services.ts';
import { mergeMetadata } from './users.ts';

const POST_LOGIN = 'post-login';

/** The Actions bound to the post-login trigger, in order, each in the version that is deployed. */
function boundActions({ triggerBindings, actions, actionVersions }: Collections): readonly DeployedAction[] {
  const bindings = triggerBindings.get(POST_LOGIN)?.bindings ?? [];
  return bindings.flatMap(({ action_id: actionId }) => {
    const action = actions.get(actionId);
    const version =
      action?.deployed_version_id == null ? undefined : actionVersions.get(action.deployed_version_id);
    if (action === undefined || version === undefined) return [];
    return [
      {
        id: action.id,
        name: action.name,
        code: version.code,
        secrets: Object.fromEntries(version.secrets.map(({ name, value }) => [name, value])),
        dependencies: version.dependencies,
      },
    ];
  });
}

/** The outcome of Actions that do nothing. */
export const NOTHING_ASKED: PostLoginOutcome = {
  decision: { kind: 'allow' },
  idTokenClaims: {},
  accessTokenClaims: {},
  addedScopes: [],
  removedScopes: [],
  appMetadata: {},
  userMetadata: {},
  trace: [],
};

/** Runs the trigger. `before` is what the Actions up to a redirect have asked for, when the user comes back from one. */
export async function runPostLoginActions(
  services: LoginServices,
  run: Omit<PostLoginRun, 'actions'>,
  before?: PostLoginOutcome,
): Promise<PostLoginOutcome> {
  const actions = boundActions(services.collections);
  const outcome: PostLoginOutcome =
    actions.length === 0 ? NOTHING_ASKED : await services.runtime.runPostLogin({ ...run, actions });
  return before === undefined ? outcome : joinOutcomes(before, outcome);
}

/** One outcome for a run that a redirect has cut in two: the later half wins where both speak. */
export function joinOutcomes(before: PostLoginOutcome, after: PostLoginOutcome): PostLoginOutcome {
  const addedLater = new Set(after.addedScopes);
  const removedLater = new Set(after.removedScopes);
  return {
    ...before,
    ...after,
    idTokenClaims: { ...before.idTokenClaims, ...after.idTokenClaims },
    accessTokenClaims: { ...before.accessTokenClaims, ...after.accessTokenClaims },
    addedScopes: [...before.addedScopes.filter((scope) => !removedLater.has(scope)), ...addedLater],
    removedScopes: [...before.removedScopes.filter((scope) => !addedLater.has(scope)), ...removedLater],
    appMetadata: { ...before.appMetadata, ...after.appMetadata },
    userMetadata: { ...before.userMetadata, ...after.userMetadata },
    // The session was changed when the redirect began.
    session: after.session ?? { revoked: false },
    recordedMethods: after.recordedMethods ?? [],
    refreshToken: joinChanges(before.refreshToken, after.refreshToken),
    trace: [...before.trace, ...after.trace],
  };
}

const joinChanges = (before?: TokenChanges, after?: TokenChanges): TokenChanges => ({
  ...before,
  ...after,
  revoked: before?.revoked === true || after?.revoked === true,
});

/**
 * Writes what the Actions have asked for: once, after all of them, denied logins included. The user is read again, since an
 * Action may have changed it through the Management API in the meantime. A user who is gone by then (linked into another one)
 * gets nothing.
 */
export function writeMetadata(
  { context, collections }: LoginServices,
  userId: string,
  outcome: PostLoginOutcome,
): { readonly user: UserDocument | undefined; readonly refusal?: string } {
  return context.store.transaction(() => {
    const user = collections.users.get(userId);
    if (user === undefined) return { user };
    const isChanged =
      Object.keys(outcome.appMetadata).length > 0 || Object.keys(outcome.userMetadata).length > 0;
    if (!isChanged) return { user };
    const changed: UserDocument = {
      ...user,
      app_metadata: mergeMetadata(user.app_metadata, outcome.appMetadata),
      user_metadata: mergeMetadata(user.user_metadata, outcome.userMetadata),
      updated_at: new Date(context.now()).toISOString(),
    };
    const refusal = whyTooLarge(context, changed);
    if (refusal !== undefined) return { user, refusal };
    collections.users.put(userId, changed);
    return { user: changed };
  });
}

/**
 * Ends a run: writes the metadata, the log and the trace, all or none of them.
 * @param run Its user is as the Actions saw it.
 * @returns Why the login fails after all, if it does.
 */
export function concludeRun(services: LoginServices, run: LoggedRun): string | undefined {
  const { context, traces } = services;
  const { user, outcome } = run;
  return context.store.transaction(() => {
    const { user: written, refusal } = writeMetadata(services, user.user_id, outcome);
    const decision: PostLoginOutcome['decision'] =
      refusal === undefined ? outcome.decision : { kind: 'error', message: refusal };
    noteLogin(context, { ...run, outcome: { ...outcome, decision } });
    traces.record({
      id: run.id,
      at: new Date(context.now()).toISOString(),
      client_id: run.client.client_id,
      connection: run.connection.name,
      user_id: user.user_id,
      protocol: run.protocol,
      tag: run.tag ?? null,
      decision,
      event: run.event,
      user: { root: user.root, identities: user.identities },
      actions: outcome.trace,
      metadata_before: metadataOf(user),
      metadata_after: metadataOf(written),
      id_token_claims: outcome.idTokenClaims,
      access_token_claims: outcome.accessTokenClaims,
    });
    return refusal;
  });
}

const metadataOf = (
  user: UserDocument | undefined,
): { app_metadata: JsonObject; user_metadata: JsonObject } => ({
  app_metadata: user?.app_metadata ?? {},
  user_metadata: user?.user_metadata ?? {},
});
