import { format, inspect } from 'node:util';
import { currentTrace } from './trace-writer.ts';

const FORMATTING_METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;

/**
 * `console` writes to the trace of the Action that calls it, and nowhere else; what is written to the standard streams
 * directly is lost.
 */
export function captureConsole(): void {
  for (const method of FORMATTING_METHODS) {
    console[method] = (...values: unknown[]) => {
      currentTrace.getStore()?.log(format(...values));
    };
  }
  for (const stream of [process.stdout, process.stderr]) stream.write = () => true;
  console.dir = (value: unknown) => {
    currentTrace.getStore()?.log(inspect(value));
  };
  console.table = (value: unknown) => {
    currentTrace.getStore()?.log(inspect(value));
  };
}
