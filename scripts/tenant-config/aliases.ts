import { isAlias, isCollection, isPair, visit } from 'yaml';
import type { Alias, Document, Node } from 'yaml';

/** Every alias of a document with what it stands for: what its name was last given to above it. */
type Aliases = ReadonlyMap<Alias, Node | undefined>;

const known = new WeakMap<Document, Aliases>();

/** The library goes through the whole document for each of them; this goes through it once. */
export function aliasesIn(document: Document): Aliases {
  const before = known.get(document);
  if (before !== undefined) return before;
  const named = new Map<string, Node>();
  const found = new Map<Alias, Node | undefined>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) found.set(node, named.get(node.source));
      else if (node.anchor !== undefined) named.set(node.anchor, node);
    },
  });
  known.set(document, found);
  return found;
}

/** As many as each application of a large tenant has, a few times over. For each, the library looks at all that are above it. */
const MAX_ALIASES = 10_000;

/** Values that aliases bring, with what these bring in turn: more than any tenant has. */
const MAX_VALUES = 500_000;

/**
 * Whether there are more aliases in a document, or more values behind them, than could be walked through.
 *
 * @param document Of which no alias stands in what it stands for.
 */
export function aliasesAreTooMany(document: Document): boolean {
  const aliases = aliasesIn(document);
  if (aliases.size > MAX_ALIASES) return true;
  if (aliases.size === 0) return false;
  const sizes = new Map<unknown, number>();
  let brought = 0;
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) {
      const size = sizes.get(aliases.get(node)) ?? 1;
      brought += size;
      return size;
    }
    const parts: readonly unknown[] = isCollection(node)
      ? node.items
      : isPair(node)
        ? [node.key, node.value]
        : [];
    const size = parts.reduce((sum: number, part) => sum + sizeOf(part), 1);
    sizes.set(node, size);
    return size;
  };
  sizeOf(document.contents);
  return brought > MAX_VALUES;
}
