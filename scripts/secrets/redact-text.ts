import { cutSecretSearch, linesOf, patternsOf } from './hidden-in-text.ts';

/**
 * Takes known secrets out of texts that somebody else wrote, however they are written there: an error of auth0-deploy-cli repeats
 * what was sent. Of a text that was cut before, the beginning of one at its end goes, too.
 */
export function redactorOf(secrets: readonly string[]): (text: string) => string {
  const patterns = [...patternsOf(secrets), ...patternsOf(linesOf(secrets))];
  const cutAt = cutSecretSearch([...secrets, ...linesOf(secrets)]);
  return (text) => {
    const redacted = patterns.reduce((rest, pattern) => rest.replace(pattern, REDACTED), text);
    const cut = cutAt(redacted);
    return cut === undefined ? redacted : `${redacted.slice(0, cut)}${REDACTED}…`;
  };
}

const REDACTED = '[redacted]';
