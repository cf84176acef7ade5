import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import type { Document, ErrorCode } from 'yaml';
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

/** What to look at, by the parser's own code: its messages are in the words of YAML's specification. */
const SYNTAX: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_COLLECTION_TYPE: 'check the indentation',
  BAD_INDENT: 'check the indentation, and whether a bracket is closed',
  BAD_SCALAR_START: 'a value that starts with this character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'check the indentation',
  MISSING_CHAR: 'check the indentation, and whether a dash, a colon or a quote is missing',
  MULTILINE_IMPLICIT_KEY: 'check the indentation',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
};

/** The same for text that is already at hand. */
export function parseTenantFile(text: string, file: string): TenantFile {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  const lineAt = (offset: number): number => counter.linePos(offset).line;
  if (document.errors.length > 0) {
    const errors = document.errors.map(({ code, message, pos: [offset] }) => ({
      code,
      message,
      line: lineAt(offset),
    }));
    // One mistake often leads to several errors in the same line.
    const firstOfEachLine = errors.filter(({ line }, index) => errors[index - 1]?.line !== line);
    throw new Problems(
      firstOfEachLine.map(({ code, message, line }) => {
        const place = { file, line };
        return code === 'DUPLICATE_KEY'
          ? new Problem({
              code: 'TENANT_FILE_SYNTAX',
              message: 'This key is here for the second time.',
              place,
              remedy: 'Keep one of the two, or put what is below both under one.',
            })
          : new Problem({
              code: 'TENANT_FILE_SYNTAX',
              message: `YAML error, line ${line}: ${SYNTAX[code] ?? message}.`,
              place,
            });
      }),
    );
  }
  return { file, text, document, lineAt };
}
