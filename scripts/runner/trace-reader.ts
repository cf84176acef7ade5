import type { ActionTrace } from './contract.ts';
import type { TraceMessage } from './messages.ts';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Step extends Mutable<Omit<ActionTrace, 'calls' | 'logs' | 'requests' | 'notes'>> {
  readonly calls: ActionTrace['calls'][number][];
  readonly logs: string[];
  readonly requests: ActionTrace['requests'][number][];
  readonly notes: string[];
  readonly startedAt: number;
  ended: boolean;
}

/** Puts the messages of a run together, so that a run that was cut off has a trace too. */
export class TraceReader {
  readonly #steps: Step[] = [];

  read(message: TraceMessage): void {
    if (message.kind === 'action-started') {
      this.#steps.push({
        action: message.action,
        handler: message.handler,
        ...(message.given === undefined ? {} : { given: message.given }),
        milliseconds: 0,
        calls: [],
        logs: [],
        requests: [],
        notes: [],
        startedAt: performance.now(),
        ended: false,
      });
      return;
    }
    const step = this.#steps[message.step];
    if (step === undefined) return;
    switch (message.kind) {
      case 'call':
        step.calls.push({ method: message.method, arguments: message.arguments });
        break;
      case 'log':
        step.logs.push(message.text);
        break;
      case 'note':
        step.notes.push(message.text);
        break;
      case 'request':
        step.requests.push(message.request);
        break;
      case 'action-ended':
        step.ended = true;
        step.milliseconds = message.milliseconds;
        if (message.error !== undefined) step.error = message.error;
        break;
    }
  }

  /** @param error What ended the run from outside, if anything did: the Action that was running then gets it. */
  traces(error?: string): readonly ActionTrace[] {
    return this.#steps.map(({ startedAt, ended, ...trace }) =>
      ended
        ? trace
        : {
            ...trace,
            milliseconds: performance.now() - startedAt,
            ...(error === undefined ? {} : { error }),
          },
    );
  }
}
