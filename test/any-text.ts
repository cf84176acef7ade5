import fc from 'fast-check';

// Where fast-check's own `binary`, `webPath` and `webUrl` begin with a list of all 1.1 million characters, which costs each
// process two seconds and 100 MB.

/** Any code point, halves of pairs included: a `unit` for `fc.string`. */
export const anyCharacter = fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code));

/** Path of a URL: empty, or with any characters in it, percent-encoded where they have to be. */
export const anyPath = fc
  .array(fc.string({ unit: fc.oneof(fc.constantFrom('a', 'Q', 'z', '0', '-', '.', '_', '~'), anyCharacter) }))
  .map((segments) => segments.map((segment) => `/${encodeURIComponent(segment.toWellFormed())}`).join(''));

export const anyWebUrl = fc
  .tuple(fc.constantFrom('http', 'https'), fc.domain(), anyPath)
  .map(([scheme, domain, path]) => `${scheme}://${domain}${path}`);
