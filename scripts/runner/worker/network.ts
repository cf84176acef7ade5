import type { WorkerNetwork } from '../contract.ts';
import type { FetchAnswer, FetchMessage, WireResponse, WorkerSetup } from '../messages.ts';
import { currentTrace } from './trace-writer.ts';

/** How requests leave this worker; set again for each request that the worker gets. */
export interface Network {
  use(network: WorkerNetwork): void;
  /** Trusts the extra certificate authority, beside Node's own, from now on. */
  trust(): void;
  /** An answer has come, to a request that was sent to whoever asked for the run. */
  answered(answer: FetchAnswer): void;
}

// It is taken away from the process before any Action runs.
const getBuiltinModule = process.getBuiltinModule.bind(process);

type Fetch = (request: Request, signal: AbortSignal | undefined) => Promise<Response>;

/**
 * Puts a `fetch` in place that writes each call to the trace: `open`, it goes out from here, with the routed origins elsewhere;
 * otherwise whoever asked for the run answers it, and nothing that could go out is left in this thread.
 *
 * Only `fetch` is routed and traced: a request by `node:https` or a package that uses it goes where its URL says, or fails. A
 * redirect is followed by Node's own `fetch`, past the routes.
 */
export function interceptFetch(
  { network: kind, senders }: Pick<WorkerSetup, 'network' | 'senders'>,
  send: (message: FetchMessage) => void,
): Network {
  let network: WorkerNetwork = { routes: {} };
  let trusted: 'node' | 'tenant' | 'both' = 'node';
  const trust = (reach: 'tenant' | 'both'): void => {
    const { certificateAuthority } = network;
    if (certificateAuthority === undefined || trusted === 'both' || trusted === reach) return;
    // It takes as long to load as a worker to start, and most send nothing.
    const tls = getBuiltinModule('node:tls');
    // Node's own authorities cost 20 ms, and most logins talk to the tenant only.
    const others =
      reach === 'both' ? [...tls.getCACertificates('bundled'), ...tls.getCACertificates('extra')] : [];
    tls.setDefaultCACertificates([...others, certificateAuthority]);
    trusted = reach;
  };
  const asker = createAsker(send);
  const fetchNow =
    kind === 'answered'
      ? asker.fetch
      : fetchOutside((url) => {
          const target = routed(url, network.routes);
          if (target.protocol === 'https:') trust(target.hostname === 'localhost' ? 'tenant' : 'both');
          return target;
        });
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    // Handed on itself: a request that is made from another follows its signal by a reference that garbage collection takes away,
    // and a time limit would then never come.
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const asked = new URL(request.url);
    const trace = currentTrace.getStore();
    const started = performance.now();
    trace?.asks();
    const record = (status: number | 'failed'): void => {
      trace?.request({
        method: request.method,
        url: `${asked.origin}${asked.pathname}`,
        status,
        milliseconds: performance.now() - started,
      });
    };
    try {
      const response = await fetchNow(request, signal);
      record(response.status);
      return response;
    } catch (error) {
      record('failed');
      throw error;
    }
  };
  if (kind === 'answered') removeClients(senders);
  return {
    use(next) {
      network = next;
    },
    trust() {
      trust('both');
    },
    answered: asker.answered,
  };
}

/**
 * What else there is of Node's HTTP client: two globals, and what sends for `fetch`, which Node makes when the client is loaded,
 * unless there is something in its place. It must stay there: code could make Node put it back.
 */
function removeClients(senders: readonly string[]): void {
  for (const name of ['WebSocket', 'EventSource']) Reflect.deleteProperty(globalThis, name);
  for (const name of senders) Object.defineProperty(globalThis, Symbol.for(name), { value: null });
  if (senders.length > 0) return;
  loadClient();
  for (const symbol of Object.getOwnPropertySymbols(globalThis))
    if (symbol !== Symbol.toStringTag) Reflect.set(globalThis, symbol, undefined);
}

/** Node loads its HTTP client at the first use, for some 10 ms. */
export const loadClient = (): Request => new Request('http://localhost/');

function fetchOutside(targetOf: (asked: URL) => URL): Fetch {
  const originalFetch = globalThis.fetch;
  return (request, signal) => {
    const target = targetOf(new URL(request.url));
    return originalFetch(
      target.href === request.url ? request : new Request(target, request),
      signal === undefined ? {} : { signal },
    );
  };
}

function routed(asked: URL, routes: WorkerNetwork['routes']): URL {
  const route = routes[asked.origin];
  return route === undefined ? asked : new URL(`${route}${asked.pathname}${asked.search}`);
}

/** Sends requests to whoever asked for the run, and hands the answers out again. */
function createAsker(send: (message: FetchMessage) => void): {
  readonly fetch: Fetch;
  readonly answered: (answer: FetchAnswer) => void;
} {
  const waiting = new Map<number, (response: WireResponse | undefined) => void>();
  let calls = 0;
  const ask = async (request: Request): Promise<WireResponse | undefined> => {
    const body = request.body === null ? null : Buffer.from(await request.arrayBuffer()).toString('base64');
    const call = calls;
    calls += 1;
    send({
      kind: 'fetch',
      call,
      request: { method: request.method, url: request.url, headers: [...request.headers], body },
    });
    return await new Promise((resolve) => waiting.set(call, resolve));
  };
  return {
    async fetch(request, signal) {
      signal?.throwIfAborted();
      const response = await Promise.race([
        ask(request),
        ...(signal === undefined ? [] : [rejectionOf(signal)]),
      ]);
      if (response === undefined) throw new TypeError('fetch failed');
      return responseOf(response);
    },
    answered({ call, response }) {
      waiting.get(call)?.(response);
      waiting.delete(call);
    },
  };
}

const rejectionOf = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    });
  });

function responseOf({ status, statusText, headers, body }: WireResponse): Response {
  const bytes = body === null ? null : Buffer.from(body, 'base64');
  return new Response(bytes, {
    status,
    statusText,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  });
}
