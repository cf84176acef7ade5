import { AsyncLocalStorage } from 'node:async_hooks';
import type { ActionTrace } from '../contract.ts';
import { MAX_LOG_CHARACTERS_PER_ACTION } from '../../auth0/runtime-limits.ts';
import type { TraceMessage } from '../messages.ts';

/** Writes the trace of one Action. What an Action does after the run has ended is lost, as at Auth0. */
export interface TraceWriter {
  call(method: string, values: readonly unknown[]): void;
  /** Cut at 256 characters for the whole Action. */
  log(text: string): void;
  /** The same sentence only once. */
  note(sentence: string): void;
  /** A request is sent, and later answered. */
  asks(): void;
  request(request: ActionTrace['requests'][number]): void;
  /** Says so where the Action ends before its requests are answered: whether they still are is up to the service. */
  ends(): void;
}

/** The trace of the Action that the running code belongs to, through every `await` and timer. */
export const currentTrace = new AsyncLocalStorage<TraceWriter>();

export function createTraceWriter(step: number, send: (message: TraceMessage) => void): TraceWriter {
  const notes = new Set<string>();
  let charactersLeft = MAX_LOG_CHARACTERS_PER_ACTION;
  let unanswered = 0;
  const note = (sentence: string): void => {
    if (notes.has(sentence)) return;
    notes.add(sentence);
    send({ kind: 'note', step, text: sentence });
  };
  return {
    call(method, values) {
      send({ kind: 'call', step, method, arguments: traceable(method, values) });
    },
    log(text) {
      if (charactersLeft === 0) return;
      const kept = text.slice(0, charactersLeft);
      charactersLeft -= kept.length;
      send({ kind: 'log', step, text: kept });
    },
    note,
    asks() {
      unanswered += 1;
    },
    request(request) {
      unanswered -= 1;
      send({ kind: 'request', step, request });
    },
    ends() {
      if (unanswered > 0)
        note('The Action ended before its requests were answered: what it does not await may never be sent.');
    },
  };
}

/** Which argument of a method is a secret, or may be one: it never enters the trace. */
const SECRET_ARGUMENTS: Readonly<Record<string, (values: readonly unknown[]) => readonly unknown[]>> = {
  // Actions keep access tokens in the cache.
  'api.cache.set': ([key, , ...rest]) => [key, '(not shown)', ...rest],
  'api.redirect.encodeToken': () => ['(not shown)'],
  'api.redirect.validateToken': () => ['(not shown)'],
  'api.samlResponse.setKey': () => ['(not shown)'],
};

function traceable(method: string, values: readonly unknown[]): readonly unknown[] {
  const shown = SECRET_ARGUMENTS[method]?.(values) ?? values;
  return shown.map((value) => {
    try {
      const text: unknown = JSON.stringify(value);
      const copy: unknown = typeof text === 'string' ? JSON.parse(text) : String(value);
      return copy;
    } catch {
      return '(no JSON value)';
    }
  });
}
