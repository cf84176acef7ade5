import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { fetchWhole, MAX_ANSWER_BYTES, wholeAnswer } from '../../scripts/base/fetch-whole.ts';
import { anything } from '../matchers.ts';

const close: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of close.splice(0)) await end();
});

/** The address of a server that answers in this way. */
async function serverThat(
  answer: (response: ServerResponse, request: IncomingMessage) => void,
): Promise<string> {
  const server = createServer((request, response) => {
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2/clients?page=0`;
}

/** A stream of these chunks that tells how many bytes were taken from it, and whether somebody ended it. */
function streamOf(chunks: readonly Uint8Array[]) {
  const seen = { taken: 0, isCancelled: false };
  const left = [...chunks];
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        const next = left.shift();
        if (next === undefined) {
          controller.close();
          return;
        }
        seen.taken += next.byteLength;
        controller.enqueue(next);
      },
      cancel: () => {
        seen.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, seen };
}

const MOST = 64;

test('an answer is the same whole, or is not read beyond the chunk that makes it too long', async () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(chunks, fc.constantFrom(200, 400, 500), async (sent, status) => {
      const { stream, seen } = streamOf(sent);
      const bytes = Buffer.concat(sent);
      const headers = [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ] satisfies [string, string][];
      const whole = wholeAnswer(new Response(stream, { status, headers }), MOST);
      if (bytes.byteLength <= MOST) {
        const answer = await whole;
        expect([answer.status, answer.headers.getSetCookie()]).toEqual([status, ['a=1', 'b=2']]);
        expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes);
        return;
      }
      await expect(whole).rejects.toMatchObject({ cause: { code: 'ANSWER_TOO_LONG' } });
      expect(seen.taken).toBeLessThanOrEqual(MOST + 40);
      expect(seen.isCancelled || seen.taken === bytes.byteLength).toBe(true);
    }),
  );
});

test.each([204, 304])('an answer without a body has none (%i)', async (status) => {
  const answer = await fetchWhole(await serverThat((response) => response.writeHead(status).end()));
  expect([answer.status, answer.body]).toEqual([status, null]);
});

test('a status that is none counts as a failure of the server', async () => {
  expect((await fetchWhole(await serverThat((response) => response.writeHead(999).end('{}')))).ok).toBe(
    false,
  );
});

describe('a server cannot make anybody read for ever', () => {
  test('by an answer that does not end: the connection is closed', async () => {
    const ended = Promise.withResolvers<undefined>();
    const address = await serverThat((response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more).on('close', () => {
        ended.resolve(undefined);
      });
      more();
    });
    await expect(fetchWhole(address)).rejects.toMatchObject({
      cause: { code: 'ANSWER_TOO_LONG', message: 'more than 33,554,432 bytes at /api/v2/clients' },
    });
    await ended.promise;
  });

  test('by an answer that is small as long as it is packed', async () => {
    const packed = gzipSync(Buffer.alloc(MAX_ANSWER_BYTES + 1));
    expect(packed.byteLength).toBeLessThan(100_000);
    const address = await serverThat((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
    );
    await expect(fetchWhole(address)).rejects.toMatchObject({ cause: { code: 'ANSWER_TOO_LONG' } });
  });

  test('by one that comes slowly: a limit of time holds to its end', async () => {
    const address = await serverThat((response) => response.writeHead(200).write('{'));
    await expect(fetchWhole(address, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});

test('an answer that breaks off fails, as a connection does that breaks off before it', async () => {
  const address = await serverThat((response) => {
    response.writeHead(200, { 'content-length': '100' }).write('[{"id":');
    setImmediate(() => response.destroy());
  });
  await expect(fetchWhole(address)).rejects.toMatchObject({ name: 'TypeError', cause: anything });
});
