import type { ActionTrace, PostLoginDecision } from '../../runner/contract.ts';
import type { TenantContext } from '../context.ts';
import type { JsonObject } from '../../base/json-values.ts';

interface Metadata {
  readonly app_metadata: JsonObject;
  readonly user_metadata: JsonObject;
}

/** What one login (or refresh) made the Actions do. */
export interface LoginTrace {
  readonly id: string;
  readonly at: string;
  readonly client_id: string;
  readonly connection: string;
  readonly user_id: string;
  readonly protocol: string;
  readonly decision: PostLoginDecision;
  readonly actions: readonly ActionTrace[];
  readonly metadata_before: Metadata;
  readonly metadata_after: Metadata;
  /** What was given, after restricted names were dropped; what was asked for is in the calls of `actions`. */
  readonly id_token_claims: JsonObject;
  readonly access_token_claims: JsonObject;
}

export interface Traces {
  record(trace: LoginTrace): void;
  find(id: string): LoginTrace | undefined;
  /** Newest first. */
  all(): LoginTrace[];
}

/** Traces hold personal data and grow by the kilobyte: only the newest stay. */
const MAX_TRACES = 100;

export function openTraces(context: TenantContext): Traces {
  const slots = context.store.collection<{ readonly number: number; readonly trace: LoginTrace }>(
    'login-traces',
  );
  const newestFirst = (): { number: number; trace: LoginTrace }[] =>
    slots.all().sort((one, other) => other.number - one.number);
  let next: number | undefined;
  return {
    record: (trace) => {
      next ??= (newestFirst()[0]?.number ?? 0) + 1;
      slots.put(String(next % MAX_TRACES), { number: next, trace });
      next += 1;
    },
    find: (id) => newestFirst().find(({ trace }) => trace.id === id)?.trace,
    all: () => newestFirst().map(({ trace }) => trace),
  };
}
