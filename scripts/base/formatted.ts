import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

/**
 * A text as `npm run check` wants it, however long a name makes a line.
 *
 * @param file Relative to the root: its name says what is in it.
 * @param root Absolute path of the project's root.
 */
export async function formatted(file: string, text: string, root: string): Promise<string> {
  const filepath = join(root, file);
  return await format(text, { ...(await resolveConfig(filepath)), filepath });
}
