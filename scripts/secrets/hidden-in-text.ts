/** Shorter values are found inside words and numbers that have nothing to do with them, and no service hands out such secrets. */
export const MIN_SECRET_CHARACTERS = 8;

/** The ways in which a value can stand in a text and still be read from it: as it is, in an address, in base64, in hexadecimal digits. */
export function writingsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // In a longer text that is encoded as a whole, the first and the last bytes are mixed with those around them.
  const inBase64 = [0, 1, 2]
    .map((skipped) => bytes.subarray(skipped))
    .filter(({ length }) => length >= MIN_SECRET_CHARACTERS)
    .map((rest) => rest.subarray(0, rest.length - (rest.length % 3)).toString('base64'));
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      ...inBase64,
      ...inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
      bytes.toString('hex'),
    ]),
  ];
}

/** Whether one of these secrets can be read from a text. */
export function secretSearch(secrets: readonly string[]): (text: string) => boolean {
  const writings = secrets.filter(({ length }) => length >= MIN_SECRET_CHARACTERS).flatMap(writingsOf);
  return (text) => writings.some((writing) => text.includes(writing));
}
