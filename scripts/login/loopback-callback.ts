import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { Problem } from '../base/problem.ts';

/** The browser's way back, which waits for an answer. */
export interface CallbackVisit {
  readonly url: URL;
  /** What the person reads in the browser. Resolves when it is on its way. */
  answer(text: string): Promise<void>;
}

export interface LoopbackCallback {
  /** The first request that answers our own: it has our state, and a code or an error. */
  readonly arrival: Promise<CallbackVisit>;
  close(): void;
}

/**
 * Listens at an application's callback on this machine, for one login. Everything but the answer to it is turned away, and
 * waiting goes on: any page that is open in the browser can send requests here.
 *
 * @param callback Such as `http://localhost:8400/callback`.
 * @param state As the authorization request has it.
 * @throws {Problem} `PORT_IN_USE`.
 * @see https://www.rfc-editor.org/rfc/rfc8252#section-7.3
 */
export async function openLoopbackCallback(callback: URL, state: string): Promise<LoopbackCallback> {
  const { promise: arrival, resolve: arrived } = Promise.withResolvers<CallbackVisit>();
  let isAnswered = false;
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '/', callback.href);
    if (url?.pathname !== callback.pathname) {
      response.writeHead(404).end();
      return;
    }
    if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end();
      return;
    }
    if (isAnswered || !answersOur(url, state)) {
      response.writeHead(400, PAGE).end('This is not an answer to the login that the command waits for.\n');
      return;
    }
    isAnswered = true;
    arrived({ url, answer: (text) => answerWith(response, text) });
  });
  const port = Number(callback.port);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new Problem({
          code: 'PORT_IN_USE',
          message: `Port ${port}, where the callback ${callback.href} is expected, is in use by another program.`,
          place: { address: `127.0.0.1:${port}` },
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

const PAGE = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };

function answersOur({ searchParams }: URL, state: string): boolean {
  const [given, ...more] = searchParams.getAll('state');
  return given === state && more.length === 0 && (searchParams.has('code') || searchParams.has('error'));
}

async function answerWith(response: ServerResponse, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    // Whoever has closed the window meanwhile reads nothing.
    response.once('close', resolve);
    if (response.destroyed) resolve();
    else response.writeHead(200, PAGE).end(`${text}\n`, resolve);
  });
}
