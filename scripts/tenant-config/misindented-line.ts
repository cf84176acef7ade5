/** A line that does not begin where the lines above it do. */
export interface MisindentedLine {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/**
 * The first line with an indent that fits none of those above it, or with a tab in it: for a text that is no YAML. A parser stops
 * before it, or behind it, and then at most of what follows.
 */
export function misindentedLine(text: string): MisindentedLine | undefined {
  const open: number[] = [0];
  let [opens, literal] = [true, Infinity];
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const content = written.trimStart();
    const indent = written.length - content.length;
    if (content === '' || (content.startsWith('#') && !written.slice(0, indent).includes('\t'))) continue;
    // The lines of a text that stands below its key.
    if (indent > literal) continue;
    literal = Infinity;
    if (written.slice(0, indent).includes('\t'))
      return { line, message: 'indent with spaces, not with tabs' };
    let deeper: number | undefined;
    while ((open.at(-1) ?? 0) > indent) deeper = open.pop();
    const above = open.at(-1) ?? 0;
    if (indent > above && !opens)
      return {
        line,
        message: `it is indented by ${indent}, and the lines above it by ${deeper === undefined ? above : `${deeper} or ${above}`}`,
      };
    if (indent > above) open.push(indent);
    // What stands behind a dash is a level of its own.
    for (let behind = indent, rest = content; ;) {
      const [dash] = /^- +/.exec(rest) ?? [];
      if (dash === undefined) break;
      behind += dash.length;
      rest = rest.slice(dash.length);
      open.push(behind);
    }
    opens = /(?:^|\s)-\s*$|:\s*(?:#.*)?$|:\s+[&!]\S+\s*$/.test(content);
    if (/[|>][+-]?\d?\s*(?:#.*)?$/.test(content)) literal = indent;
  }
  return undefined;
}
