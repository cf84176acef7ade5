/** Auth0 keeps 256 characters of an Action's log; bytes, so that any encoding fits. */
const MAX_LOG_BYTES = 256;

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
  { outcome, codes, source }: Report,
  milliseconds: number,
  transactionId: unknown,
): string {
  const id =
    typeof transactionId === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(transactionId)
      ? transactionId
      : undefined;
  const ms = Math.round(milliseconds);
  const line = (kept: number): string => {
    const more = codes.length - kept || undefined;
    return JSON.stringify({ action, outcome, codes: codes.slice(0, kept), more, source, ms, id });
  };
  let kept = codes.length;
  while (kept > 0 && Buffer.byteLength(line(kept)) > MAX_LOG_BYTES) kept -= 1;
  return line(kept);
}
