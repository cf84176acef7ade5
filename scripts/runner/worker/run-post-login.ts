import type { ActionCache } from '../action-cache.ts';
import { hasBrowser, isSilent } from '../api/redirect.ts';
import { createPostLoginApi } from '../api/post-login-api.ts';
import { newRunState, partOf } from '../api/run-state.ts';
import type { RunState, TokenState } from '../api/run-state.ts';
import type {
  ActionTrace,
  DeployedAction,
  GivenMetadata,
  PostLoginDecision,
  PostLoginRun,
  TokenChanges,
} from '../contract.ts';
import { failedResult } from '../failed-result.ts';
import type { EndMessage, PostLoginResult, TraceMessage } from '../messages.ts';
import { machineLimitOf } from '../../base/disk-error.ts';
import { isJsonObject } from '../../base/json-values.ts';
import type { Json, JsonObject } from '../../base/json-values.ts';
import type { ActionInstances, Handler } from './instances.ts';
import { createTraceWriter, currentTrace } from './trace-writer.ts';
import type { TraceWriter } from './trace-writer.ts';

/**
 * Runs the trigger's Actions in order, each with its own copy of the event, until one denies, redirects or throws.
 * @param cache What earlier logins left in the trigger's cache.
 */
export async function runPostLogin(
  run: PostLoginRun,
  cache: ActionCache,
  instances: ActionInstances,
  send: (message: TraceMessage) => void,
): Promise<EndMessage & { readonly kind: 'post-login-ended' }> {
  const state = newRunState(run, cache);
  // To read a text again is the fastest way to a copy.
  const eventText = JSON.stringify(run.event);
  const firstIndex = run.continueFrom?.actionIndex ?? 0;
  let decision: PostLoginDecision = { kind: 'allow' };
  let machine: string | undefined;
  let isOver = false;
  // A timer of this run may go off while the next one is under way in this worker: it is in neither trace.
  const sendDuringRun = (message: TraceMessage): void => {
    if (!isOver) send(message);
  };
  for (const [index, action] of run.actions.entries()) {
    if (index < firstIndex) continue;
    const continues = index === firstIndex && run.continueFrom !== undefined;
    const failure = await runAction(action, {
      state,
      event: JSON.parse(eventText) as JsonObject,
      handler: continues ? 'onContinuePostLogin' : 'onExecutePostLogin',
      step: index - firstIndex,
      instances,
      send: sendDuringRun,
    });
    machine = failure?.machine;
    decision = failure?.decision ?? decisionOf(state, run.event, index);
    if (decision.kind !== 'allow') break;
  }
  isOver = true;
  return {
    kind: 'post-login-ended',
    result: resultOf(decision, state),
    cacheWrites: cache.writes(),
    ...(machine === undefined ? {} : { machine }),
  };
}

interface ActionRun {
  readonly state: RunState;
  /** A copy of its own. */
  readonly event: JsonObject;
  readonly handler: ActionTrace['handler'];
  readonly step: number;
  readonly instances: ActionInstances;
  readonly send: (message: TraceMessage) => void;
}

/** Runs one Action; the answer is how it failed, if it did, and which limit of the machine it met. */
async function runAction(
  action: DeployedAction,
  run: ActionRun,
): Promise<{ readonly decision: PostLoginDecision; readonly machine: string | undefined } | undefined> {
  const { step, send } = run;
  const event = eventFor(action, run);
  send({ kind: 'action-started', action: action.name, handler: run.handler, given: givenIn(event) });
  const started = performance.now();
  const ended = (error?: string): void => {
    send({
      kind: 'action-ended',
      step,
      milliseconds: performance.now() - started,
      ...(error === undefined ? {} : { error }),
    });
  };
  const trace = createTraceWriter(step, send);
  try {
    await currentTrace.run(trace, () => callHandler(action, { ...run, event }, trace));
    trace.ends();
    ended();
    return undefined;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    ended(message);
    return { decision: { kind: 'error', message }, machine: machineLimitOf(thrown) };
  }
}

