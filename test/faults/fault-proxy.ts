import { createServer, request as httpsRequest } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ServerCertificate } from '../../scripts/local-tenant/index.ts';

/** What happens to a request: to any, and to one that writes. */
export const FAULTS = ['500', '429', 'dropped', 'answer lost', 'silence', 'kill'] as const;
export const FAULTS_OF_WRITES = [
  '400',
  'error after the write',
  'silence after the write',
  'kill after the write',
  'outage',
] as const;

export type Fault = (typeof FAULTS)[number] | (typeof FAULTS_OF_WRITES)[number];

export interface FaultProxy {
  /** `localhost:PORT`, in the place of the tenant's. */
  readonly domain: string;
  /** Starts counting anew; the `at`-th request (from 1) gets the fault. */
  arm(fault: ArmedFault | undefined): void;
  /** Requests since the last `arm`, as `METHOD /path`. */
  readonly requests: () => readonly string[];
  /** The request that got the fault since the last `arm`; `undefined` when none did. */
  readonly disturbed: () => string | undefined;
  close(): Promise<void>;
}

export interface ArmedFault {
  readonly kind: Fault;
  readonly at: number;
  /** Counts only requests like this, written as `METHOD /path`. Default: all. */
  readonly matching?: RegExp;
  readonly onKill?: () => void;
}

interface Tenant {
  readonly domain: string;
  readonly authority: string;
}

/**
 * Stands between whoever deploys and the tenant.
 *
 * @param certificate From the tenant's own authority: two of the same name are one too many.
 */
export async function startFaultProxy(
  certificate: ServerCertificate,
  tenant: () => Tenant,
): Promise<FaultProxy> {
  let armed: ArmedFault | undefined;
  let requests: string[] = [];
  let counted = 0;
  let disturbed: string | undefined;
  const sockets = new Set<Socket>();

  const server = createServer(
    // A connection that is closed for being idle breaks a call that is just being made: on a busy machine, that is a fault too.
    { cert: certificate.certificate, key: certificate.privateKey, keepAliveTimeout: 0 },
    (request, response) => {
      const called = `${request.method ?? ''} ${(request.url ?? '').replace(/\?.*/, '')}`;
      requests.push(called);
      const counts = armed?.matching?.test(called) ?? true;
      if (counts) counted += 1;
      const over = armed?.kind === 'outage' && counted > armed.at;
      const fault = (counts && counted === armed?.at) || over ? armed : undefined;
      if (fault !== undefined) disturbed ??= called;
      void readBody(request).then(async (body) => {
        const written = fault === undefined || DISTURBANCES[fault.kind].written;
        const answer = written ? await forward(tenant(), request, body).catch(() => undefined) : undefined;
        if (fault !== undefined) disturb(fault, request, response);
        else if (answer === undefined) request.socket.destroy();
        else response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    },
  );
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    domain: `localhost:${port}`,
    arm: (fault) => {
      armed = fault;
      requests = [];
      counted = 0;
      disturbed = undefined;
    },
    requests: () => requests,
    disturbed: () => disturbed,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}

/** What a fault does to the request: answers with a status, breaks the connection, says nothing, or kills who asked. */
interface Disturbance {
  /** Whether the tenant has done what was asked before. */
  readonly written: boolean;
  readonly does: 400 | 429 | 500 | 'break' | 'hold' | 'kill';
}

const DISTURBANCES: Readonly<Record<Fault, Disturbance>> = {
  '500': { written: false, does: 500 },
  '429': { written: false, does: 429 },
  '400': { written: false, does: 400 },
  dropped: { written: false, does: 'break' },
  outage: { written: false, does: 'break' },
  silence: { written: false, does: 'hold' },
  kill: { written: false, does: 'kill' },
  'answer lost': { written: true, does: 'break' },
  'error after the write': { written: true, does: 500 },
  'silence after the write': { written: true, does: 'hold' },
  'kill after the write': { written: true, does: 'kill' },
};

function disturb(fault: ArmedFault, request: IncomingMessage, response: ServerResponse): void {
  const { does } = DISTURBANCES[fault.kind];
  if (does === 'hold') return;
  if (typeof does === 'number') {
    refuse(response, does);
    return;
  }
  if (does === 'kill') fault.onKill?.();
  request.socket.destroy();
}

function refuse(response: ServerResponse, statusCode: number): void {
  const headers = {
    'content-type': 'application/json',
    ...(statusCode === 429 ? { 'retry-after': '1' } : {}),
  };
  response
    .writeHead(statusCode, headers)
    .end(JSON.stringify({ statusCode, error: 'Fault', message: `made by the fault matrix: ${statusCode}` }));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => request.once('close', resolve).once('end', resolve));
  return Buffer.concat(chunks);
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

/** Headers that speak of the connection to the tenant, not of the answer. */
const OF_THE_CONNECTION: readonly string[] = ['transfer-encoding', 'connection', 'keep-alive'];

async function forward(tenant: Tenant, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const url = new URL(request.url ?? '/', `https://${tenant.domain}`);
  return await new Promise((resolve, reject) => {
    const upstream = httpsRequest(
      url,
      {
        method: request.method,
        headers: { ...request.headers, host: tenant.domain },
        ca: tenant.authority,
        agent: false,
      },
      (answer) => {
        void readBody(answer).then((content) => {
          const present = Object.entries(answer.headers).flatMap(
            ([name, value]): [string, string | string[]][] =>
              value === undefined || OF_THE_CONNECTION.includes(name) ? [] : [[name, value]],
          );
          resolve({ status: answer.statusCode ?? 502, headers: Object.fromEntries(present), body: content });
        });
      },
    );
    upstream.once('error', reject);
    upstream.end(body);
  });
}
