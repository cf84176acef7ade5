import { spawn } from 'node:child_process';

const OPENERS: ReadonlyMap<string, readonly [string, ...string[]]> = new Map([
  ['darwin', ['open']],
  ['win32', ['rundll32', 'url.dll,FileProtocolHandler']],
]);

/** Opens an address in the person's browser. Where that cannot be done nothing happens: the address is printed too. */
export function openInBrowser(url: string): void {
  const [program, ...parameters] = OPENERS.get(process.platform) ?? ['xdg-open'];
  const child = spawn(program, [...parameters, url], { stdio: 'ignore', detached: true });
  child.once('error', () => {
    // No such program on this machine.
  });
  child.unref();
}
