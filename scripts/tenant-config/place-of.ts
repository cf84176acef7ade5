import { isAlias, isCollection, isMap, isNode, isScalar } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';
import { aliasesIn } from './aliases.ts';
import type { TenantFile } from './read-tenant-file.ts';

/** File, line and key of a path into the data; the nearest existing ancestor's line when the path itself is not there. */
export function placeOf(
  tenantFile: TenantFile,
  path: readonly (string | number)[],
): { readonly file: string; readonly line: number; readonly key?: string } {
  let offset = 0;
  let node: unknown = tenantFile.document.contents;
  for (const segment of path) {
    if (!isCollection(node)) break;
    const pair = isMap(node) ? pairsIn(node).get(String(segment)) : undefined;
    node = isMap(node) ? pair?.value : node.items[Number(segment)];
    const at = pair?.key ?? node;
    if (isNode(at) && at.range != null) offset = at.range[0];
    if (isAlias(node)) node = aliasesIn(tenantFile.document).get(node);
  }
  return {
    file: tenantFile.file,
    line: tenantFile.lineAt(offset),
    // The whole file has no key.
    ...(path.length === 0 ? {} : { key: path.join('.') }),
  };
}

type Pairs = ReadonlyMap<string, Pair>;

/** A thousand findings in an object of as many keys ask for each of them. */
const known = new WeakMap<YAMLMap, Pairs>();

function pairsIn(map: YAMLMap): Pairs {
  const before = known.get(map);
  if (before !== undefined) return before;
  const pairs = new Map<string, Pair>();
  for (const pair of map.items) {
    const name = isScalar(pair.key) ? String(pair.key.value) : undefined;
    if (name !== undefined && !pairs.has(name)) pairs.set(name, pair);
  }
  known.set(map, pairs);
  return pairs;
}
