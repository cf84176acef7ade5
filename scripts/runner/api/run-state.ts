import type { ActionCache } from '../action-cache.ts';
import type { ActionTrace, PostLoginRun } from '../contract.ts';
import type { Json, JsonObject } from '../../base/json-values.ts';
import { isJsonObject } from '../../base/json-values.ts';

/** What Actions asked of a session or a refresh token so far. */
export interface TokenState {
  revoked: boolean;
  expiresAt: number | undefined;
  idleExpiresAt: number | undefined;
  /** `undefined` until an Action touches it. */
  metadata: Map<string, string> | undefined;
}

/** What all Actions of one run share. */
export interface RunState {
  readonly idTokenClaims: Map<string, Json>;
  readonly accessTokenClaims: Map<string, Json>;
  readonly scopes: Map<string, 'added' | 'removed'>;
  readonly appMetadata: Map<string, Json>;
  readonly userMetadata: Map<string, Json>;
  readonly transactionMetadata: Map<string, string | number | boolean>;
  readonly recordedMethods: string[];
  readonly session: TokenState;
  readonly refreshToken: TokenState;
  readonly cache: ActionCache;
  primaryUserId: string | undefined;
  /** The login is over after the Action that is running now. */
  denial: { readonly reason: string; readonly code?: string } | undefined;
  redirectUrl: string | undefined;
  cookieMode: 'persistent' | 'non-persistent' | undefined;
}

/** What one Action's `api` works on. */
export interface ActionContext {
  readonly state: RunState;
  /**
   * This Action's own copy; `transaction.metadata`, and metadata and cookie of session and refresh token change while it runs.
   */
  readonly event: JsonObject;
  readonly handler: ActionTrace['handler'];
  /** `user_metadata` of this Action alone, which a change of the primary user discards. */
  readonly userMetadataOfThisAction: Map<string, Json>;
  /** What this Action has asked the browser to do: it is one or the other. */
  readonly interaction: { isRedirected: boolean; isPrompted: boolean };
  /** Adds a sentence to the trace, once. */
  readonly note: (sentence: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A part of the `api` object: untyped on purpose, since what calls it is JavaScript. */
export type ApiArea = Readonly<Record<string, (...values: unknown[]) => unknown>>;

export const newRunState = (run: PostLoginRun, cache: ActionCache): RunState => ({
  idTokenClaims: new Map(),
  accessTokenClaims: new Map(),
  scopes: new Map(),
  appMetadata: new Map(),
  userMetadata: new Map(),
  transactionMetadata: new Map(
    Object.entries(run.continueFrom?.transactionMetadata ?? metadataOf(run.event, 'transaction')).flatMap(
      ([key, value]): [string, string | number | boolean][] =>
        value === null || typeof value === 'object' ? [] : [[key, value]],
    ),
  ),
  recordedMethods: [],
  session: newTokenState(),
  refreshToken: newTokenState(),
  cache,
  primaryUserId: undefined,
  denial: undefined,
  redirectUrl: undefined,
  cookieMode: undefined,
});

const newTokenState = (): TokenState => ({
  revoked: false,
  expiresAt: undefined,
  idleExpiresAt: undefined,
  metadata: undefined,
});

/** `event[part].metadata`, or an empty object. */
export function metadataOf(event: JsonObject, part: string): JsonObject {
  const metadata = partOf(event, part)['metadata'];
  return isJsonObject(metadata) ? metadata : {};
}

/** `event[part]`, or an empty object. */
export function partOf(event: JsonObject, part: string): JsonObject {
  const value = event[part];
  return isJsonObject(value) ? value : {};
}
