import type { ChildProcess } from 'node:child_process';
import { createBrowser } from '../../scripts/login/local/browser.ts';
import { ended } from '../temporary-project.ts';

/**
 * Does in a browser what `npm run login -- --no-browser` asks for.
 *
 * @param callback Where the tenant sends the browser back to: the command listens there.
 * @returns The command's exit code.
 */
export async function signInHere(
  command: ChildProcess,
  persona: string,
  callback: string,
): Promise<number | null> {
  const exit = ended(command);
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
  return await exit;
}