async function callHandler(action: DeployedAction, run: ActionRun, trace: TraceWriter): Promise<void> {
  const { state } = run;
  const handler: Handler = run.instances.handlerOf(action, run.handler);
  const primaryUserBefore = state.primaryUserId;
  const context = {
    state,
    event: run.event,
    handler: run.handler,
    userMetadataOfThisAction: new Map<string, Json>(),
    interaction: { isRedirected: false, isPrompted: false },
    note: (sentence: string) => {
      trace.note(sentence);
    },
    now: Date.now,
  };
  const api = createPostLoginApi(context, (method, values) => {
    trace.call(method, values);
  });
  await handler(context.event, api);
  if (state.primaryUserId !== primaryUserBefore && context.userMetadataOfThisAction.size > 0) {
    trace.note('Dropped silently: the user_metadata of an Action that changes the primary user.');
    return;
  }
  for (const [key, value] of context.userMetadataOfThisAction) state.userMetadata.set(key, value);
}

/** The event as this Action sees it: what earlier Actions set in metadata of transaction, session and token is there. */
function eventFor(action: DeployedAction, { event, state }: ActionRun): JsonObject {
  const copy = { ...event };
  if (copy['transaction'] !== undefined || state.transactionMetadata.size > 0) {
    copy['transaction'] = {
      ...partOf(copy, 'transaction'),
      metadata: Object.fromEntries(state.transactionMetadata),
    };
  }
  for (const [part, token] of [
    ['session', state.session],
    ['refresh_token', state.refreshToken],
  ] as const) {
    if (token.metadata !== undefined && copy[part] !== undefined) {
      copy[part] = { ...partOf(copy, part), metadata: Object.fromEntries(token.metadata) };
    }
  }
  if (state.cookieMode !== undefined && copy['session'] !== undefined) {
    copy['session'] = { ...partOf(copy, 'session'), cookie: { mode: state.cookieMode } };
  }
  return { ...copy, configuration: {}, secrets: { ...action.secrets } };
}

const givenIn = (event: JsonObject): GivenMetadata =>
  Object.fromEntries(
    (['transaction', 'session', 'refresh_token'] as const).flatMap((part) => {
      const { metadata } = partOf(event, part);
      return isJsonObject(metadata) ? [[part, metadata]] : [];
    }),
  );

function decisionOf(state: RunState, event: JsonObject, actionIndex: number): PostLoginDecision {
  if (state.denial !== undefined) return { kind: 'deny', ...state.denial };
  if (state.redirectUrl === undefined) return { kind: 'allow' };
  if (hasBrowser(event)) {
    return {
      kind: 'redirect',
      url: state.redirectUrl,
      actionIndex,
      transactionMetadata: Object.fromEntries(state.transactionMetadata),
    };
  }
  const message = 'An Action asked for a redirect where no user can be redirected.';
  return isSilent(event)
    ? { kind: 'error', message, oauthError: 'interaction_required' }
    : { kind: 'error', message };
}

function resultOf(decision: PostLoginDecision, state: RunState): PostLoginResult {
  if (decision.kind === 'error') return failedResult(decision);
  const scopes = [...state.scopes];
  return {
    decision,
    idTokenClaims: Object.fromEntries(state.idTokenClaims),
    accessTokenClaims: Object.fromEntries(state.accessTokenClaims),
    addedScopes: scopes.filter(([, change]) => change === 'added').map(([scope]) => scope),
    removedScopes: scopes.filter(([, change]) => change === 'removed').map(([scope]) => scope),
    appMetadata: Object.fromEntries(state.appMetadata),
    userMetadata: Object.fromEntries(state.userMetadata),
    ...(state.primaryUserId === undefined ? {} : { primaryUserId: state.primaryUserId }),
    recordedMethods: state.recordedMethods,
    session: changesOf(state.session),
    refreshToken: changesOf(state.refreshToken),
  };
}

const changesOf = (token: TokenState): TokenChanges => ({
  revoked: token.revoked,
  ...(token.expiresAt === undefined ? {} : { expiresAt: token.expiresAt }),
  ...(token.idleExpiresAt === undefined ? {} : { idleExpiresAt: token.idleExpiresAt }),
  ...(token.metadata === undefined ? {} : { metadata: Object.fromEntries(token.metadata) }),
});
