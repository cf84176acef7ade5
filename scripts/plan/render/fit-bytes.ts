/** Bytes of a text in UTF-8. */
export const bytesOf = (text: string): number => Buffer.byteLength(text);

/** As much of the start of a text as fits into so many bytes, no character cut in two, and how many characters are left out. */
export function cutText(text: string, maxBytes: number): { readonly start: string; readonly left: number } {
  if (bytesOf(text) <= maxBytes) return { start: text, left: 0 };
  const characters = Array.from(text);
  let bytes = 0;
  let end = 0;
  for (const character of characters) {
    bytes += bytesOf(character);
    if (bytes > maxBytes) break;
    end += 1;
  }
  return { start: characters.slice(0, end).join(''), left: characters.length - end };
}

/**
 * How many bytes each of several sections gets where all together have `room` bytes: an equal share is safe for each, and what
 * some leave of theirs goes to the others, the first ones first.
 */
export function shareRoom(sizes: readonly number[], room: number): readonly number[] {
  const share = Math.floor(room / Math.max(1, sizes.length));
  const safe = sizes.map((size) => Math.min(size, share));
  let spare = room - safe.reduce((sum, size) => sum + size, 0);
  return sizes.map((size, index) => {
    const own = safe[index] ?? 0;
    const more = Math.min(size - own, spare);
    spare -= more;
    return own + more;
  });
}

/** The first lines that fit, each with its line end, and how many are left out. */
export function cutLines<Line extends { readonly text: string }>(
  lines: readonly Line[],
  maxBytes: number,
): { readonly fitting: readonly Line[]; readonly left: number } {
  let bytes = 0;
  const end = lines.findIndex(({ text }) => {
    bytes += bytesOf(text) + 1;
    return bytes > maxBytes;
  });
  return end === -1
    ? { fitting: lines, left: 0 }
    : { fitting: lines.slice(0, end), left: lines.length - end };
}
