import type { CacheEntry, CacheWrite } from './action-cache.ts';
import type {
  ActionTrace,
  CodeFigures,
  MeasuredCode,
  LoadedCode,
  PostLoginOutcome,
  PostLoginRun,
  WorkerNetwork,
} from './contract.ts';
import type { JsonObject } from '../base/json-values.ts';

/** What a runner is started with: the first frame that it gets. Its text is the code of the worker threads. */
export interface RunnerSetup {
  /** Absolute path of the folder whose `node_modules` holds the packages that Actions declare. */
  readonly root: string;
  readonly instances: 'fresh' | 'reused';
  /** `answered`: only `fetch`, which whoever asks for the run answers. `open`: as the machine has it. */
  readonly network: 'answered' | 'open';
  /** Registered symbols under which Node's global object holds what could send for `fetch`. None: nobody could find them. */
  readonly senders: readonly string[];
}

/** What a worker is started with. */
export type WorkerSetup = Pick<RunnerSetup, 'root' | 'instances' | 'network' | 'senders'>;

/** What a runner is told. The text of the frame is the worker's, and is handed on unread. */
export type RunnerOrder =
  | {
      readonly kind: 'perform';
      readonly run: number;
      readonly timeoutMilliseconds: number;
      /** Whether the code declares packages, which it may then read. */
      readonly packages: boolean;
      /** Keys of the code that the request speaks of. */
      readonly codes: readonly number[];
    }
  | { readonly kind: 'code'; readonly key: number }
  | { readonly kind: 'tell'; readonly run: number }
  | { readonly kind: 'drop'; readonly run: number };

/** What a runner says. The text of `said` is a worker's own, which nobody has read yet. */
export type RunnerAnswer =
  | { readonly kind: 'begun'; readonly run: number }
  | { readonly kind: 'said'; readonly run: number }
  | ({ readonly kind: 'cut-off'; readonly run: number } & CutOff);

/** Why a run was ended that had not said its last word. */
export interface CutOff {
  /** In the words that the login gets. */
  readonly message: string;
  /** The machine did not let it run: name of the system's error, or nothing. Not there where it was the code. */
  readonly machine?: string;
}

/** Code goes to a runner once, and is known by a key from then on: a login names the same Actions as the last. */
export interface CodeMessage {
  readonly key: number;
  readonly code: string;
}

/** What a worker is asked to do. One request at a time. */
export type WorkerRequest =
  | {
      readonly kind: 'post-login';
      /** Its Actions without their code, and the keys of that. */
      readonly run: PostLoginRun;
      readonly codes: readonly number[];
      readonly cache: readonly CacheEntry[];
      readonly network: WorkerNetwork;
    }
  | {
      readonly kind: 'profile-script';
      readonly code: string;
      readonly accessToken: string;
      readonly context: JsonObject;
      readonly network: WorkerNetwork;
    }
  | { readonly kind: 'load'; readonly code: string; readonly packages: readonly string[] }
  | ({ readonly kind: 'measure' } & MeasuredCode);

/** What a worker is told while it is at a request. */
export interface FetchAnswer {
  readonly kind: 'fetched';
  readonly call: number;
  /** `undefined`: no answer comes, as where a connection breaks. */
  readonly response: WireResponse | undefined;
}

/** Text of a request that a worker makes. Bodies are in base64. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | null;
}

export interface WireResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | null;
}

/** One line of an Action's trace. Sent as it happens, so that a run that is cut off leaves what it did. */
export type TraceMessage =
  | ({ readonly kind: 'action-started' } & Pick<ActionTrace, 'action' | 'handler' | 'given'>)
  | {
      readonly kind: 'call';
      readonly step: number;
      readonly method: string;
      readonly arguments: readonly unknown[];
    }
  | { readonly kind: 'log'; readonly step: number; readonly text: string }
  | { readonly kind: 'note'; readonly step: number; readonly text: string }
  | { readonly kind: 'request'; readonly step: number; readonly request: ActionTrace['requests'][number] }
  | {
      readonly kind: 'action-ended';
      readonly step: number;
      readonly milliseconds: number;
      readonly error?: string;
    };

export type PostLoginResult = Omit<PostLoginOutcome, 'trace'>;

export type ProfileResult = { readonly profile: JsonObject } | { readonly error: string };

/** With `machine`, the name of a limit of the machine that an error was about. */
export type EndMessage =
  | {
      readonly kind: 'post-login-ended';
      readonly result: PostLoginResult;
      readonly cacheWrites: readonly CacheWrite[];
      readonly machine?: string;
    }
  | { readonly kind: 'profile-script-ended'; readonly result: ProfileResult; readonly machine?: string }
  | { readonly kind: 'loaded'; readonly result: LoadedCode; readonly machine?: string }
  | { readonly kind: 'measured'; readonly result: CodeFigures | { readonly error: string } };

export interface FetchMessage {
  readonly kind: 'fetch';
  readonly call: number;
  readonly request: WireRequest;
}

export type WorkerMessage = TraceMessage | FetchMessage | EndMessage;

/** The compiler asks for each. */
const ENDS: Readonly<Record<EndMessage['kind'], true>> = {
  'post-login-ended': true,
  'profile-script-ended': true,
  loaded: true,
  measured: true,
};

/** Whether a message is the last of a request. */
export const isEnd = (message: WorkerMessage): message is EndMessage => Object.hasOwn(ENDS, message.kind);

/** What a worker's text begins with: it is ready, it is under way, it waits for an answer, or this is the last of a request. */
export const MARKS = { ready: '!', said: '+', asked: '?', ended: '.' } as const;

export const markOf = (message: WorkerMessage): string =>
  isEnd(message) ? MARKS.ended : message.kind === 'fetch' ? MARKS.asked : MARKS.said;
