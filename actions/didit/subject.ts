/** Didit's id of a person: visible ASCII characters, at most 128 of them. `undefined` for anything else. */
export const readSubject = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value) ? value : undefined;
