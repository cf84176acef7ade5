import { linesOf, patternsOf } from './hidden-in-text.ts';

/**
 * Takes known secrets out of texts that somebody else wrote, however they are written there: an error of auth0-deploy-cli repeats what
 * was sent.
 */
export function redactorOf(secrets: readonly string[]): (text: string) => string {
  const patterns = [...patternsOf(secrets), ...patternsOf(linesOf(secrets))];
  return (text) => patterns.reduce((redacted, pattern) => redacted.replace(pattern, '[redacted]'), text);
}
