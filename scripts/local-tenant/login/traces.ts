import type { ActionTrace, PostLoginDecision } from '../../runner/contract.ts';
import type { TenantContext } from '../context.ts';
import type { IdentityDocument } from '../store/resources.ts';
import { asObject, isJsonObject, parseJsonObject, stringIn, stringsIn } from '../../base/json-values.ts';
import type { JsonObject } from '../../base/json-values.ts';

interface Metadata {
  readonly app_metadata: JsonObject;
  readonly user_metadata: JsonObject;
}

/** Header and payload of a token. Its signature is kept nowhere: with it, what is shown could be used. */
export interface TokenContent {
  readonly header: JsonObject;
  readonly payload: JsonObject;
}

/** What one login (or refresh) made the Actions do. */
export interface LoginTrace {
  readonly id: string;
  readonly at: string;
  readonly client_id: string;
  readonly connection: string;
  readonly user_id: string;
  readonly protocol: string;
  /** As the request header `x-local-tenant-tag` had it. */
  readonly tag: string | null;
  readonly decision: PostLoginDecision | Refusal;
  /** As the first Action was given it; each also has its own `secrets`, which are not kept. */
  readonly event: JsonObject;
  /** The user's attributes and identities as the Management API had them then: more than the event shows. */
  readonly user: { readonly root: JsonObject; readonly identities: readonly IdentityDocument[] };
  readonly actions: readonly ActionTrace[];
  readonly metadata_before: Metadata;
  readonly metadata_after: Metadata;
  /** What was given, after restricted names were dropped; what was asked for is in the calls of `actions`. */
  readonly id_token_claims: JsonObject;
  readonly access_token_claims: JsonObject;
  /** Once the application has fetched them; `access_token` is `null` where it is opaque. */
  readonly tokens?: { readonly id_token: TokenContent | null; readonly access_token: TokenContent | null };
}

/** What ends a login before its Actions: at the provider, or because of what the application asked for. */
export interface Refusal {
  readonly kind: 'refused';
  /** Of OAuth, such as `access_denied`. */
  readonly code: string;
  readonly message: string;
}

/** `login`: the person has just come back from the connection. `sso`, `silent`: an earlier session is used, `silent` by `prompt=none`. */
export type RunKind = 'login' | 'sso' | 'silent' | 'refresh';

/** What a list says of a login. */
export interface LoginSummary {
  /** Greater for later ones. */
  readonly number: number;
  readonly id: string;
  readonly at: string;
  readonly client_id: string;
  readonly application: string;
  readonly user_id: string;
  /** Of all identities of the user, as `connection|id`. */
  readonly subjects: readonly string[];
  readonly kind: RunKind;
  readonly outcome: 'allowed' | 'denied' | 'failed' | 'redirected';
  /** Of a denial or failure: what its reason begins with, or the OAuth error. */
  readonly code: string | null;
  readonly reason: string | null;
  readonly tag: string | null;
  readonly actions: readonly { readonly action: string; readonly milliseconds: number }[];
  readonly pinned: boolean;
}

export interface Traces {
  record(trace: LoginTrace): void;
  /** A token that an application has got for a login; without its signature. */
  keepToken(id: string | undefined, name: 'id_token' | 'access_token', token: string): void;
  find(id: string): LoginTrace | undefined;
  /** Newest first. */
  all(): LoginTrace[];
  summary(id: string): LoginSummary | undefined;
  /** Newest first. */
  summaries(): readonly LoginSummary[];
  /** Whether there is such a login. A pinned one stays when others are cleared, or go to make room. */
  pin(id: string, pinned: boolean): boolean;
  /** Removes all but the pinned ones; how many. */
  clear(): number;
  /** How many logins are kept. */
  readonly limit: number;
  keepAtMost(limit: number): void;
  /** Tells of each login once it is kept; what it calls must not throw. Gives back how to end that. */
  subscribe(listener: (summary: LoginSummary) => void): () => void;
}

/** Names logins, so that an end-to-end test of somebody's application finds its own: a header of any request of the login. */
export const TAG_HEADER = 'x-local-tenant-tag';

/** Logins that are kept if nobody says how many: some 30 MB. */
const DEFAULT_TRACES = 2_000;
export const MAX_TRACES = 20_000;

