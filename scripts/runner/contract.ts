import type { JsonObject } from '../base/json-values.ts';

/** One deployed Action as the trigger runs it: the bytes that were uploaded, and the secrets of that version. */
export interface DeployedAction {
  readonly id: string;
  readonly name: string;
  readonly code: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly dependencies: readonly { readonly name: string; readonly version: string }[];
}

/** How HTTP calls made inside Actions and connection scripts leave the machine. */
export interface WorkerNetwork {
  /** PEM of an extra certificate authority to trust (the local tenant's own). */
  readonly certificateAuthority?: string;
  /** Origins that are answered somewhere else, e.g. `https://apx.didit.me` → `https://localhost:PORT/didit-stand-in`. */
  readonly routes: Readonly<Record<string, string>>;
}

export interface PostLoginRun {
  readonly actions: readonly DeployedAction[];
  /** The whole documented event but `secrets`, which each Action gets from its own version. */
  readonly event: JsonObject;
  /**
   * Present when the user comes back from a redirect: the Action at this index goes on with `onContinuePostLogin`.
   * `event.request` is then the request to `/continue`. The outcome holds only what this part of the run added: claims
   * and scopes of the part before are the caller's to keep.
   */
  readonly continueFrom?: { readonly actionIndex: number; readonly transactionMetadata: JsonObject };
}

export type PostLoginDecision =
  | { readonly kind: 'allow' }
  /** `code` comes from `api.validation.error`; `api.access.deny` has none. */
  | { readonly kind: 'deny'; readonly reason: string; readonly code?: string }
  /**
   * An uncaught error, a time-out, a handler that Auth0 refuses: the login fails with `access_denied`, or the OAuth
   * error given, and this message.
   */
  | { readonly kind: 'error'; readonly message: string; readonly oauthError?: 'interaction_required' }
  | {
      readonly kind: 'redirect';
      /** Without `state`, which the login adds. */
      readonly url: string;
      readonly actionIndex: number;
      readonly transactionMetadata: JsonObject;
    };

/** `metadata` of these parts of the event, where they are there. */
export type GivenMetadata = Readonly<
  Partial<Record<'transaction' | 'session' | 'refresh_token', JsonObject>>
>;

/** What Auth0 calls in an Action. */
export const HANDLERS = ['onExecutePostLogin', 'onContinuePostLogin'] as const;

/** What one Action did, in the order it did it. */
export interface ActionTrace {
  readonly action: string;
  readonly handler: (typeof HANDLERS)[number];
  readonly milliseconds: number;
  /** The parts of the event that earlier Actions can change, as this one was given them. */
  readonly given?: GivenMetadata;
  /** `api.user.setAppMetadata` and the like, with arguments; secrets and cached values are left out. */
  readonly calls: readonly { readonly method: string; readonly arguments: readonly unknown[] }[];
  readonly logs: readonly string[];
  /** HTTP calls: method, URL without query, status (or `failed`), and how long it took. */
  readonly requests: readonly {
    readonly method: string;
    readonly url: string;
    readonly status: number | 'failed';
    readonly milliseconds?: number;
  }[];
  /** What was asked for and silently dropped, and what has no meaning on the local tenant: one sentence each. */
  readonly notes: readonly string[];
  readonly error?: string;
}

/** What Actions asked of the session, or of the refresh token, of this login. */
export interface TokenChanges {
  readonly revoked: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
  /** Milliseconds since the epoch. */
  readonly idleExpiresAt?: number;
  /** The whole metadata after the run; absent when no Action touched it. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface PostLoginOutcome {
  readonly decision: PostLoginDecision;
  /** After restricted names were dropped. */
  readonly idTokenClaims: JsonObject;
  /** After restricted names were dropped; empty for an opaque token and for one of the Management API. */
  readonly accessTokenClaims: JsonObject;
  readonly addedScopes: readonly string[];
  readonly removedScopes: readonly string[];
  /** Top-level keys to set; `null` removes the key. Written once, after all Actions, denied logins included. */
  readonly appMetadata: JsonObject;
  readonly userMetadata: JsonObject;
  readonly primaryUserId?: string;
  /** URLs that `api.authentication.recordMethod` recorded. */
  readonly recordedMethods?: readonly string[];
  readonly session?: TokenChanges;
  readonly refreshToken?: TokenChanges;
  readonly trace: readonly ActionTrace[];
}

export type AnswerRequest = (request: Request) => Response | Promise<Response>;

/** What the top level of an Action's code leaves: the name of the constructor of each handler, or why it cannot be loaded. */
export type LoadedCode = { readonly exports: Readonly<Record<string, string>> } | { readonly error: string };

/** Times of one Action, without a runtime around it. */
export interface CodeFigures {
  /** Compiling and running the top level, as a new instance does. Median of 41. */
  readonly loadMilliseconds: number;
  /** The first login of a new instance, after loading. Median of 41. */
  readonly firstLoginMilliseconds: number;
  /** A login in an instance that has seen many. */
  readonly warmLoginMicroseconds: { readonly p50: number; readonly p99: number };
}

/** An Action to measure. The event should be one of a login in which it needs no HTTP. */
export interface MeasuredCode {
  readonly code: string;
  readonly event: JsonObject;
}

export interface ActionsRuntime {
  /** @param answer Answers the requests of this run, unless the network is the machine's. Default: that of the options. */
  runPostLogin(run: PostLoginRun, answer?: AnswerRequest): Promise<PostLoginOutcome>;
  /** Runs a connection's profile script (`function (accessToken, context, callback)`), as Auth0 does. */
  runFetchUserProfile(script: {
    readonly code: string;
    readonly accessToken: string;
    readonly context: JsonObject;
  }): Promise<{ readonly profile: JsonObject } | { readonly error: string }>;
  close(): Promise<void>;
}

/** For who judges code that is not deployed yet. */
export interface CodeRunner extends ActionsRuntime {
  /** Loads the code of an Action as Auth0 does, and runs no handler. */
  load(code: string, packages: readonly string[]): Promise<LoadedCode>;
  /** Ends once what was asked until now is on its way to the process. */
  start(): Promise<void>;
  /** Takes some seconds. */
  measure(measured: MeasuredCode): Promise<CodeFigures | { readonly error: string }>;
}

export interface ActionsRuntimeOptions {
  /**
   * A function: the network of the machine, for Actions that may reach what they reach at Auth0. With `answer` there is `fetch`
   * and nothing else; what `answer` throws is a broken connection to the Action. Default: nothing answers.
   */
  readonly network?: (() => WorkerNetwork) | { readonly answer: AnswerRequest };
  /** Milliseconds for all Actions of the trigger together. Default 20,000, Auth0's own. */
  readonly timeoutMilliseconds?: number;
  /** Milliseconds for all requests to the runtime together; those that come later are cut off. Default: no limit. */
  readonly budgetMilliseconds?: number;
  /** `fresh`: a new instance for each login. `reused`: module-level state lives on, as it may at Auth0. Default `fresh`. */
  readonly instances?: 'fresh' | 'reused';
}
