import { once } from 'node:events';
import { createServer } from 'node:https';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { ServerCertificate } from './certificates.ts';
import { Problem } from '../../base/problem.ts';

export interface HttpsServer {
  readonly port: number;
  /** Resolves when open requests have ended. */
  close(): Promise<void>;
}

const KEEP_ALIVE_MILLISECONDS = 75_000;

/** The address of a port. The one that HTTPS has anyway is not named: clients would look for another issuer. */
export const originOf = (port: number): string => new URL(`https://localhost:${port}`).origin;

/**
 * Serves `handle` over HTTPS on the loopback interface only.
 *
 * @param port `0` for a free one.
 * @throws {Problem} `PORT_IN_USE`, `PORT_REFUSED` (a privileged port without the right to it).
 */
export async function serveHttps(
  handle: (request: Request) => Response | Promise<Response>,
  certificate: ServerCertificate,
  port: number,
): Promise<HttpsServer> {
  const server = createServer(
    { cert: certificate.certificate, key: certificate.privateKey },
    (request, response) => {
      void listener(request, response);
    },
  );
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  // Longer than a busy client pauses between two requests: one that it sends into a closing connection would fail.
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
  const listener = getRequestListener(handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(listenProblem(error, port));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      // Connections of clients that have all their answers, or have never said a word, must not hold the process.
      setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, 500).unref();
      await closed;
    },
  };
}

function listenProblem(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new Problem({
      code: 'PORT_IN_USE',
      message: `Port ${port} of 127.0.0.1 is in use by another program.`,
      place: { address: `127.0.0.1:${port}` },
      cause: error,
    });
  }
  if (error.code === 'EACCES') {
    return new Problem({
      code: 'PORT_REFUSED',
      message: `The system does not let this user listen on port ${port}.`,
      place: { address: `127.0.0.1:${port}` },
      cause: error,
    });
  }
  return error;
}
