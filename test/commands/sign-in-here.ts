import type { ChildProcess } from 'node:child_process';
import { createBrowser } from '../../scripts/login/local/browser.ts';
import { ended } from '../temporary-project.ts';

/**
 * Does in a browser what `npm run login -- --no-browser` asks for.
 *
 * @param callback Where the tenant sends the browser back to: the command listens there.
 * @returns How the command ended, and what it printed.
 */
export async function signInHere(
  command: ChildProcess,
  persona: string,
  callback: string,
): Promise<{ readonly exitCode: number | null; readonly stdout: string }> {
  const exit = ended(command);
  let stdout = '';
  command.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    command.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /https:\/\/\S+\/authorize\S+\n/.exec(said)?.[0];
      if (found !== undefined) resolve(found.trim());
    });
    void exit.then((code) => {
      reject(new Error(`ended with ${String(code)} before it showed an address`));
    });
  });
  const browser = createBrowser();
  const isCallback = (url: URL): boolean => url.href.startsWith(callback);
  const arrival = await browser.open(new URL(address), isCallback);
  if (arrival.kind !== 'page') throw new Error('the tenant did not lead to Didit');
  const back = await browser.submit(arrival.page, { persona }, isCallback);
  if (back.kind !== 'stopped') throw new Error('Didit did not lead back to the command');
  await fetch(back.url);
  return { exitCode: await exit, stdout };
}
