import type { CacheEntry, CacheWrite } from './action-cache.ts';
import type { ActionTrace, PostLoginOutcome, PostLoginRun, WorkerNetwork } from './contract.ts';
import type { JsonObject } from '../../base/json-values.ts';

/** What a worker is started with. */
export interface WorkerSetup {
  /** Absolute path of the folder whose `node_modules` holds the packages that Actions declare. */
  readonly root: string;
}

/** What a worker is asked to do. One request at a time. */
export type WorkerRequest =
  | {
      readonly kind: 'post-login';
      readonly run: PostLoginRun;
      readonly cache: readonly CacheEntry[];
      readonly network: WorkerNetwork;
    }
  | {
      readonly kind: 'profile-script';
      readonly code: string;
      readonly accessToken: string;
      readonly context: JsonObject;
      readonly network: WorkerNetwork;
    };

/** One line of an Action's trace. Sent as it happens, so that a run that is cut off leaves what it did. */
export type TraceMessage =
  | { readonly kind: 'action-started'; readonly action: string; readonly handler: ActionTrace['handler'] }
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

export type EndMessage =
  | {
      readonly kind: 'post-login-ended';
      readonly result: PostLoginResult;
      readonly cacheWrites: readonly CacheWrite[];
    }
  | { readonly kind: 'profile-script-ended'; readonly result: ProfileResult };

export type WorkerMessage = { readonly kind: 'ready' } | TraceMessage | EndMessage;
