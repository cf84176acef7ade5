import { isScalar, Scalar, visit } from 'yaml';
import type { Document, ParsedNode } from 'yaml';

/**
 * A document as the text of a file: each line as long as it is. All files are written by this.
 *
 * A tenant may call something `<<`, which YAML takes for an order to merge. As `!!str "<<"`, it is a key like any other.
 */
export function textOfDocument(document: Document<ParsedNode>): string {
  visit(document, {
    Pair: (_, pair) => {
      // What a file itself merges is not a text here.
      if ((isScalar(pair.key) ? pair.key.value : pair.key) !== '<<') return;
      const key = new Scalar('<<');
      key.type = 'QUOTE_DOUBLE';
      // Without it, the library writes all of them without quotes.
      key.tag = 'tag:yaml.org,2002:str';
      pair.key = key;
    },
  });
  return document.toString({ lineWidth: 0 });
}
