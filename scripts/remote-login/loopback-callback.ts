import { createServer } from 'node:http';
import { Problem } from '../problem.ts';

export interface LoopbackCallback {
  /** The first request to the callback, whatever it brings. */
  readonly arrival: Promise<URL>;
  close(): void;
}

/**
 * Listens at an application's callback on this machine, for one login.
 *
 * @param callback Such as `http://localhost:8400/callback`.
 * @throws {Problem} `PORT_IN_USE`.
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export async function openLoopbackCallback(callback: URL): Promise<LoopbackCallback> {
  const { promise: arrival, resolve: arrived } = Promise.withResolvers<URL>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', callback);
    if (url.pathname !== callback.pathname) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
      .end('Done. You can close this window; the result is in the terminal.\n', () => {
        arrived(url);
      });
  });
  const port = Number(callback.port);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new Problem({
          code: 'PORT_IN_USE',
          message: `Port ${port}, where the callback ${callback.href} is expected, is in use by another program.`,
          place: { file: `127.0.0.1:${port}` },
          remedy:
            'Stop that program, or give the application another callback on localhost in tenant.yaml and deploy.',
          cause,
        }),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    arrival,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
