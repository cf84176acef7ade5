/**
 * Bytes of one answer, unpacked. The longest that a tenant has reason to give is a page of fifty Actions, each with all the code
 * that it may have, as its draft and as its version: a third of it.
 */
export const MAX_ANSWER_BYTES = 32 * 1_024 * 1_024;

export type Fetch = typeof fetch;

/** An answer that nobody has reason to give. `fetch` reads all of it, and unpacks whatever it was packed to. */
export class AnswerTooLong extends Error {
  readonly code = 'ANSWER_TOO_LONG';

  /** @param path Of the address that was asked. */
  constructor(path: string, most: number) {
    super(`more than ${most.toLocaleString('en')} bytes at ${path}`);
    this.name = 'AnswerTooLong';
  }
}

/**
 * `fetch` for all that this project asks of a server, and the only one: the answer is there, whole, when it resolves, and no more
 * of it is ever read than `MAX_ANSWER_BYTES`. A connection that breaks off within an answer fails as one that breaks off before.
 *
 * @throws {TypeError} as `fetch`; its cause is an `AnswerTooLong` where the answer is longer.
 */
export const fetchWhole: Fetch = async (input, init) => await wholeAnswer(await fetch(input, init));

/**
 * The same of an answer that has begun.
 *
 * @param most Bytes. Default `MAX_ANSWER_BYTES`.
 */
export async function wholeAnswer(response: Response, most = MAX_ANSWER_BYTES): Promise<Response> {
  const { status, statusText, headers, url } = response;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const sent: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? [];
  // Leaving the loop ends the connection.
  for await (const chunk of sent) {
    bytes += chunk.byteLength;
    if (bytes > most)
      throw new TypeError('fetch failed', {
        cause: new AnswerTooLong(URL.parse(url)?.pathname ?? url, most),
      });
    chunks.push(chunk);
  }
  const body = response.body === null ? null : Buffer.concat(chunks, bytes);
  // A server may answer what is no status at all; it counts as a failure of its own.
  // @see https://www.rfc-editor.org/rfc/rfc9110#section-15-3
  return new Response(body, { status: Math.min(status, 599), statusText, headers });
}
