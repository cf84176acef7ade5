import type { ChildProcess } from 'node:child_process';

/** The first line that a command prints. */
export async function firstLine(child: ChildProcess): Promise<string> {
  return await new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const end = printed.indexOf('\n');
      if (end !== -1) resolve(printed.slice(0, end));
    });
    child.once('close', (code) => {
      reject(new Error(`ended with ${String(code)} before it printed a line`));
    });
  });
}
