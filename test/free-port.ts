import { createServer } from 'node:net';

/** A port of this machine that somebody listens on, until it is closed. */
export async function takenPort(): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const { port, close } = await takenPort();
  await close();
  return port;
}