/** In a process there is one for each store: lists are answered from what it has in memory. */
export function openTraces({ store }: Pick<TenantContext, 'store'>): Traces {
  const traces = store.collection<LoginTrace>('logins');
  const summariesKept = store.collection<LoginSummary>('login-summaries');
  const tokensOf = store.collection<NonNullable<LoginTrace['tokens']>>('login-tokens');
  const settings = store.collection<{ readonly limit: number }>('login-trace-settings');
  const listeners = new Set<(summary: LoginSummary) => void>();
  let limit = settings.get('current')?.limit ?? DEFAULT_TRACES;
  /** By id, oldest first; read when it is first needed. */
  let known: Map<string, LoginSummary> | undefined;
  /** The number of the last of them. */
  let newest = 0;
  const summaries = (): Map<string, LoginSummary> => {
    if (known === undefined) {
      const kept = summariesKept.all().sort((one, other) => one.number - other.number);
      known = new Map(kept.map((summary) => [summary.id, summary]));
      newest = kept.at(-1)?.number ?? 0;
    }
    return known;
  };
  const put = (summary: LoginSummary): void => {
    summariesKept.put(summary.id, summary);
    summaries().set(summary.id, summary);
  };
  const remove = (id: string): void => {
    for (const collection of [traces, summariesKept, tokensOf]) collection.delete(id);
    summaries().delete(id);
  };
  const makeRoom = (): void => {
    let surplus = summaries().size - limit;
    if (surplus <= 0) return;
    for (const { id, pinned } of summaries().values()) {
      if (surplus <= 0) return;
      if (pinned) continue;
      remove(id);
      surplus -= 1;
    }
  };
  const find = (id: string): LoginTrace | undefined => {
    const trace = traces.get(id);
    const tokens = tokensOf.get(id);
    return trace === undefined || tokens === undefined ? trace : { ...trace, tokens };
  };
  const newestFirst = (): LoginSummary[] => [...summaries().values()].reverse();
  return {
    record: (trace) => {
      store.transaction(() => {
        // Read before anything is added to it.
        summaries();
        newest += 1;
        const summary = summaryOf(trace, newest);
        traces.put(trace.id, trace);
        put(summary);
        makeRoom();
        store.settled((kept) => {
          if (kept) for (const listener of listeners) listener(summary);
          // What was put in memory is not in the store.
          else known = undefined;
        });
      });
    },
    keepToken: (id, name, token) => {
      if (id === undefined || !summaries().has(id)) return;
      const known = tokensOf.get(id) ?? { id_token: null, access_token: null };
      tokensOf.put(id, { ...known, [name]: contentOf(token) });
    },
    find,
    all: () => newestFirst().flatMap(({ id }) => find(id) ?? []),
    summary: (id) => summaries().get(id),
    summaries: newestFirst,
    pin: (id, pinned) => {
      const summary = summaries().get(id);
      if (summary !== undefined) put({ ...summary, pinned });
      return summary !== undefined;
    },
    clear: () => {
      const unpinned = [...summaries().values()].filter(({ pinned }) => !pinned);
      store.transaction(() => {
        for (const { id } of unpinned) remove(id);
      });
      return unpinned.length;
    },
    get limit() {
      return limit;
    },
    keepAtMost: (next) => {
      limit = Math.min(Math.max(1, Math.trunc(next)), MAX_TRACES);
      store.transaction(() => {
        settings.put('current', { limit });
        makeRoom();
      });
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

/** What is in a token; `null` for an opaque one. */
function contentOf(token: string): TokenContent | null {
  const parts = token.split('.');
  const [header, payload] = parts.map((part) => parseJsonObject(Buffer.from(part, 'base64url').toString()));
  return parts.length !== 3 || header === undefined || payload === undefined ? null : { header, payload };
}

/** What a login is called by how it ended. */
export const LOGIN_OUTCOMES = {
  allow: 'allowed',
  deny: 'denied',
  error: 'failed',
  redirect: 'redirected',
  refused: 'failed',
} as const;

function summaryOf(trace: LoginTrace, number: number): LoginSummary {
  const { id, at, client_id, user_id, tag, decision, event, actions } = trace;
  const identities = asObject(event['user'])['identities'];
  return {
    number,
    id,
    at,
    client_id,
    application: stringIn(asObject(event['client']), 'name') ?? client_id,
    user_id,
    subjects: (Array.isArray(identities) ? identities : []).filter(isJsonObject).flatMap((identity) => {
      const subject = stringIn(identity, 'user_id');
      return subject === undefined ? [] : [subject];
    }),
    kind: kindOf(trace),
    outcome: LOGIN_OUTCOMES[decision.kind],
    ...whyOf(decision),
    tag,
    actions: actions.map(({ action, milliseconds }) => ({ action, milliseconds })),
    pinned: false,
  };
}

function kindOf({ protocol, event }: LoginTrace): RunKind {
  if (protocol === 'oauth2-refresh-token') return 'refresh';
  if (stringsIn(asObject(event['transaction']), 'prompt').includes('none')) return 'silent';
  const { created_at: created, updated_at: updated } = asObject(event['session']);
  return created === updated ? 'login' : 'sso';
}

/** Denials begin with their code, ours and those of others that keep to it. */
function whyOf(decision: LoginTrace['decision']): Pick<LoginSummary, 'code' | 'reason'> {
  switch (decision.kind) {
    case 'deny':
      return {
        code: decision.code ?? /^([a-z][a-z0-9_]*):/.exec(decision.reason)?.[1] ?? 'access_denied',
        reason: decision.reason,
      };
    case 'error':
      return { code: decision.oauthError ?? 'access_denied', reason: decision.message };
    case 'refused':
      return { code: decision.code, reason: decision.message };
    case 'allow':
    case 'redirect':
      return { code: null, reason: null };
  }
}
