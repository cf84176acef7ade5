/**
 * Whether a text is an absolute URL. `URL.canParse` is not asked: once it has been called often enough, Node (20 and 22) says no
 * to texts with characters like `ä` or a soft hyphen, and decisions of who gets what would depend on how long a process has been
 * running.
 */
export function isUrl(text: string): boolean {
  try {
    new URL(text);
    return true;
  } catch {
    return false;
  }
}
