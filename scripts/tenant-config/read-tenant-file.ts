import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { Problem, Problems } from '../base/problem.ts';

/** A YAML file with its syntax tree, so that every finding can name a line. */
export interface TenantFile {
  /** As errors show it. */
  readonly file: string;
  readonly text: string;
  readonly document: Document.Parsed;
  /** 1-based. */
  readonly lineAt: (offset: number) => number;
}

/**
 * Reads the file that people review.
 *
 * @param path Where it is.
 * @param file How errors name it; default: `path`.
 * @throws {Problem} `TENANT_FILE_MISSING`.
 * @throws {Problems} `TENANT_FILE_SYNTAX`, one for each place where it is no YAML (a duplicate key included).
 */
export function readTenantFile(path: string, file: string = path): TenantFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Problem({
      code: 'TENANT_FILE_MISSING',
      message: 'The tenant file cannot be read.',
      place: { file },
      cause,
    });
  }
  return parseTenantFile(text, file);
}

/** The same for text that is already at hand. */
export function parseTenantFile(text: string, file: string): TenantFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const lineAt = (offset: number): number => counter.linePos(offset).line;
  if (document.errors.length > 0) {
    throw new Problems(
      document.errors.map(
        (error) =>
          new Problem({
            code: 'TENANT_FILE_SYNTAX',
            message:
              error.code === 'DUPLICATE_KEY'
                ? 'This key stands here for the second time.'
                : `This is no YAML: ${error.message}`,
            place: { file, line: lineAt(error.pos[0]) },
            remedy:
              error.code === 'DUPLICATE_KEY'
                ? 'Keep one of the two, or put what is below both under one.'
                : 'Mend the line; indentation is by spaces, and a value that starts with # @ or * needs quotes.',
          }),
      ),
    );
  }
  return { file, text, document, lineAt };
}
