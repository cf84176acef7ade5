import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';

export interface LoopbackHttp {
  /** The route `*` of a worker's network. */
  readonly route: string;
  close(): Promise<void>;
}

/**
 * Answers every HTTP call of a worker with a handler of the test, over a socket of this machine.
 * @param handle Gets the request with the URL that the Action asked for. What it throws is a broken connection to the Action.
 */
export async function listenOnLoopback(
  handle: (request: Request) => Response | Promise<Response>,
): Promise<LoopbackHttp> {
  const server = createServer((incoming, outgoing) => {
    const listener = getRequestListener(async (request) => {
      try {
        return await handle(new Request(originalUrl(request.url), request));
      } catch {
        outgoing.destroy();
        return new Response(null);
      }
    });
    void listener(incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The loopback server has no port.');
  return {
    route: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** `http://127.0.0.1:1/https%3A%2F%2Fexample.com/path?query` → `https://example.com/path?query`. */
function originalUrl(routed: string): string {
  const { pathname, search } = new URL(routed);
  const [, origin = '', ...path] = pathname.split('/');
  return `${decodeURIComponent(origin)}/${path.join('/')}${search}`;
}
