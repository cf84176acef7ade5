import { Lexer } from 'yaml';

/**
 * `##NAME##` stands for a text. `@@NAME@@`, as a whole value, stands for a text, a list or an object: the two forms of
 * auth0-deploy-cli.
 */
const MARKER = /##(\w+)##|@@(\w+)@@/g;

/** What somebody meant as one: anything on one line between the marks. */
const LIKE_A_MARKER = /##[^#\n]{1,100}##|@@[^@\n]{1,100}@@/;

export interface Marker {
  /** Without its marks. */
  readonly name: string;
  /** As written. */
  readonly written: string;
}

export const markersIn = (text: string): readonly Marker[] =>
  [...text.matchAll(MARKER)].map(([written, name, json]) => ({ written, name: name ?? json ?? '' }));

/** The marker that a text is as a whole. */
export function wholeMarker(text: string): (Marker & { readonly form: '##' | '@@' }) | undefined {
  const [marker] = markersIn(text);
  return marker?.written === text ? { ...marker, form: text.startsWith('#') ? '##' : '@@' } : undefined;
}

/** Whether a text, or a part of it, is filled in later. */
export const holdsMarker = (text: string): boolean => text.search(MARKER) !== -1;

/** The text with a value for each marker, which is not looked at again: what a value says is never filled in. */
export const replaceMarkers = (text: string, valueOf: (marker: Marker) => string): string =>
  text.replaceAll(MARKER, (written: string, name?: string, json?: string) =>
    valueOf({ written, name: name ?? json ?? '' }),
  );

/** The first piece of a text that looks like a marker, whether it is one or not. */
export const likeAMarker = (text: string): string | undefined => LIKE_A_MARKER.exec(text)?.[0];

/** The first piece of a text that somebody meant as a marker, and that is none: `##MY-API##`. */
export function malformedMarker(text: string): string | undefined {
  // A marker inside of other marks is still something between marks.
  const found = likeAMarker(
    replaceMarkers(text, ({ written }) => written.replaceAll('#', '\uE000').replaceAll('@', '\uE001')),
  );
  return found?.replaceAll('\uE000', '#').replaceAll('\uE001', '@');
}

/** Something at a place in the text of a file. */
export interface InText {
  readonly text: string;
  readonly offset: number;
}

/**
 * Markers without quotes that YAML takes for a comment, and what is behind them on the line with it. A comment that has a line
 * for itself is one.
 */
export function markersInComments(text: string): readonly InText[] {
  const found: InText[] = [];
  let offset = 0;
  let hasLineForItself = true;
  for (const token of new Lexer().lex(text)) {
    // The lexer's own marks for a document, a scalar and the end of a flow are not in the text.
    if (!['\u0002', '\u001F', '\u0018'].includes(token)) {
      const [marker] = /^##[^#\n]{1,100}##/.exec(token) ?? [];
      if (marker !== undefined && !hasLineForItself) found.push({ text: marker, offset });
      offset += token.length;
      if (/[\r\n]$/.test(token)) hasLineForItself = true;
      else if (/\S/.test(token) && token !== '\uFEFF') hasLineForItself = false;
    }
  }
  return found;
}
