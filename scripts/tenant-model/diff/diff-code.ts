import { createHash } from 'node:crypto';
import { structuredPatch } from 'diff';

/** One side of a change of code. */
export interface CodeState {
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** A change of code as people read it. */
export interface CodeChange {
  readonly before: CodeState | null;
  readonly after: CodeState | null;
  /** Lines that come and go. */
  readonly added: number;
  readonly removed: number;
  /** A unified diff without a header. Of code that is new, or that goes, all lines. */
  readonly diff: string;
}

/** Unchanged lines around each change. */
const CONTEXT_LINES = 3;

/** Milliseconds after which a diff is given up: two bundles with nothing in common. */
const DIFF_TIMEOUT_MILLISECONDS = 2_000;

/**
 * Compares bundles one after the other. The Actions share sources, so the same piece of code changes in several bundles: it is
 * shown once, and named where it comes again.
 */
export function codeComparer(): (
  name: string,
  before: string | undefined,
  after: string | undefined,
) => CodeChange {
  const shown = new Map<string, string>();
  return (name, before, after) => {
    const states = { before: stateOf(before), after: stateOf(after) };
    const [old, now] = [before ?? '', after ?? ''];
    const patch = structuredPatch(name, name, old, now, '', '', {
      context: CONTEXT_LINES,
      timeout: DIFF_TIMEOUT_MILLISECONDS,
    });
    if (patch === undefined) {
      return {
        ...states,
        added: lineCount(now),
        removed: lineCount(old),
        diff: 'Too much has changed to show.',
      };
    }
    const lines = patch.hunks.flatMap((hunk) => hunk.lines);
    const diff = patch.hunks.flatMap((hunk) => {
      const text = hunk.lines.join('\n');
      const head = `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`;
      const earlier = shown.get(text);
      if (earlier !== undefined) return [`${head} as in ${earlier}`];
      shown.set(text, name);
      return [head, text];
    });
    return {
      ...states,
      added: lines.filter((line) => line.startsWith('+')).length,
      removed: lines.filter((line) => line.startsWith('-')).length,
      diff: diff.join('\n'),
    };
  };
}

/** A side without lines is counted from the line before. */
const range = (start: number, lines: number): string => `${lines === 0 ? start - 1 : start},${lines}`;

const lineCount = (text: string): number => text.match(/[^\n]*\n|[^\n]+/g)?.length ?? 0;

const stateOf = (text: string | undefined): CodeState | null =>
  text === undefined
    ? null
    : { bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') };
