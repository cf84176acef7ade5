/** Auth0 keeps 256 characters of an Action's log; bytes, so that any encoding fits. */
export const MAX_LOG_BYTES = 256;

/** What one Action did in one login. Codes come from fixed sets: no data of a person, no text of a setting. */
export interface Report {
  readonly outcome: string;
  readonly codes: readonly string[];
  /** Where what is known comes from, or why nothing is. */
  readonly source: string | undefined;
}

/**
 * The one line that an Action logs: JSON of at most 256 bytes. Codes that do not fit are counted instead (`more`).
 *
 * @param milliseconds How long the Action took; rounded.
 * @param transactionId Auth0's id of the login, or the caller's correlation id: left out when it is not plainly an id.
 */
export function logLine(
  action: string,
  report: Report,
  milliseconds: number,
  transactionId: unknown,
): string {
  const id =
    typeof transactionId === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(transactionId)
      ? transactionId
      : undefined;
  const line = (codes: readonly string[]): string =>
    JSON.stringify({
      action,
      outcome: report.outcome,
      codes,
      more: report.codes.length - codes.length || undefined,
      source: report.source,
      ms: Math.round(milliseconds),
      id,
    });
  let kept = report.codes.length;
  while (kept > 0 && Buffer.byteLength(line(report.codes.slice(0, kept))) > MAX_LOG_BYTES) kept -= 1;
  return line(report.codes.slice(0, kept));
}
