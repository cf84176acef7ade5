import { MIN_SECRET_CHARACTERS, writingsOf } from './hidden-in-text.ts';

/**
 * Takes known secrets out of texts that somebody else wrote, also where they stand in a URL, in base64, in JSON, or in JSON inside JSON:
 * an error of auth0-deploy-cli repeats what was sent.
 */
export function redactorOf(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.filter((secret) => secret.length >= MIN_SECRET_CHARACTERS).flatMap(writingsOf);
  // One that holds another goes whole: otherwise its rest would stay.
  const longestFirst = [...new Set(forms)].sort((one, other) => other.length - one.length);
  const patterns = longestFirst.map(
    (secret) => new RegExp(Array.from(secret, characterInJson).join(''), 'gu'),
  );
  return (text) => patterns.reduce((redacted, pattern) => redacted.replace(pattern, '[redacted]'), text);
}

/** A character as it is, or with the backslashes that each level of JSON around it adds. */
function characterInJson(character: string): string {
  const inJson = JSON.stringify(character).slice(1, -1);
  if (character === '\\') return '\\\\+';
  return inJson === character
    ? literal(character)
    : `(?:${literal(character)}|\\\\+${literal(inJson.slice(1))})`;
}

const literal = (text: string): string => text.replaceAll(/[$()*+./?[\\\]^{|}]/g, '\\$&');
