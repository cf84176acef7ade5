import { createServer } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerCertificate } from '../../scripts/local-tenant/index.ts';

/** A tenant that says in a refusal what it was sent: the worst that an answer can do to a secret. */
export interface RepeatingProxy {
  /** `localhost:PORT`, in the place of the tenant's. */
  readonly domain: string;
  /** Refuses the next request like this, written as `METHOD /path`. */
  refuseNext(matching: RegExp, status: number): void;
  /** Leaves the next request like this without an answer. Resolves as soon as it has come. */
  holdNext(matching: RegExp): Promise<void>;
  /** Refuses every request like this for as long as `work` takes. Returns how many there were, too. */
  whileRefusing<Result>(
    matching: RegExp,
    status: number,
    work: () => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly refused: number }>;
  /** What is still to be refused: nothing, once it was. */
  readonly pending: () => RegExp | undefined;
  close(): Promise<void>;
}

/**
 * Stands between a command and its tenant; both believe that it is the other.
 *
 * @param certificate From the tenant's own authority, which this process trusts.
 */
export async function startRepeatingProxy(
  certificate: ServerCertificate,
  tenant: { readonly domain: string },
): Promise<RepeatingProxy> {
  let refusal: { readonly matching: RegExp; readonly status: number; readonly always: boolean } | undefined;
  let refused = 0;
  let held: { readonly matching: RegExp; readonly tell: () => void } | undefined;
  let domain = '';

  const server = createServer(
    { cert: certificate.certificate, key: certificate.privateKey },
    (request, response) => {
      void bodyOf(request).then(async (body) => {
        const { method = 'GET', url = '/', headers } = request;
        if (held?.matching.test(`${method} ${url}`) === true) {
          held.tell();
          held = undefined;
          return;
        }
        if (refusal?.matching.test(`${method} ${url}`) === true) {
          const { status, always } = refusal;
          refused += 1;
          if (!always) refusal = undefined;
          // auth0-deploy-cli takes any text with 429 in it, which a token may have, for the rate limit, and asks again.
          const sent = `Refused: ${headers.authorization ?? ''} ${body}`.replaceAll('429', '4 29');
          const said = { message: sent, error_description: sent };
          response
            .writeHead(status, { 'content-type': 'application/json' })
            .end(JSON.stringify({ statusCode: status, error: 'refused', ...said }));
          return;
        }
        const answer = await fetch(`https://${tenant.domain}${swapped(url, domain, tenant.domain)}`, {
          method,
          headers: Object.fromEntries(
            Object.entries(headers).flatMap(([name, value]): [string, string][] =>
              FORWARDED.includes(name) && typeof value === 'string' ? [[name, value]] : [],
            ),
          ),
          ...(body === '' ? {} : { body: swapped(body, domain, tenant.domain) }),
          redirect: 'manual',
        });
        response
          .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
          .end(swapped(await answer.text(), tenant.domain, domain));
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  domain = `localhost:${(server.address() as AddressInfo).port}`;
  return {
    domain,
    refuseNext: (matching, status) => {
      refusal = { matching, status, always: false };
    },
    holdNext: async (matching) => {
      await new Promise<void>((tell) => {
        held = { matching, tell };
      });
    },
    whileRefusing: async (matching, status, work) => {
      refused = 0;
      refusal = { matching, status, always: true };
      const result = await work();
      refusal = undefined;
      return { result, refused };
    },
    pending: () => refusal?.matching,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const FORWARDED: readonly string[] = ['authorization', 'content-type', 'accept'];

/** In forms, too, where the colon is written otherwise. */
const swapped = (text: string, from: string, to: string): string =>
  text.replaceAll(from, to).replaceAll(encodeURIComponent(from), encodeURIComponent(to));

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}
