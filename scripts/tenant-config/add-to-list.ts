import { isDeepStrictEqual } from 'node:util';
import { isCollection, isSeq, stringify } from 'yaml';
import type { YAMLSeq } from 'yaml';
import type { JsonObject } from '../base/json-values.ts';
import { textOfDocument } from './document-text.ts';
import { parseTenantFile } from './read-tenant-file.ts';
import type { TenantFile } from './read-tenant-file.ts';

/**
 * The text of a file with one more item at the end of a list. Everything else stays as somebody wrote it, to the last comment and
 * blank; only a list in brackets, or one that is not there yet, is written anew, and the file with it.
 *
 * @param path Of the list.
 */
export function addToList(tenantFile: TenantFile, path: readonly string[], item: JsonObject): string {
  const list = tenantFile.document.getIn(path, true);
  const written = isSeq(list) ? insertedAfter(tenantFile.text, list, item) : undefined;
  return written !== undefined && says(written, tenantFile, path, item)
    ? written
    : rewritten(tenantFile, path, item);
}

/** `undefined` where the list has no line of its own to come after. */
function insertedAfter(text: string, list: YAMLSeq, item: JsonObject): string | undefined {
  const items: readonly unknown[] = list.items;
  const last = items.at(-1);
  if (list.flow === true || !isCollection(last) || last.range == null) return undefined;
  const before = text.slice(0, last.range[0]);
  const [, indent] = /(?:^|\n)([ ]*)-[^\n]*$/.exec(before) ?? [];
  const end = endOf(last);
  if (indent === undefined || end === undefined) return undefined;
  const lineEnd = text.indexOf('\n', Math.max(0, end - 1));
  const [above, below] =
    lineEnd === -1 ? [`${text}\n`, ''] : [text.slice(0, lineEnd + 1), text.slice(lineEnd + 1)];
  const block = stringify([item], { lineWidth: 0, singleQuote: true }).replaceAll(/^(?=.)/gm, indent);
  const isApart = items.length > 1 ? /\n[ \t\r]*\n[^\n]*$/.test(before) : block.split('\n').length > 3;
  const added = `${isApart ? '\n' : ''}${block}`;
  return above + (text.includes('\r\n') ? added.replaceAll('\n', '\r\n') : added) + below;
}

/** Where the last value of a node ends: a collection's own end may lie behind the comments that follow it. */
function endOf(node: unknown): number | undefined {
  if (isCollection(node)) {
    const last: unknown = node.items.at(-1);
    if (node.flow === true || last === undefined) return node.range?.[1];
    return endOf(
      typeof last === 'object' && last !== null && 'value' in last && 'key' in last ? last.value : last,
    );
  }
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? (node.range[1] as number)
    : undefined;
}

function rewritten({ document }: TenantFile, path: readonly string[], item: JsonObject): string {
  const changed = document.clone();
  const list = changed.getIn(path, true);
  if (isSeq(list)) {
    list.flow = false;
    list.add(changed.createNode(item));
  } else changed.setIn(path, changed.createNode([item]));
  return textOfDocument(changed);
}

/** Whether a text is the file with the item, and nothing else. */
function says(
  text: string,
  { document, file }: TenantFile,
  path: readonly string[],
  item: JsonObject,
): boolean {
  const wanted = document.clone();
  wanted.addIn(path, wanted.createNode(item));
  try {
    return isDeepStrictEqual(parseTenantFile(text, file).data, wanted.toJS({ maxAliasCount: -1 }));
  } catch {
    return false;
  }
}
