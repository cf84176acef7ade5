import tls from 'node:tls';
import type { WorkerNetwork } from '../contract.ts';
import { currentTrace } from './trace-writer.ts';

/** How requests leave this worker; set again for each request that the worker gets. */
export interface Network {
  use(network: WorkerNetwork): void;
  /** Trusts the extra certificate authority, beside Node's own, from now on. */
  trust(): void;
}

/**
 * Puts a `fetch` in place that sends the routed origins elsewhere and writes each call to the trace.
 *
 * Only `fetch` is routed and traced: a request by `node:https` or a package that uses it goes where its URL says. A
 * redirect is followed by Node's own `fetch`, past the routes.
 */
export function interceptFetch(): Network {
  const originalFetch = globalThis.fetch;
  let network: WorkerNetwork = { routes: {} };
  let trusted: 'node' | 'tenant' | 'both' = 'node';
  const trust = (reach: 'tenant' | 'both'): void => {
    const { certificateAuthority } = network;
    if (certificateAuthority === undefined || trusted === 'both' || trusted === reach) return;
    // Node's own authorities cost 20 ms, and most logins talk to the tenant only.
    const others =
      reach === 'both' ? [...tls.getCACertificates('bundled'), ...tls.getCACertificates('extra')] : [];
    tls.setDefaultCACertificates([...others, certificateAuthority]);
    trusted = reach;
  };
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    // Handed on itself: a request that is made from another follows its signal by a reference that garbage collection takes away, and a
    // time limit would then never come.
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const asked = new URL(request.url);
    const trace = currentTrace.getStore();
    const record = (status: number | 'failed'): void => {
      trace?.request({ method: request.method, url: `${asked.origin}${asked.pathname}`, status });
    };
    const target = routed(asked, network.routes);
    if (target.protocol === 'https:') trust(target.hostname === 'localhost' ? 'tenant' : 'both');
    try {
      const response = await originalFetch(
        target.href === asked.href ? request : new Request(target, request),
        signal === undefined ? {} : { signal },
      );
      record(response.status);
      return response;
    } catch (error) {
      record('failed');
      throw error;
    }
  };
  return {
    use(next) {
      network = next;
    },
    trust() {
      trust('both');
    },
  };
}

function routed(asked: URL, routes: WorkerNetwork['routes']): URL {
  if (!asked.protocol.startsWith('http')) return asked;
  const path = `${asked.pathname}${asked.search}`;
  const route = routes[asked.origin];
  if (route !== undefined) return new URL(`${route}${path}`);
  const everyOther = routes['*'];
  return everyOther === undefined
    ? asked
    : new URL(`${everyOther}/${encodeURIComponent(asked.origin)}${path}`);
}
