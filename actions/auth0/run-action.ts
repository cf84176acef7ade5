import type { Event } from '@auth0/actions/post-login/v3';
import { eventText } from './event.ts';
import { logLine } from './log.ts';
import type { Report } from './log.ts';

/**
 * Runs one Action to its end and logs its line. Nothing is ever thrown out of it: Auth0 would fail the login, with the error's
 * message in the URL.
 *
 * @param failed What an unexpected error comes to. Default: the login goes on.
 * @see https://auth0.com/docs/customize/actions/actions-overview
 */
export async function runAction(
  name: string,
  event: Event,
  work: () => Report | Promise<Report>,
  failed: () => Report = goOn,
): Promise<void> {
  const started = Date.now();
  let report: Report;
  try {
    report = await work();
  } catch {
    // The error may quote what it was working on: its message is for nobody's log.
    report = failed();
  }
  const id = eventText(event, 'transaction', 'id') ?? eventText(event, 'transaction', 'correlation_id');
  console.log(logLine(name, report, Date.now() - started, id));
}

const goOn = (): Report => ({ outcome: 'failed', codes: ['unexpected_error'], source: undefined });
