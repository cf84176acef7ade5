import { isAlias, isCollection, isMap, isNode, isScalar } from 'yaml';
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
    const key: unknown = isMap(node)
      ? node.items
          .map((pair) => pair.key)
          .find((candidate) => isScalar(candidate) && String(candidate.value) === String(segment))
      : undefined;
    node = node.get(isMap(node) ? segment : Number(segment), true);
    const at = key ?? node;
    if (isNode(at) && at.range != null) offset = at.range[0];
    if (isAlias(node)) node = node.resolve(tenantFile.document);
  }
  return {
    file: tenantFile.file,
    line: tenantFile.lineAt(offset),
    // The whole file has no key.
    ...(path.length === 0 ? {} : { key: path.join('.') }),
  };
}
